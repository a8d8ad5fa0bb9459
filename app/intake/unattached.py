"""Inquiries about somebody whose number nobody knows: kept as told, in one person's hands, until the person is found.

"En lærer ringer om en dreng i 8. B": the inquiry counts from then on, and the meeting does not close over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import access, deadlines
from app.clock import LOCAL
from app.errors import Conflict, DomainError, NotFound
from app.intake.facts import InquiryGiven
from app.intake.rows import UnattachedRow
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork

_TREATED = "treat_inquiry"
_ACUTE = "concern_24h"
"""Codes of the table of deadlines: an inquiry is treated at the meeting, a concern assessed at once."""

LEAST_WORDS = 3
"""Characters that say whom it is about."""

MOST = 200


@dataclass(frozen=True)
class Unattached:
    """An inquiry that has no citizen yet.

    Attributes:
        about: whom it is about, as far as is known.
        kind: process id of the course that it is to begin.
        answers: of the inquiry's form.
        concern: there is concern for a child; then it has a responsible person from the first moment.
        due: when something must have been done about it: the table's deadline, later the day that its person was given.
        due_name, due_source: what that is, and the law it comes from; no source: the municipality's own.
    """

    key: int
    about: str
    kind: str
    answers: Mapping[str, Any]
    received_at: datetime
    registered_by: str
    concern: bool
    status: str
    responsible: str | None
    contact_due: date | None
    due: datetime | None
    due_name: str
    due_source: str
    course_key: int | None
    close_reason: str

    @property
    def settled(self) -> bool:
        """Tell whether it has one person and a day, or is over."""
        if self.status != "open":
            return True
        return self.responsible is not None and self.contact_due is not None


@dataclass(frozen=True)
class NewUnattached:
    """What is kept of it."""

    about: str
    kind: str
    answers: Mapping[str, Any]


def keep(work: UnitOfWork, keyring: Keyring, new: NewUnattached, *, by: str) -> int:
    """Keep an inquiry about somebody unknown, and return its key.

    A concern for a child is in the hands of who took it down, with contact within a day, until somebody takes over.

    Raises:
        DomainError: nothing says whom it is about.
    """
    about = new.about.strip()
    if len(about) < LEAST_WORDS:
        text = "Skriv det, du ved om personen: fornavn, alder, skole eller bopæl."
        raise DomainError("unattached:about", text, fields={"about": text})
    concern = new.answers.get("concern_for_child") == "yes"
    tomorrow = work.now.astimezone(LOCAL).date() + timedelta(days=1)
    row = UnattachedRow(
        key=work.next_key(),
        about=about,
        kind=new.kind,
        answers=dict(new.answers),
        received_at=work.now,
        registered_by=by,
        concern=concern,
        status="open",
        responsible=by if concern else None,
        contact_due=tomorrow if concern else None,
    )
    _due_by_table(work, row, _ACUTE if concern else _TREATED)
    work.session.add(row)
    work.session.flush()
    payload = {"about": about, "kind": new.kind, "answers": dict(new.answers)}
    _journal(work, keyring, row.key, "intake:unattached", by, payload)
    return row.key


def give(
    work: UnitOfWork, keyring: Keyring, key: int, responsible: str, due: date | None, *, by: str
) -> None:
    """Give it to one person, who gets in touch by a day.

    Raises:
        Conflict: it is over.
        DomainError: nobody, no day, or a day that is past.
    """
    row = _open(work, key)
    wrong = {}
    if not responsible:
        wrong["responsible"] = "Vælg den ene, der har ansvaret."
    if due is None:
        wrong["contact_due"] = "Skriv datoen, hvor der senest er kontakt."
    elif due < work.now.astimezone(LOCAL).date():
        wrong["contact_due"] = "Datoen er allerede gået."
    if wrong or due is None:
        raise DomainError("unattached:give", "Ingen har fået henvendelsen.", fields=wrong)
    row.responsible = access.staff_member(work.session, responsible, "responsible").username
    row.contact_due = due
    _due_by_day(row, due)
    work.session.flush()
    payload = {"responsible": row.responsible, "contact_due": due.isoformat()}
    _journal(work, keyring, key, "intake:unattached-assigned", by, payload)
    cause = f"unattached:{key}:{row.responsible}:{due.isoformat()}"
    work.record(InquiryGiven(cause, row.responsible, due, by))


def attach(work: UnitOfWork, keyring: Keyring, key: int, course_key: int, *, by: str) -> None:
    """Say which course it has become, now that the person is known.

    Raises:
        Conflict: it is over.
    """
    row = _open(work, key)
    row.status, row.course_key = "attached", course_key
    row.closed_at, row.closed_by = work.now, by
    work.session.flush()
    _journal(work, keyring, key, "intake:attached", by, {"course_key": str(course_key)})


def close_unattached(work: UnitOfWork, keyring: Keyring, key: int, reason: str, *, by: str) -> None:
    """Close it without a person.

    Raises:
        Conflict: it is over.
        DomainError: no reason, or a concern for a child that nobody has found out about.
    """
    row = _open(work, key)
    if not reason.strip():
        text = "Skriv, hvorfor henvendelsen slutter uden en borger."
        raise DomainError("unattached:reason", text, fields={"reason": text})
    row.status, row.close_reason = "closed", reason.strip()
    row.closed_at, row.closed_by = work.now, by
    work.session.flush()
    _journal(work, keyring, key, "intake:unattached-closed", by, {"reason": row.close_reason})


def unattached(session: Session, key: int) -> Unattached:
    """Return one.

    Raises:
        NotFound: there is none with this key.
    """
    row = session.get(UnattachedRow, key)
    if row is None:
        raise NotFound("unattached:unknown", "Henvendelsen findes ikke.")
    return _value(row)


def open_unattached(session: Session) -> list[Unattached]:
    """Return those that are open, the unsettled first, each by when it was received."""
    rows = session.scalars(
        select(UnattachedRow)
        .where(UnattachedRow.status == "open")
        .order_by(UnattachedRow.received_at, UnattachedRow.key)
        .limit(MOST)
    )
    return sorted((_value(row) for row in rows), key=lambda one: one.settled)


def in_hands(
    session: Session, username: str, *, of_nobody: bool, late_at: datetime | None = None
) -> list[Unattached]:
    """Return those that are open and in somebody's hands, the first due first.

    Args:
        session: any session.
        username: whose hands.
        of_nobody: those too that nobody has.
        late_at: those of everybody's too that should have been seen to by then.
    """
    wanted: ColumnElement[bool] = UnattachedRow.responsible == username
    if of_nobody:
        wanted |= UnattachedRow.responsible.is_(None)
    if late_at is not None:
        wanted |= UnattachedRow.due < late_at
    rows = session.scalars(
        select(UnattachedRow)
        .where(UnattachedRow.status == "open", wanted)
        .order_by(UnattachedRow.due.is_(None), UnattachedRow.due, UnattachedRow.key)
        .limit(MOST)
    )
    return [_value(row) for row in rows]


def _due_by_table(work: UnitOfWork, row: UnattachedRow, code: str) -> None:
    """Give it the deadline that it would have if its person were known: of being treated, or of a concern."""
    try:
        rule = deadlines.rule_at(work.session, code, work.now)
    except DomainError:  # no table of deadlines is published
        rule = None
    if rule is not None:
        row.due, row.due_name = deadlines.due_of(rule, work.now), rule.name
        row.due_source = rule.source if rule.statutory else ""


def _due_by_day(row: UnattachedRow, day: date) -> None:
    """Have it due at the end of the day that its person was given; a law's deadline that ends before stays."""
    end = deadlines.end_of(day)
    if row.due is not None and row.due_source and row.due < end:
        return
    row.due, row.due_source = end, ""
    row.due_name = "Ring tilbage" if row.answers.get("callback_wanted") else "Første kontakt"


def _open(work: UnitOfWork, key: int) -> UnattachedRow:
    row = work.session.get(UnattachedRow, key, with_for_update=True)
    if row is None:
        raise NotFound("unattached:unknown", "Henvendelsen findes ikke.")
    if row.status != "open":
        raise Conflict("unattached:over", "Henvendelsen er allerede afsluttet af en anden.")
    return row


def _value(row: UnattachedRow) -> Unattached:
    return Unattached(
        row.key,
        row.about,
        row.kind,
        row.answers,
        row.received_at,
        row.registered_by,
        row.concern,
        row.status,
        row.responsible,
        row.contact_due,
        row.due,
        row.due_name,
        row.due_source,
        row.course_key,
        row.close_reason,
    )


def _journal(
    work: UnitOfWork, keyring: Keyring, key: int, kind: str, by: str, payload: Mapping[str, Any]
) -> None:
    append(work, NewEntry(f"unattached:{key}", kind, by, payload), keyring)
