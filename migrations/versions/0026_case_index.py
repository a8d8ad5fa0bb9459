"""What other systems may know of each course: the outbox of the case index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_index",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("entry", sa.Text(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("course_key", name=op.f("pk_case_index")),
        sa.UniqueConstraint("number", name=op.f("uq_case_index_number")),
    )


def downgrade() -> None:
    op.drop_table("case_index")
