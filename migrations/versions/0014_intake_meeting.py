"""The daily intake meeting, and inquiries that it carries over to the next one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intake_meeting",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("opened_by", sa.String(100), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("closed_by", sa.String(100), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("inquiries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_intake_meeting")),
    )
    op.create_index(op.f("ix_intake_meeting_closed_at"), "intake_meeting", ["closed_at"])
    op.create_table(
        "intake_carried_over",
        sa.Column("meeting_key", KEY, nullable=False),
        sa.Column("inquiry_key", KEY, nullable=False),
        sa.Column("responsible", sa.String(100), nullable=False),
        sa.Column("contact_due", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_key"],
            ["intake_meeting.key"],
            name=op.f("fk_intake_carried_over_meeting_key"),
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_key"], ["inquiry.key"], name=op.f("fk_intake_carried_over_inquiry_key")
        ),
        sa.PrimaryKeyConstraint("meeting_key", "inquiry_key", name=op.f("pk_intake_carried_over")),
    )


def downgrade() -> None:
    op.drop_table("intake_carried_over")
    op.drop_index(op.f("ix_intake_meeting_closed_at"), "intake_meeting")
    op.drop_table("intake_meeting")
