"""Families: who gave a consent, guardians who log in, custody in a household, and who must not have access."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("consent", sa.Column("guardian_key", KEY, nullable=True))
    op.add_column("guardian", sa.Column("username", sa.String(length=100), nullable=True))
    op.create_index(op.f("ix_guardian_username"), "guardian", ["username"], unique=False)
    op.add_column("household_member", sa.Column("relation", sa.String(length=20), nullable=True))
    op.add_column("household_member", sa.Column("custody", sa.String(length=10), nullable=True))
    op.create_table(
        "no_access",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("search", sa.String(length=800), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_key"], ["citizen.key"], name=op.f("fk_no_access_citizen_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_no_access")),
    )
    op.create_index(op.f("ix_no_access_citizen_key"), "no_access", ["citizen_key"], unique=False)


def downgrade() -> None:
    op.drop_table("no_access")
    op.drop_column("household_member", "custody")
    op.drop_column("household_member", "relation")
    op.drop_index(op.f("ix_guardian_username"), "guardian")
    op.drop_column("guardian", "username")
    op.drop_column("consent", "guardian_key")
