"""What became of each agreement of a meeting, a plan's one objective, and how great the need is at the intake."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, type_: sa.types.TypeEngine[str], default: str = "") -> sa.Column[str]:
    return sa.Column(name, type_, nullable=False, server_default=default)


def upgrade() -> None:
    for table, column in (
        ("meeting_agreement", sa.Column("course_key", KEY, nullable=True)),
        ("meeting_agreement", sa.Column("responsible", sa.String(100), nullable=True)),
        ("meeting_agreement", _text("status", sa.String(20), "open")),
        ("meeting_agreement", _text("note", sa.Text())),
        ("meeting_agreement", _text("passed_to", sa.String(200))),
        ("meeting_agreement", sa.Column("settled_at", sa.String(27), nullable=True)),
        ("meeting_agreement", _text("settled_by", sa.String(100))),
        ("plan_version", _text("objective", sa.Text())),
        ("plan_version", _text("objective_kind", sa.String(20))),
        ("inquiry", sa.Column("need", sa.Integer(), nullable=True)),
    ):
        op.add_column(table, column)
    op.create_index(op.f("ix_meeting_agreement_course_key"), "meeting_agreement", ["course_key"])
    op.execute(
        "UPDATE meeting_agreement SET course_key = (SELECT meeting.course_key FROM meeting"
        " WHERE meeting.key = meeting_agreement.meeting_key)"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_meeting_agreement_course_key"), table_name="meeting_agreement")
    for table, column in (
        ("inquiry", "need"),
        ("plan_version", "objective_kind"),
        ("plan_version", "objective"),
        ("meeting_agreement", "settled_by"),
        ("meeting_agreement", "settled_at"),
        ("meeting_agreement", "passed_to"),
        ("meeting_agreement", "note"),
        ("meeting_agreement", "status"),
        ("meeting_agreement", "responsible"),
        ("meeting_agreement", "course_key"),
    ):
        op.drop_column(table, column)
