"""The access log: who saw which citizens, when and for what purpose.

One entry a request, committed before the answer leaves: citizens may ask for it (GDPR art. 15; EU Court, C-579/21).
A table and chain of its own: one chain a writing process and day, so that no reader waits for the writer of courses.
On SQLite it is a file of its own. Entries are never changed or removed; the database refuses it, and each carries the
digest of the one before.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    DDL,
    ColumnElement,
    Index,
    String,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app import canonical, clock, keys, log
from app.access.principal import Principal
from app.clock import Clock
from app.journal import Break, Head, verify_chain
from app.storage import (
    PAGE_ROWS,
    POOL,
    Database,
    Facts,
    Instant,
    Json,
    Key,
    Page,
    UnitOfWork,
    nearest_page,
    rows_before,
)


class AccessBase(DeclarativeBase):
    """Root of the log's two tables, apart from all others: on SQLite they live in another file."""

    type_annotation_map = {datetime: Instant}  # noqa: RUF012 -- SQLAlchemy's own declarative form


class AccessRow(AccessBase):
    """One request that showed, or searched for, personal data."""

    __tablename__ = "access_entry"

    chain: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(100), index=True)
    roles: Mapped[list[str]] = mapped_column(Json)
    unit: Mapped[str] = mapped_column(String(100))
    client: Mapped[str | None] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(500))
    action: Mapped[str] = mapped_column(String(100))
    course_key: Mapped[int | None] = mapped_column(Key, index=True)
    citizens: Mapped[list[int]] = mapped_column(Json)
    prev_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class SeenRow(AccessBase):
    """Which citizens an entry is about: the way from a citizen to who has looked."""

    __tablename__ = "access_seen"
    __table_args__ = (Index("ix_access_seen_citizen", "citizen_key", "at"),)

    chain: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    citizen_key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    at: Mapped[datetime]


_ONE_CREATOR = 7_203_469_155_002  # the number is ours alone; it means nothing
_REFUSE = "access_entry is append-only"
_TABLES = AccessBase.metadata.tables
for _verb in ("UPDATE", "DELETE"):
    event.listen(
        AccessRow.__table__,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
            f"CREATE TRIGGER access_entry_no_{_verb.lower()} BEFORE {_verb} ON access_entry "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSE}'); END"
        ).execute_if(dialect="sqlite"),
    )
event.listen(
    AccessRow.__table__,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]  # as above
        "CREATE OR REPLACE FUNCTION access_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSE}'; END $$; "
        "CREATE TRIGGER access_entry_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON access_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION access_entry_refuse()"
    ).execute_if(dialect="postgresql"),
)


@dataclass(frozen=True)
class Visit:
    """What a request did with personal data.

    Attributes:
        purpose: why, in Danish: a task's name, or the ground that `app.sight` found.
        action: what, as a code: "course:read", "citizen:search", …
        citizens: keys of the citizens whose data was shown, or came up in a search.
        course_key: the course it was seen in, if one.
        unregistered: it showed people who are no citizens of this installation yet, and so have no key.
    """

    purpose: str
    action: str
    citizens: tuple[int, ...] = ()
    course_key: int | None = None
    unregistered: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is written: somebody was shown, or looked for, though nobody came up."""
        return bool(self.citizens) or self.unregistered or self.action.endswith(":search")


@dataclass(frozen=True)
class Looks:
    """Which entries of the log are wanted; what is empty or None does not matter.

    Attributes:
        actor: who looked, by username.
        citizen_key: whose data was seen.
        course_key: the course that it was seen in.
        action: what was done, by its code or the beginning of it.
        since, until: from an instant, and before one.
    """

    actor: str = ""
    citizen_key: int | None = None
    course_key: int | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what must hold of a row."""
        found: list[ColumnElement[bool]] = []
        if self.actor:
            found.append(AccessRow.actor == self.actor)
        if self.citizen_key is not None:
            seen = select(SeenRow.seq).where(
                SeenRow.chain == AccessRow.chain,
                SeenRow.seq == AccessRow.seq,
                SeenRow.citizen_key == self.citizen_key,
            )
            found.append(seen.exists())
        if self.course_key is not None:
            found.append(AccessRow.course_key == self.course_key)
        if self.action:
            found.append(AccessRow.action.startswith(self.action, autoescape=True))
        if self.since is not None:
            found.append(AccessRow.at >= self.since)
        if self.until is not None:
            found.append(AccessRow.at < self.until)
        return found


