"""Running courses: their state, tasks, messages, jobs, incidents, drafts, and what falls due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "buffered_message",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_buffered_message")),
    )
    op.create_index(
        op.f("ix_buffered_message_expires_at"), "buffered_message", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_buffered_message_name_correlation_key"),
        "buffered_message",
        ["name", "correlation_key"],
        unique=False,
    )
    op.create_table(
        "course",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("version_key", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("citizen_key", KEY, nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("started_by", sa.String(length=100), nullable=False),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("phase", sa.String(length=200), nullable=False),
        sa.Column("last_at", sa.String(27), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_course")),
    )
    op.create_index(op.f("ix_course_citizen_key"), "course", ["citizen_key"], unique=False)
    op.create_index(
        op.f("ix_course_process_id_status"), "course", ["process_id", "status"], unique=False
    )
    op.create_index(
        op.f("ix_course_status_started_at"), "course", ["status", "started_at"], unique=False
    )
    op.create_table(
        "due_work",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("handler", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=500), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_due_work")),
        sa.UniqueConstraint("handler", "ref", name=op.f("uq_due_work_handler_ref")),
    )
    op.create_index(op.f("ix_due_work_due_key"), "due_work", ["due", "key"], unique=False)
    op.create_table(
        "course_job",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("type", sa.String(length=200), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_course_job_course_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_course_job")),
    )
    op.create_index(op.f("ix_course_job_course_key"), "course_job", ["course_key"], unique=False)
    op.create_index(op.f("ix_course_job_type_key"), "course_job", ["type", "key"], unique=False)
    op.create_table(
        "course_state",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_course_state_course_key")
        ),
        sa.PrimaryKeyConstraint("course_key", name=op.f("pk_course_state")),
    )
    op.create_table(
        "incident",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.String(27), nullable=False),
        sa.Column("resolved_at", sa.String(27), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_incident_course_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_incident")),
    )
    op.create_index(
        op.f("ix_incident_course_key_resolved_at"),
        "incident",
        ["course_key", "resolved_at"],
        unique=False,
    )
    op.create_index(op.f("ix_incident_resolved_at"), "incident", ["resolved_at"], unique=False)
    op.create_table(
        "message_subscription",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("process_id", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("correlation_key", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_message_subscription_course_key")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_message_subscription")),
    )
    op.create_index(
        op.f("ix_message_subscription_course_key"),
        "message_subscription",
        ["course_key"],
        unique=False,
    )
    op.create_index(
        op.f("ix_message_subscription_name_correlation_key_key"),
        "message_subscription",
        ["name", "correlation_key", "key"],
        unique=False,
    )
    op.create_table(
        "task",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("element", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("form_id", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("assignee", sa.String(length=100), nullable=True),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("users", sa.Text(), nullable=False),
        sa.Column("due", sa.String(27), nullable=True),
        sa.Column("follow_up", sa.String(27), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("closed_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["course_key"], ["course.key"], name=op.f("fk_task_course_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_task")),
    )
    op.create_index(
        op.f("ix_task_course_key_address"), "task", ["course_key", "address"], unique=False
    )
    op.create_index(
        op.f("ix_task_course_key_status"), "task", ["course_key", "status"], unique=False
    )
    op.create_index(
        op.f("ix_task_status_assignee_due"), "task", ["status", "assignee", "due"], unique=False
    )
    op.create_index(op.f("ix_task_status_due"), "task", ["status", "due"], unique=False)
    op.create_table(
        "draft",
        sa.Column("task_key", KEY, autoincrement=False, nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(["task_key"], ["task.key"], name=op.f("fk_draft_task_key")),
        sa.PrimaryKeyConstraint("task_key", "username", name=op.f("pk_draft")),
    )
    op.create_table(
        "task_candidate",
        sa.Column("task_key", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_key"], ["task.key"], name=op.f("fk_task_candidate_task_key")
        ),
        sa.PrimaryKeyConstraint("task_key", "kind", "value", name=op.f("pk_task_candidate")),
    )
    op.create_index(
        op.f("ix_task_candidate_kind_value_task_key"),
        "task_candidate",
        ["kind", "value", "task_key"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("task_candidate")
    op.drop_table("draft")
    op.drop_table("task")
    op.drop_table("message_subscription")
    op.drop_table("incident")
    op.drop_table("course_state")
    op.drop_table("course_job")
    op.drop_table("due_work")
    op.drop_table("course")
    op.drop_table("buffered_message")
