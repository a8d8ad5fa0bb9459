"""Between courses: called versions, signals, start events, and messages that go to several or are held back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_course(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["course_key"], ["course.key"], name=op.f(f"fk_{table}_course_key")
    )


def upgrade() -> None:
    op.add_column(
        "task", sa.Column("version", sa.String(length=64), nullable=False, server_default="")
    )
    for column in (
        sa.Column("from_course", KEY, nullable=True),
        sa.Column("published_by", sa.String(length=100), nullable=False, server_default=""),
        sa.Column("queued", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("buffered_message", column)
    op.create_table(
        "course_call",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("called_at", sa.String(27), nullable=False),
        _of_course("course_call"),
        sa.PrimaryKeyConstraint("course_key", "address", name=op.f("pk_course_call")),
    )
    op.create_table(
        "signal_subscription",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        _of_course("signal_subscription"),
        sa.PrimaryKeyConstraint("course_key", "address", name=op.f("pk_signal_subscription")),
    )
    op.create_index(
        op.f("ix_signal_subscription_name_course_key"),
        "signal_subscription",
        ["name", "course_key"],
        unique=False,
    )
    op.create_table(
        "queued_signal",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("course_key", KEY, nullable=True),
        sa.Column("listener_key", KEY, nullable=True),
        sa.Column("thrown_by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_queued_signal")),
    )
    op.create_table(
        "start_listener",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("version_key", KEY, nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("trigger", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("due", sa.String(27), nullable=True),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("interval", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_start_listener")),
    )
    op.create_index(
        op.f("ix_start_listener_process_id"), "start_listener", ["process_id"], unique=False
    )
    op.create_index(
        op.f("ix_start_listener_trigger_name"), "start_listener", ["trigger", "name"], unique=False
    )
    op.create_table(
        "message_started",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        _of_course("message_started"),
        sa.PrimaryKeyConstraint("course_key", name=op.f("pk_message_started")),
        sa.UniqueConstraint(
            "process_id",
            "correlation_key",
            name=op.f("uq_message_started_process_id_correlation_key"),
        ),
    )
    op.create_table(
        "message_receipt",
        sa.Column("message_key", KEY, autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("course_key", KEY, nullable=True),
        sa.Column("held_because", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_key"],
            ["buffered_message.key"],
            name=op.f("fk_message_receipt_message_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_key", "process_id", name=op.f("pk_message_receipt")),
    )
    op.create_index(
        op.f("ix_message_receipt_held_because"), "message_receipt", ["held_because"], unique=False
    )


def downgrade() -> None:
    for table in (
        "message_receipt",
        "message_started",
        "start_listener",
        "queued_signal",
        "signal_subscription",
        "course_call",
    ):
        op.drop_table(table)
    for column in ("queued", "published_by", "from_course"):
        op.drop_column("buffered_message", column)
    op.drop_column("task", "version")
