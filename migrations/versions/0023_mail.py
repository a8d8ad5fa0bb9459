"""Mail to colleagues with who wants none, and deadlines of inquiries about somebody whose number nobody knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(300), nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "outgoing_mail",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(100), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=True),
        sa.Column("ended_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("cause", "recipient", name=op.f("uq_outgoing_mail_cause_recipient")),
    )
    op.create_index(op.f("ix_outgoing_mail_status"), "outgoing_mail", ["status"])
    op.add_column(
        "person", sa.Column("mails", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("unattached_inquiry", sa.Column("due", sa.String(27), nullable=True))
    op.add_column("unattached_inquiry", _text("due_name"))
    op.add_column("unattached_inquiry", _text("due_source"))


def downgrade() -> None:
    op.drop_column("unattached_inquiry", "due_source")
    op.drop_column("unattached_inquiry", "due_name")
    op.drop_column("unattached_inquiry", "due")
    op.drop_column("person", "mails")
    op.drop_index(op.f("ix_outgoing_mail_status"), table_name="outgoing_mail")
    op.drop_table("outgoing_mail")
