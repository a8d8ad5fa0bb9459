"""Deadlines by rule, what happened to them, and which of them a task stands under."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deadline",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("task_key", KEY, nullable=True),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("legal_basis", sa.String(length=60), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("roll", sa.Boolean(), nullable=False),
        sa.Column("warn_before", sa.Text(), nullable=False),
        sa.Column("on_breach", sa.Text(), nullable=False),
        sa.Column("escalate_to", sa.String(length=100), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("table_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.String(27), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("paused_at", sa.String(27), nullable=True),
        sa.Column("next_at", sa.String(27), nullable=True),
        sa.Column("breached_at", sa.String(27), nullable=True),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("acknowledged_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_deadline")),
    )
    for columns in (
        ["course_key", "status"],
        ["status", "next_at"],
        ["code", "status"],
        ["breached_at", "acknowledged_at"],
        ["task_key"],
    ):
        name = op.f(f"ix_deadline_{'_'.join(columns)}")
        op.create_index(name, "deadline", columns, unique=False)
    op.create_table(
        "deadline_event",
        sa.Column("deadline_key", KEY, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deadline_key"], ["deadline.key"], name=op.f("fk_deadline_event_deadline_key")
        ),
        sa.PrimaryKeyConstraint("deadline_key", "seq", name=op.f("pk_deadline_event")),
    )
    op.add_column("task", sa.Column("deadline_key", KEY, nullable=True))
    op.create_index(op.f("ix_task_deadline_key"), "task", ["deadline_key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_task_deadline_key"), "task")
    op.drop_column("task", "deadline_key")
    op.drop_table("deadline_event")
    op.drop_table("deadline")
