"""Citizens, their guardians and households."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "citizen",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("cpr", sa.String(length=10), nullable=False),
        sa.Column("first_name", sa.String(length=200), nullable=False),
        sa.Column("last_name", sa.String(length=200), nullable=False),
        sa.Column("search", sa.String(length=800), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("address_protected", sa.Boolean(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("registered_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_citizen")),
        sa.UniqueConstraint("cpr", name=op.f("uq_citizen_cpr")),
    )
    op.create_table(
        "household",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_household")),
    )
    op.create_table(
        "guardian",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("custody", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("guardian_citizen_key", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["citizen_key"], ["citizen.key"], name=op.f("fk_guardian_citizen_key")
        ),
        sa.ForeignKeyConstraint(
            ["guardian_citizen_key"], ["citizen.key"], name=op.f("fk_guardian_guardian_citizen_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_guardian")),
    )
    op.create_index(op.f("ix_guardian_citizen_key"), "guardian", ["citizen_key"], unique=False)
    op.create_table(
        "household_member",
        sa.Column("household_key", KEY, nullable=False),
        sa.Column("citizen_key", KEY, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["citizen_key"], ["citizen.key"], name=op.f("fk_household_member_citizen_key")
        ),
        sa.ForeignKeyConstraint(
            ["household_key"], ["household.key"], name=op.f("fk_household_member_household_key")
        ),
        sa.PrimaryKeyConstraint(
            "household_key", "citizen_key", "valid_from", name=op.f("pk_household_member")
        ),
    )
    op.create_index(
        op.f("ix_household_member_citizen_key"), "household_member", ["citizen_key"], unique=False
    )


def downgrade() -> None:
    op.drop_table("household_member")
    op.drop_table("guardian")
    op.drop_table("household")
    op.drop_table("citizen")
