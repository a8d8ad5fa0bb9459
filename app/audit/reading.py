"""Reading entries for people to look at: one that somebody has changed is shown as such, and hides no other.

A verification names it; who follows its link must come to a page, and not to an error.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app import clock
from app.courses import Course, Runtime, Version, version_of
from app.errors import NotFound
from app.journal import Entry, Keyring, Stored, opened

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


def readable(session: Session, stored: Stored, keyring: Keyring) -> tuple[Entry, bool]:
    """Return an entry opened, and whether it could be; if not, with nothing but what stands beside its payload."""
    try:
        return opened(session, stored, keyring), True
    except Exception:  # noqa: BLE001 -- what was tampered with may fail in any way
        beside = Entry(
            stored.stream,
            stored.seq,
            instant(stored.recorded_at),
            instant(stored.at),
            stored.actor,
            stored.on_behalf_of,
            stored.kind.partition("@")[0],
            stored.element,
            {},
            frozenset(),
            stored.form_digest,
            stored.model_digest,
            stored.rules,
            stored.state_digest,
            stored.digest,
        )
        return beside, False


def version_named(session: Session, runtime: Runtime, course: Course, digest: str) -> Version:
    """Return the version that an entry names; the course's own where it names none, or none that there is."""
    if digest:
        try:
            return version_of(session, runtime, digest)
        except NotFound:
            pass
    return runtime.models.get(session, course.version_key)


def instant(text: str) -> datetime:
    """Return the instant that an entry names; the beginning of time where it names none."""
    try:
        return clock.from_text(text)
    except ValueError:
        return _NO_TIME
