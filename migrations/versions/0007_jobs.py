"""External workers: who has a job and until when, what it failed of, its headers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LONG_AGO = "1970-01-01T00:00:00.000000Z"


def upgrade() -> None:
    for column in (
        sa.Column("headers", sa.Text(), nullable=False, server_default="{}"),
        sa.Column("status", sa.String(length=20), nullable=False, server_default="open"),
        sa.Column("available_at", sa.String(27), nullable=False, server_default=LONG_AGO),
        sa.Column("deadline", sa.String(27), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("lease", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("error_code", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("error_message", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_at", sa.String(27), nullable=False, server_default=LONG_AGO),
        sa.Column("updated_at", sa.String(27), nullable=False, server_default=LONG_AGO),
    ):
        op.add_column("course_job", column)
    op.drop_index(op.f("ix_course_job_type_key"), "course_job")
    op.drop_index(op.f("ix_course_job_course_key"), "course_job")
    op.create_index(
        op.f("ix_course_job_type_status_available_at_key"),
        "course_job",
        ["type", "status", "available_at", "key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_job_course_key_address"),
        "course_job",
        ["course_key", "address"],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_course_job_course_key_address"), "course_job")
    op.drop_index(op.f("ix_course_job_type_status_available_at_key"), "course_job")
    op.create_index(op.f("ix_course_job_course_key"), "course_job", ["course_key"], unique=False)
    op.create_index(op.f("ix_course_job_type_key"), "course_job", ["type", "key"], unique=False)
    for column in (
        "updated_at",
        "created_at",
        "error_message",
        "error_code",
        "lease",
        "worker",
        "deadline",
        "available_at",
        "status",
        "headers",
    ):
        op.drop_column("course_job", column)
