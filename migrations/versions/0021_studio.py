"""Drafts of models, their scenarios, and what the studio does in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(length=200)
USERNAME = sa.String(length=100)
INSTANT = sa.String(27)


def upgrade() -> None:
    op.create_table(
        "model_draft",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("process_id", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("owner", USERNAME, nullable=False),
        sa.Column("base_key", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", USERNAME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_model_draft")),
    )
    op.create_index(op.f("ix_model_draft_process_id"), "model_draft", ["process_id"])
    op.create_table(
        "model_draft_file",
        sa.Column("draft_key", KEY, autoincrement=False, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", USERNAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_key"],
            ["model_draft.key"],
            name=op.f("fk_model_draft_file_draft_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_key", "name", name=op.f("pk_model_draft_file")),
    )
    op.create_table(
        "model_draft_visit",
        sa.Column("draft_key", KEY, autoincrement=False, nullable=False),
        sa.Column("username", USERNAME, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_key"],
            ["model_draft.key"],
            name=op.f("fk_model_draft_visit_draft_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_key", "username", name=op.f("pk_model_draft_visit")),
    )
    op.create_table(
        "model_scenario",
        sa.Column("process_id", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", USERNAME, nullable=False),
        sa.PrimaryKeyConstraint("process_id", "name", name=op.f("pk_model_scenario")),
    )
    op.create_table(
        "studio_run",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("process_id", NAME, nullable=False),
        sa.Column("draft_key", KEY, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", USERNAME, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_studio_run")),
    )
    op.create_index(
        op.f("ix_studio_run_process_id_kind_started_at"),
        "studio_run",
        ["process_id", "kind", "started_at"],
    )
    op.create_table(
        "studio_run_course",
        sa.Column("run_key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("element", NAME, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_key"],
            ["studio_run.key"],
            name=op.f("fk_studio_run_course_run_key"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_key", "course_key", name=op.f("pk_studio_run_course")),
    )
    op.create_index(
        op.f("ix_studio_run_course_run_key_verdict_course_key"),
        "studio_run_course",
        ["run_key", "verdict", "course_key"],
    )


def downgrade() -> None:
    op.drop_table("studio_run_course")
    op.drop_table("studio_run")
    op.drop_table("model_scenario")
    op.drop_table("model_draft_visit")
    op.drop_table("model_draft_file")
    op.drop_table("model_draft")
