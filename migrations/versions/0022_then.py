"""What the auditor's film and point in time lean on: snapshots of courses, what people were, and who wrote an entry."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY_PEOPLE = sa.text("actor <> 'system'")


def upgrade() -> None:
    op.create_table(
        "course_snapshot",
        sa.Column("course_key", KEY, autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_key"], ["course.key"], name=op.f("fk_course_snapshot_course_key")
        ),
        sa.PrimaryKeyConstraint("course_key", "seq", name=op.f("pk_course_snapshot")),
    )
    op.create_table(
        "person_was",
        sa.Column("person_key", KEY, autoincrement=False, nullable=False),
        sa.Column("until", sa.String(27), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("areas", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_key"], ["person.key"], name=op.f("fk_person_was_person_key")
        ),
        sa.PrimaryKeyConstraint("person_key", "until", name=op.f("pk_person_was")),
    )
    # What people were before today was never kept: it is assumed that they were what they are now.
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    op.execute(
        sa.text(
            'INSERT INTO person_was (person_key, until, roles, "groups", areas, unit, active, assumed)'
            ' SELECT key, :now, roles, "groups", areas, unit, active, :yes FROM person'
        ).bindparams(now=now, yes=True)
    )
    op.create_index(
        op.f("ix_journal_entry_actor_at"),
        "journal_entry",
        ["actor", "at"],
        sqlite_where=BY_PEOPLE,
        postgresql_where=BY_PEOPLE,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_journal_entry_actor_at"), "journal_entry")
    op.drop_table("person_was")
    op.drop_table("course_snapshot")
