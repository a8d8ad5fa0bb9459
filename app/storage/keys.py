"""The one sequence of 63-bit keys for everything that the API names."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Integer, Sequence, Table, event, text
from sqlalchemy.orm import Session

from app.storage.base import Base, Key
from app.storage.statement import Statement, dialect_of

FIRST = 2_251_799_813_685_249
"""Where keys start: 2^51 + 1, as in Camunda 8, so that a key is never mistaken for a row number."""

counter = Table(
    "key_counter",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("next", Key, nullable=False),
)
"""SQLite's sequence, one row. PostgreSQL has a real one, which takes no row lock; there the table
stays unused."""


@event.listens_for(counter, "after_create")
def _on_create(table: Table, connection: Connection, **_: object) -> None:
    connection.execute(table.insert().values(id=1, next=FIRST))


sequence = Sequence("key_sequence", start=FIRST, metadata=Base.metadata)

_ON_SQLITE = Statement(
    text("UPDATE key_counter SET next = next + :count WHERE id = 1 RETURNING next").columns(
        next=Key
    )
)
_ON_POSTGRESQL = Statement(
    text("SELECT nextval('key_sequence') AS next FROM generate_series(1, :count)").columns(next=Key)
)


def next_keys(session: Session, count: int = 1) -> list[int]:
    """Take `count` keys that nobody else gets, ascending.

    On SQLite they come back if the transaction is rolled back; on PostgreSQL gaps are possible.
    """
    if dialect_of(session) == "sqlite":
        ((after,),) = _ON_SQLITE.rows(session, {"count": count})
        return list(range(after - count, after))
    return sorted(key for (key,) in _ON_POSTGRESQL.rows(session, {"count": count}))


def next_key(session: Session) -> int:
    """Take one key."""
    return next_keys(session)[0]
