"""Storage and journal: keys, entries that nobody changes, heads, data keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FIRST_KEY = 2_251_799_813_685_249

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STREAM = sa.String(120).with_variant(sa.String(120, collation="C"), "postgresql")

APPEND_ONLY_SQLITE = """
CREATE TRIGGER journal_entry_no_{what} BEFORE {what} ON journal_entry
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
REFUSE_POSTGRESQL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
APPEND_ONLY_POSTGRESQL = """
CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    key_counter = op.create_table(
        "key_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("next", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_key_counter"),
    )
    op.bulk_insert(key_counter, [{"id": 1, "next": FIRST_KEY}])
    op.create_table(
        "data_key",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("destroyed_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_data_key"),
    )
    op.create_index(
        "uq_data_key_live_subject",
        "data_key",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("wrapped IS NOT NULL"),
        postgresql_where=sa.text("wrapped IS NOT NULL"),
    )
    op.create_table(
        "stream_head",
        sa.Column("stream", STREAM, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("stream", name="pk_stream_head"),
    )
    op.create_table(
        "journal_entry",
        sa.Column("stream", STREAM, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.String(27), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("on_behalf_of", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(200), nullable=False),
        sa.Column("element", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("form_digest", sa.String(64), nullable=False),
        sa.Column("model_digest", sa.String(64), nullable=False),
        sa.Column("rules", sa.String(200), nullable=False),
        sa.Column("state_digest", sa.String(64), nullable=False),
        sa.Column("prev_digest", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq", name="pk_journal_entry"),
    )
    op.create_table(
        "signed_head",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("public_key", sa.String(44), nullable=False),
        sa.Column("signature", sa.String(88), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_signed_head"),
    )
    op.create_table(
        "signed_leaf",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("day", "stream", name="pk_signed_leaf"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE SEQUENCE key_sequence START WITH {FIRST_KEY}")
        op.execute(REFUSE_POSTGRESQL)
        op.execute(APPEND_ONLY_POSTGRESQL)
    else:
        op.execute(APPEND_ONLY_SQLITE.format(what="UPDATE"))
        op.execute(APPEND_ONLY_SQLITE.format(what="DELETE"))


def downgrade() -> None:
    op.drop_table("signed_leaf")
    op.drop_table("signed_head")
    op.drop_table("journal_entry")
    op.drop_table("stream_head")
    op.drop_table("data_key")
    op.drop_table("key_counter")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
        op.execute("DROP SEQUENCE key_sequence")
