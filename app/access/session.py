"""Browser sessions: who is signed in, in Flask's signed cookie.

The only module below the top floor that imports Flask.
"""

from __future__ import annotations

from datetime import timedelta

from flask import g, session

from app import clock
from app.access.passwords import stamp
from app.access.principal import Principal
from app.access.queries import find_row, who_is
from app.errors import Refused
from app.storage import Database

LIFETIME = timedelta(hours=12)
"""A working day and a little: then one signs in again."""


def sign_in(database: Database, principal: Principal) -> None:
    """Start a session for this person in the present response; the old one is dropped."""
    with database.read() as read:
        row = find_row(read, principal.username)
    session.clear()
    session["username"] = principal.username
    session["stamp"] = stamp(row.password if row else None)
    session["since"] = clock.to_text(database.clock.now())
    g.principal = principal


def sign_out() -> None:
    """End the session."""
    session.clear()
    g.principal = None


def identify(database: Database) -> Principal | None:
    """Find out, once at the beginning of a request, who is signed in.

    The person is read anew: closed access, other roles and a new password count from the next
    click.
    """
    g.principal = None
    username, since = session.get("username"), session.get("since")
    if username and since and database.clock.now() - clock.from_text(since) <= LIFETIME:
        with database.read() as read:
            found = who_is(read, username)
        if found is not None and stamp(found[1]) == session.get("stamp"):
            g.principal = found[0]
    return signed_in()


def signed_in() -> Principal | None:
    """Return who `identify`, `sign_in` or `act_as` found, or None."""
    found: Principal | None = g.get("principal")
    return found


def act_as(principal: Principal) -> None:
    """Say who this request comes from where it has no session, such as one with a Basic header."""
    g.principal = principal


def current_principal() -> Principal:
    """Return who is signed in.

    Raises:
        Refused: nobody is ("login:needed"); a page then shows the login form.
    """
    found = signed_in()
    if found is None:
        raise Refused("login:needed", "Log ind for at fortsætte.")
    return found
