"""What comes to a course that stands still: kept until it goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "kept_event",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("came_at", sa.String(27), nullable=False),
        sa.Column("came_from", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_kept_event_course_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_event")),
    )
    op.create_index(op.f("ix_kept_event_course_key"), "kept_event", ["course_key"], unique=False)


def downgrade() -> None:
    op.drop_table("kept_event")
