"""Meetings that are moved or called off, plans of households, whose goals they are, and decisions about support."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, column in (
        ("meeting", sa.Column("sequence", sa.Integer(), nullable=False, server_default="0")),
        ("meeting", sa.Column("absence_reason", sa.Text(), nullable=False, server_default="")),
        (
            "meeting_participant",
            sa.Column("parties", sa.Text(), nullable=False, server_default="[]"),
        ),
        ("plan_goal", sa.Column("person", sa.String(200), nullable=False, server_default="")),
        ("plan_goal", sa.Column("subgoals", sa.Text(), nullable=False, server_default="[]")),
        ("plan_goal", sa.Column("course_key", KEY, nullable=True)),
        ("plan_intervention", sa.Column("ends", sa.Date(), nullable=True)),
        (
            "plan_intervention",
            sa.Column("legal_basis", sa.String(200), nullable=False, server_default=""),
        ),
        ("plan_intervention", sa.Column("course_key", KEY, nullable=True)),
    ):
        op.add_column(table, column)
    op.create_table(
        "meeting_change",
        sa.Column("meeting_key", KEY, nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_key"], ["meeting.key"], name=op.f("fk_meeting_change_meeting_key")
        ),
        sa.PrimaryKeyConstraint("meeting_key", "sequence", name=op.f("pk_meeting_change")),
    )
    op.create_table(
        "plan_member",
        sa.Column("citizen_key", KEY, autoincrement=False, nullable=False),
        sa.Column("plan_key", KEY, nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(["plan_key"], ["plan.key"], name=op.f("fk_plan_member_plan_key")),
        sa.PrimaryKeyConstraint("citizen_key", name=op.f("pk_plan_member")),
    )
    op.create_index(op.f("ix_plan_member_plan_key"), "plan_member", ["plan_key"], unique=False)
    op.create_table(
        "plan_decision",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("result", sa.String(20), nullable=False),
        sa.Column("reasoning", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.String(200), nullable=False),
        sa.Column("burdens", sa.Boolean(), nullable=False),
        sa.Column("heard", sa.String(20), nullable=False),
        sa.Column("hearing_exemption", sa.Text(), nullable=False),
        sa.Column("complaint_guidance", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plan_decision")),
    )
    op.create_index(op.f("ix_plan_decision_citizen_key"), "plan_decision", ["citizen_key"])
    op.create_index(op.f("ix_plan_decision_course_key"), "plan_decision", ["course_key"])


def downgrade() -> None:
    op.drop_table("plan_decision")
    op.drop_table("plan_member")
    op.drop_table("meeting_change")
    for table, column in (
        ("plan_intervention", "course_key"),
        ("plan_intervention", "legal_basis"),
        ("plan_intervention", "ends"),
        ("plan_goal", "course_key"),
        ("plan_goal", "subgoals"),
        ("plan_goal", "person"),
        ("meeting_participant", "parties"),
        ("meeting", "absence_reason"),
        ("meeting", "sequence"),
    ):
        op.drop_column(table, column)
