"""Logging in with username and password, with a limit on tries."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, or_, select, update

from app import canonical
from app.access.passwords import verify
from app.access.principal import Principal
from app.access.queries import find_row, principal_of
from app.access.rows import LoginAttemptRow
from app.errors import DomainError, Refused
from app.storage import Database, UnitOfWork

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 10
TRIES_PER_ORIGIN = 100
"""Higher than a name's: a whole town hall may come from one address."""


def login(database: Database, username: str, password: str, *, origin: str = "") -> Principal:
    """Return who this is, if the password is right.

    The try is written down before the password is looked at, and outside any long transaction:
    hashing takes a tenth of a second, and nobody else's write may wait for it.

    Raises:
        DomainError: unknown name, wrong password or closed access; which of them is not told.
        Refused: too many failed tries with this name or from this origin.
    """
    attempt = database.run(lambda work: _begin(work, username, origin))
    with database.read() as session:
        row = find_row(session, username)
    if not verify(row.password if row else None, password) or row is None or not row.active:
        raise DomainError("login:wrong", "Brugernavnet eller adgangskoden er forkert.")
    database.run(lambda work: _succeed(work, attempt))
    return principal_of(row)


def _begin(work: UnitOfWork, username: str, origin: str) -> int:
    """Write the try down, unless there were too many."""
    subject = canonical.digest(username.strip().casefold())
    since = work.now - WINDOW
    work.session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.at <= since))
    failed = select(
        func.count().filter(LoginAttemptRow.subject == subject),
        func.count().filter(LoginAttemptRow.origin == origin),
    ).where(
        LoginAttemptRow.failed,
        or_(LoginAttemptRow.subject == subject, LoginAttemptRow.origin == origin),
    )
    by_name, by_origin = work.session.execute(failed).one()
    if by_name >= TRIES_PER_NAME or (origin and by_origin >= TRIES_PER_ORIGIN):
        raise Refused(
            "login:throttled", "Der er forsøgt for mange gange. Vent et kvarter, og prøv igen."
        )
    attempt = LoginAttemptRow(key=work.next_key(), subject=subject, origin=origin, at=work.now)
    work.session.add(attempt)
    return attempt.key


def _succeed(work: UnitOfWork, attempt: int) -> None:
    work.session.execute(
        update(LoginAttemptRow).where(LoginAttemptRow.key == attempt).values(failed=False)
    )