class AccessLog:
    """Writes and reads the log through a database of its own."""

    def __init__(self, database: Database) -> None:
        """Use `database`; the tables must exist (`prepare`)."""
        self.database = database
        self._lock = threading.Lock()
        self._process = 0
        self._token = ""

    def prepare(self) -> None:
        """Create the tables and their triggers where they are missing; of several processes, the first does."""
        if inspect(self.database.engine).has_table(SeenRow.__tablename__):
            return
        with self.database.write() as work:
            connection = work.session.connection()
            if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
                connection.execute(select(func.pg_advisory_xact_lock(_ONE_CREATOR)))
            AccessBase.metadata.create_all(connection)

    def write(self, who: Principal, visit: Visit) -> None:
        """Write one entry; when this returns, it is durable."""
        with self._lock:
            if (
                self._process != os.getpid()
            ):  # a forked worker must not go on with its parent's chain
                self._process, self._token = os.getpid(), keys.random_token()[:16]
            self.database.run(lambda work: _append(work, self._token, who, visit))

    def of_citizen(self, citizen_key: int, *, limit: int | None = 200) -> list[AccessRow]:
        """Return who has seen a citizen, the latest first.

        The citizen's own extract leaves the names of staff out (C-579/21); that is the page's
        choice.
        """
        with self.database.read() as session:
            return list(
                session.scalars(
                    select(AccessRow)
                    .join(
                        SeenRow, (SeenRow.chain == AccessRow.chain) & (SeenRow.seq == AccessRow.seq)
                    )
                    .where(SeenRow.citizen_key == citizen_key)
                    .order_by(AccessRow.at.desc(), AccessRow.chain, AccessRow.seq.desc())
                    .limit(limit)
                )
            )

    def search(self, wanted: Looks, number: int = 1) -> Page[AccessRow]:
        """Return one page of the entries that are wanted, the latest first."""
        conditions = wanted.conditions()
        with self.database.read() as session:
            total = session.scalar(select(func.count()).select_from(AccessRow).where(*conditions))
            number = nearest_page(number, total or 0)
            rows = session.scalars(
                select(AccessRow)
                .where(*conditions)
                .order_by(AccessRow.at.desc(), AccessRow.chain, AccessRow.seq.desc())
                .offset(rows_before(number))
                .limit(PAGE_ROWS)
            )
            return Page(tuple(rows), total or 0, number)

    def heads(self) -> list[Head]:
        """Return the end of each chain, as the daily head signs it: the stream is `access:` and the chain's name."""
        ends = select(AccessRow.chain, func.max(AccessRow.seq).label("seq")).group_by(
            AccessRow.chain
        )
        last = ends.subquery()
        rows = select(AccessRow.chain, AccessRow.seq, AccessRow.digest).join(
            last, (AccessRow.chain == last.c.chain) & (AccessRow.seq == last.c.seq)
        )
        with self.database.read() as session:
            return [
                Head(f"access:{row.chain}", row.seq, row.digest)
                for row in session.execute(rows.order_by(AccessRow.chain))
            ]

    def first_broken(
        self, known: Mapping[str, Iterable[Head]] | None = None
    ) -> tuple[str, Break] | None:
        """Return the first chain that is broken and where, or None.

        Args:
            known: ends of chains that were signed or kept outside, by chain: a cut tail shows against them.
        """
        ends = known or {}
        with self.database.read() as session:
            chains = set(session.scalars(select(AccessRow.chain).distinct())) | set(ends)
            for chain in sorted(chains):
                links = (_Link(row) for row in _rows(session, chain))
                broken = verify_chain(links, ends.get(chain, ()))
                if broken is not None:
                    return chain, broken
        return None

    def first_hidden(self) -> tuple[str, int, list[int], list[int]] | None:
        """Return the first entry that stands under other citizens than it names, or None.

        The chain does not cover that list, and a citizen's extract is read from it.

        Returns:
            The chain, the entry's number, the citizens that it names, and those that it stands under.
        """
        with self.database.read() as session:
            chains = select(AccessRow.chain).union(select(SeenRow.chain)).order_by("chain")
            for chain in session.scalars(chains).all():
                meant = {
                    row.seq: {(key, row.at) for key in row.citizens}
                    for row in session.execute(
                        select(AccessRow.seq, AccessRow.at, AccessRow.citizens).where(
                            AccessRow.chain == chain
                        )
                    )
                }
                found: dict[int, set[tuple[int, datetime]]] = {}
                for row in session.execute(
                    select(SeenRow.seq, SeenRow.citizen_key, SeenRow.at).where(
                        SeenRow.chain == chain
                    )
                ):
                    found.setdefault(row.seq, set()).add((row.citizen_key, row.at))
                for seq in sorted(meant.keys() | found.keys()):
                    named, under = meant.get(seq, set()), found.get(seq, set())
                    if named != under:
                        return chain, seq, _keys(named), _keys(under)
        return None


