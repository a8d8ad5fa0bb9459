"""The auditor's work: verifications that were run, samples for review with their findings, and emergency access."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("asked_by", sa.String(100), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("streams", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("redecided", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Integer(), nullable=False),
        sa.Column("reached", sa.String(120), nullable=False),
        sa.Column("broken", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_verification")),
    )
    op.create_index(op.f("ix_verification_asked_at"), "verification", ["asked_at"])
    op.create_table(
        "sample",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("seed", sa.String(100), nullable=False),
        sa.Column("since", sa.String(27), nullable=True),
        sa.Column("until", sa.String(27), nullable=True),
        sa.Column("process_id", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_digest", sa.String(64), nullable=False),
        sa.Column("drawn_by", sa.String(100), nullable=False),
        sa.Column("drawn_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sample")),
    )
    op.create_table(
        "sampled_course",
        sa.Column("sample_key", KEY, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("reviewed_by", sa.String(100), nullable=False),
        sa.Column("reviewed_at", sa.String(27), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_key"], ["sample.key"], name=op.f("fk_sampled_course_sample_key")
        ),
        sa.PrimaryKeyConstraint("sample_key", "place", name=op.f("pk_sampled_course")),
    )
    op.create_index(op.f("ix_sampled_course_course_key"), "sampled_course", ["course_key"])
    op.create_table(
        "review_finding",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("sample_key", KEY, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String(100), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(100), nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.String(100), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(
            ["sample_key"], ["sample.key"], name=op.f("fk_review_finding_sample_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_review_finding")),
    )
    op.create_index(op.f("ix_review_finding_sample_key"), "review_finding", ["sample_key"])
    op.create_index(op.f("ix_review_finding_closed_at_due"), "review_finding", ["closed_at", "due"])
    op.create_table(
        "emergency_access",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=False),
        sa.Column("username", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.Column("reviewed_by", sa.String(100), nullable=False),
        sa.Column("reviewed_at", sa.String(27), nullable=True),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_key"], ["citizen.key"], name=op.f("fk_emergency_access_citizen_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_emergency_access")),
    )
    op.create_index(
        op.f("ix_emergency_access_username_until"), "emergency_access", ["username", "until"]
    )
    op.create_index(op.f("ix_emergency_access_citizen_key"), "emergency_access", ["citizen_key"])
    op.create_index(op.f("ix_emergency_access_reviewed_at"), "emergency_access", ["reviewed_at"])


def downgrade() -> None:
    op.drop_table("emergency_access")
    op.drop_table("review_finding")
    op.drop_table("sampled_course")
    op.drop_table("sample")
    op.drop_table("verification")
