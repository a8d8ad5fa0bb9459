"""A Core statement on the hot path: compiled once a dialect, then run by the database's driver itself.

SQLAlchemy writes the SQL and converts the values; what it does besides at every execution (a context, a result with
its own metadata) is more than half of what a small statement costs, and a completed task needs a dozen of them
(docs/performance.md). Everything else goes through SQLAlchemy as usual, on the same connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Executable, Table, bindparam, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

_DRIVER = "app.storage.driver"

_ROWS_AT_ONCE = 8
"""Rows that one INSERT takes at most: each number of them is a statement of its own, to be compiled and prepared."""

Row = tuple[Any, ...]
_Process = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Driver:
    """A connection of the driver's own, and its cursor for each statement.

    What psycopg finds out to write and read a statement's values it keeps on the cursor that ran it last: a new one for
    each run costs twice as much.
    """

    dialect: Dialect
    connection: Any
    cursors: dict[Statement, Any] = field(default_factory=dict)

    def cursor(self, statement: Statement) -> Any:
        found = self.cursors.get(statement)
        if found is None:
            found = self.cursors[statement] = self.connection.cursor()
        return found


def remember_driver(session: Session, connection: Connection) -> None:
    """Keep the driver's connection at hand for as long as the session lives."""
    session.info[_DRIVER] = _driver_of(connection)


def _driver_of(connection: Connection) -> _Driver:
    if _DRIVER not in connection.info:
        driver = connection.connection.driver_connection
        connection.info[_DRIVER] = _Driver(connection.dialect, driver)
    found: _Driver = connection.info[_DRIVER]
    return found


def _driver(session: Session) -> _Driver:
    known: _Driver | None = session.info.get(_DRIVER)
    return known or _driver_of(session.connection())


def dialect_of(session: Session) -> str:
    """Return the name of the session's database: sqlite or postgresql."""
    return _driver(session).dialect.name


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
        readers = [_reader(column.type, dialect) for column in columns]
        self.readers = [(at, reader) for at, reader in enumerate(readers) if reader is not None]

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
        read = list(row)
        for at, reader in self.readers:
            read[at] = reader(read[at])
        return tuple(read)


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
        count: int = self._execute(session, values)[1].rowcount
        return count

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Row]:
        """Read all rows, in Python's types."""
        compiled, cursor = self._execute(session, values)
        return [compiled.read(row) for row in cursor.fetchall()]

    def first(self, session: Session, values: Mapping[str, Any]) -> Row | None:
        """Read the one row that there is, if any."""
        found = self.rows(session, values)
        return found[0] if found else None

    def _execute(self, session: Session, values: Mapping[str, Any]) -> tuple[_Compiled, Any]:
        driver = _driver(session)
        compiled = self._compiled.get(driver.dialect.name)
        if compiled is None:
            compiled = _Compiled(self._construct, driver.dialect)
            self._compiled[driver.dialect.name] = compiled
        return compiled, driver.cursor(self).execute(compiled.sql, compiled.parameters(values))


class Insertion:
    """The INSERT of whole rows into a table, several with one statement."""

    def __init__(self, table: Table, but: Sequence[str] = ()) -> None:
        """Take the table; `but` names the columns that start empty."""
        self._table = table
        self._columns = [column for column in table.columns if column.name not in but]
        self._of: dict[int, Statement] = {}

    def run(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows, each with a value for each column."""
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = rows[start : start + _ROWS_AT_ONCE]
            if len(part) not in self._of:
                self._of[len(part)] = self._statement(len(part))
            values = {
                f"{column.name}_{number}": row[column.name]
                for number, row in enumerate(part)
                for column in self._columns
            }
            self._of[len(part)].run(session, values)

    def _statement(self, count: int) -> Statement:
        rows = [
            {
                column.name: bindparam(f"{column.name}_{number}", type_=column.type)
                for column in self._columns
            }
            for number in range(count)
        ]
        return Statement(insert(self._table).values(rows))
