"""A Core statement on the hot path: compiled once a dialect, then run by the database's driver itself.

SQLAlchemy writes the SQL and converts the values; what it does besides at every execution (a context, a result with
its own metadata) is more than half of what a small statement costs, and a completed task needs a dozen of them
(docs/performance.md). Everything else goes through SQLAlchemy as usual, on the same connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

_DRIVER = "app.storage.driver"

Row = tuple[Any, ...]
_Process = Callable[[Any], Any] | None


def remember_driver(session: Session, connection: Connection) -> None:
    """Keep the driver's connection at hand for as long as the session lives."""
    session.info[_DRIVER] = (connection.dialect, connection.connection.driver_connection)


def _driver(session: Session) -> tuple[Dialect, Any]:
    if _DRIVER not in session.info:
        connection = session.connection()
        return connection.dialect, connection.connection.driver_connection
    known: tuple[Dialect, Any] = session.info[_DRIVER]
    return known


def dialect_of(session: Session) -> str:
    """Return the name of the session's database: sqlite or postgresql."""
    return _driver(session)[0].name


@dataclass(frozen=True, slots=True)
class _Value:
    """One parameter: its name, what the statement itself gives it, and how it is written for the driver."""

    name: str
    asked: bool
    fixed: Any
    write: _Process


class _Compiled:
    """The statement in one dialect."""

    def __init__(self, construct: Executable, dialect: Dialect) -> None:
        compiled = construct.compile(dialect=dialect)  # type: ignore[attr-defined]  # all that is executable compiles
        self.sql = str(compiled)
        self.positional = compiled.positional
        names = compiled.positiontup if compiled.positional else compiled.binds
        self.names = tuple(names)
        self.values = [_value(name, compiled.binds[name], dialect) for name in names]
        columns = getattr(construct, "selected_columns", ())
        self.readers = [_reader(column.type, dialect) for column in columns]

    def parameters(self, given: Mapping[str, Any]) -> Any:
        written = [
            value.fixed
            if not value.asked
            else given[value.name]
            if value.write is None
            else value.write(given[value.name])
            for value in self.values
        ]
        return tuple(written) if self.positional else dict(zip(self.names, written, strict=True))

    def read(self, row: Row) -> Row:
        if not self.readers:
            return row
        return tuple(
            [
                item if reader is None else reader(item)
                for reader, item in zip(self.readers, row, strict=True)
            ]
        )


def _value(name: str, bind: Any, dialect: Dialect) -> _Value:
    write = bind.type.dialect_impl(dialect).bind_processor(dialect)
    fixed = bind.effective_value if not bind.required else None
    if not bind.required and write is not None:
        fixed = write(fixed)
    return _Value(name, bind.required, fixed, write)


def _reader(column_type: Any, dialect: Dialect) -> _Process:
    process: _Process = column_type.dialect_impl(dialect).result_processor(dialect, None)
    return process


class Statement:
    """A statement that is run often. Its values stand in it as `bindparam`s, each of which must be given."""

    def __init__(self, construct: Executable) -> None:
        """Take the Core construct; it is compiled when it first meets a dialect."""
        self._construct = construct
        self._compiled: dict[str, _Compiled] = {}

    def run(self, session: Session, values: Mapping[str, Any]) -> int:
        """Write, and return how many rows that touched."""
        cursor = self._execute(session, values)[1]
        count: int = cursor.rowcount
        cursor.close()
        return count

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Row]:
        """Read all rows, in Python's types."""
        compiled, cursor = self._execute(session, values)
        found = [compiled.read(row) for row in cursor.fetchall()]
        cursor.close()
        return found

    def first(self, session: Session, values: Mapping[str, Any]) -> Row | None:
        """Read the one row that there is, if any."""
        found = self.rows(session, values)
        return found[0] if found else None

    def _execute(self, session: Session, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        dialect, driver = _driver(session)
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self._construct, dialect)
        return compiled, driver.execute(compiled.sql, compiled.parameters(values))
