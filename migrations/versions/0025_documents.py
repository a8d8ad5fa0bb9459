"""Documents that are sent with a form: sealed, and never changed once they are sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSE_SQLITE = """
CREATE TRIGGER document_no_{what} BEFORE {what} ON document WHEN OLD.sent_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a document that was sent is never changed'); END
"""
REFUSE_POSTGRESQL = """
CREATE TRIGGER document_append_only BEFORE UPDATE OR DELETE ON document
FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL) EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("key", KEY, autoincrement=False, nullable=False),
        sa.Column("course_key", KEY, nullable=False),
        sa.Column("task_key", KEY, nullable=True),
        sa.Column("field", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_by", sa.String(100), nullable=False),
        sa.Column("uploaded_at", sa.String(27), nullable=False),
        sa.Column("sent_at", sa.String(27), nullable=True),
        sa.Column("data_key", KEY, nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_course_key"), "document", ["course_key"])
    op.create_index(op.f("ix_document_task_key"), "document", ["task_key"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_POSTGRESQL)
    else:
        for what in ("UPDATE", "DELETE"):
            op.execute(REFUSE_SQLITE.format(what=what))


def downgrade() -> None:
    op.drop_table("document")
