"""Guardians' access in days, lifted blocks, candidates, inquiries without a number, and other systems' cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, column in (
        ("guardian", sa.Column("access_from", sa.Date(), nullable=True)),
        ("guardian", sa.Column("access_to", sa.Date(), nullable=True)),
        ("no_access", sa.Column("lifted_by", sa.String(100), nullable=False, server_default="")),
        ("no_access", sa.Column("lift_reason", sa.Text(), nullable=False, server_default="")),
    ):
        op.add_column(table, column)
    op.execute("UPDATE guardian SET access_from = valid_from WHERE username IS NOT NULL")
    op.create_table(
        "unattached_inquiry",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("received_at", sa.String(27), nullable=False),
        sa.Column("registered_by", sa.String(100), nullable=False),
        sa.Column("concern", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("responsible", sa.String(100), nullable=True),
        sa.Column("contact_due", sa.Date(), nullable=True),
        sa.Column("course_key", KEY, nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("closed_by", sa.String(100), nullable=False),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unattached_inquiry")),
    )
    op.create_index(op.f("ix_unattached_inquiry_status"), "unattached_inquiry", ["status"])
    op.create_table(
        "candidate_basis",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("paragraph", sa.String(300), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.String(27), nullable=False),
        sa.Column("entered_by", sa.String(100), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("ended_by", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_candidate_basis")),
    )
    op.create_table(
        "candidate",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("basis_key", KEY, nullable=False),
        sa.Column("cpr", sa.String(10), nullable=False),
        sa.Column("first_name", sa.String(200), nullable=False),
        sa.Column("last_name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.String(27), nullable=False),
        sa.Column("imported_by", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["basis_key"], ["candidate_basis.key"], name=op.f("fk_candidate_basis_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_candidate")),
        sa.UniqueConstraint("cpr", "kind", name=op.f("uq_candidate_cpr_kind")),
    )
    op.create_table(
        "external_case",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("system", sa.String(100), nullable=False),
        sa.Column("reference", sa.String(100), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("added_at", sa.String(27), nullable=False),
        sa.Column("added_by", sa.String(100), nullable=False),
        sa.Column("removed_at", sa.String(27), nullable=True),
        sa.Column("removed_by", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_external_case")),
    )
    op.create_index(op.f("ix_external_case_course_key"), "external_case", ["course_key"])


def downgrade() -> None:
    op.drop_table("external_case")
    op.drop_table("candidate")
    op.drop_table("candidate_basis")
    op.drop_table("unattached_inquiry")
    for table, column in (
        ("no_access", "lift_reason"),
        ("no_access", "lifted_by"),
        ("guardian", "access_to"),
        ("guardian", "access_from"),
    ):
        op.drop_column(table, column)
