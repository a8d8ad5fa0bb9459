"""Versions that a migrated course ran on before, and how far it had come there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "past_version",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("until_seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version_key", KEY, nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_past_version_course_key")
        ),
        sa.PrimaryKeyConstraint("course_key", "until_seq", name=op.f("pk_past_version")),
    )


def downgrade() -> None:
    op.drop_table("past_version")