def _keys(seen: Iterable[tuple[int, datetime]]) -> list[int]:
    return sorted(key for key, _at in seen)


def open_access_log(database_url: str, clock: Clock) -> AccessLog:
    """Open the log that belongs to the courses' database.

    Args:
        database_url: SQLAlchemy URL of the main database. SQLite: the log is the file beside it,
            `<name>-access.sqlite`; PostgreSQL: tables of their own in the same database.
        clock: gives each entry its instant.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        path = Path(url.database)
        url = url.set(database=str(path.with_name(f"{path.stem}-access.sqlite")))
    opened = AccessLog(Database(create_engine(url, **POOL), clock, Facts()))
    opened.prepare()
    return opened


def _append(work: UnitOfWork, token: str, who: Principal, visit: Visit) -> None:
    chain = f"{work.now.date().isoformat()}/{token}"
    last = work.session.execute(
        select(AccessRow.seq, AccessRow.digest)
        .where(AccessRow.chain == chain)
        .order_by(AccessRow.seq.desc())
        .limit(1)
    ).one_or_none()
    entry = AccessRow(
        chain=chain,
        seq=last.seq + 1 if last else 1,
        at=work.now,
        actor=who.username,
        roles=sorted(who.roles),
        unit=who.unit,
        client=who.client,
        purpose=log.masked(visit.purpose),
        action=visit.action,
        course_key=visit.course_key,
        citizens=sorted(set(visit.citizens)),
        prev_digest=last.digest if last else "",
    )
    entry.digest = _digest(entry)
    # Written beside the unit of work: every page waits for this, and a list of fifty citizens is fifty rows.
    connection = work.session.connection()
    columns = _TABLES[AccessRow.__tablename__].columns.keys()
    connection.execute(
        insert(_TABLES[AccessRow.__tablename__]), {name: getattr(entry, name) for name in columns}
    )
    seen = [
        {"chain": chain, "seq": entry.seq, "citizen_key": key, "at": work.now}
        for key in entry.citizens
    ]
    if seen:
        connection.execute(insert(_TABLES[SeenRow.__tablename__]), seen)


def _digest(entry: AccessRow) -> str:
    return canonical.digest(
        {
            "chain": entry.chain,
            "seq": entry.seq,
            "at": clock.to_text(entry.at),
            "actor": entry.actor,
            "roles": entry.roles,
            "unit": entry.unit,
            "client": entry.client,
            "purpose": entry.purpose,
            "action": entry.action,
            "course_key": entry.course_key,
            "citizens": entry.citizens,
            "prev_digest": entry.prev_digest,
        }
    )


def _rows(session: Session, chain: str) -> Sequence[AccessRow]:
    return session.scalars(
        select(AccessRow).where(AccessRow.chain == chain).order_by(AccessRow.seq)
    ).all()


@dataclass(frozen=True)
class _Link:
    """A row as a link of its chain (`app.journal.Link`)."""

    row: AccessRow

    @property
    def stream(self) -> str:
        return self.row.chain

    @property
    def seq(self) -> int:
        return self.row.seq

    @property
    def prev_digest(self) -> str:
        return self.row.prev_digest

    @property
    def digest(self) -> str:
        return self.row.digest

    def computed_digest(self) -> str:
        """Compute the digest that the row ought to carry."""
        return _digest(self.row)
