"""The one sequence of 63-bit keys for everything that the API names."""

from __future__ import annotations

from sqlalchemy import Connection, Sequence, Table, Column, Integer, text
from sqlalchemy.orm import Session

from app.storage.base import Base, Key

FIRST = 2_251_799_813_685_249
"""Where keys start: 2^51 + 1, as in Camunda 8, so that a key is never mistaken for a row number."""

counter = Table(
    "key_counter",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("next", Key, nullable=False),
    info={"dialect": "sqlite"},
)
"""SQLite's sequence: one row. PostgreSQL uses a sequence of its own, which takes no row lock."""

sequence = Sequence("key_sequence", start=FIRST, metadata=Base.metadata)


def next_keys(session: Session, count: int = 1) -> range:
    """Take `count` keys that nobody else gets. On SQLite they come back if the transaction is rolled back."""
    connection: Connection = session.connection()
    if connection.dialect.name == "sqlite":
        row = connection.execute(
            text("UPDATE key_counter SET next = next + :count WHERE id = 1 RETURNING next"),
            {"count": count},
        ).one()
        return range(row[0] - count, row[0])
    keys = connection.execute(
        text("SELECT nextval('key_sequence') FROM generate_series(1, :count)"), {"count": count}
    ).scalars()
    values = sorted(keys)
    if values[-1] - values[0] == count - 1:
        return range(values[0], values[-1] + 1)
    return next_keys(session, count)  # someone else drew between ours: draw again, gaps do no harm


def next_key(session: Session) -> int:
    """Take one key."""
    return next_keys(session)[0]
