"""The only writer of intake meetings: opening, carrying over, advising, closing. Each leaves a journal entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app import access
from app.clock import LOCAL
from app.errors import Conflict, DomainError
from app.intake.board import of_meeting
from app.intake.chronology import note
from app.intake.facts import ColleaguesAsked, InquiryGiven
from app.intake.meeting import wrong_to_close
from app.intake.queries import inquiry
from app.intake.rows import CarriedOverRow, IntakeMeetingRow
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork

_ONE_MEETING = 7_203_469_155_010  # the number is ours alone; it means nothing


def open_meeting(work: UnitOfWork, keyring: Keyring, by: str) -> int:
    """Begin today's meeting, or join the one that runs; return its key. Of several who begin at once, one does."""
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(select(func.pg_advisory_xact_lock(_ONE_MEETING)))
    running = work.session.scalar(
        select(IntakeMeetingRow).where(IntakeMeetingRow.closed_at.is_(None)).with_for_update()
    )
    if running is not None:
        return running.key
    row = IntakeMeetingRow(key=work.next_key(), opened_at=work.now, opened_by=by, present=[])
    work.session.add(row)
    work.session.flush()
    _journal(work, keyring, row.key, "intake:meeting-opened", by, {})
    return row.key


@dataclass(frozen=True)
class NewCarryOver:
    """An inquiry to be left for the next meeting: in whose hands, with contact by when, and why."""

    inquiry_key: int
    responsible: str
    contact_due: date | None
    reason: str


def carry_over(
    work: UnitOfWork, keyring: Keyring, meeting_key: int, new: NewCarryOver, by: str
) -> None:
    """Leave an inquiry for the next meeting, in one person's hands until then.

    Raises:
        Conflict: the meeting is closed, or the inquiry has been decided meanwhile.
        DomainError: nobody, no day, a day that is past, or no reason.
    """
    _running(work, meeting_key)
    if inquiry(work.session, new.inquiry_key).status != "open":
        raise Conflict("inquiry:treated", "Henvendelsen er allerede behandlet.")
    wrong = {}
    if not new.responsible:
        wrong["responsible"] = "Vælg den ene, der har ansvaret til næste møde."
    if new.contact_due is None:
        wrong["contact_due"] = "Skriv datoen, hvor der senest er kontakt."
    elif new.contact_due < work.now.astimezone(LOCAL).date():
        wrong["contact_due"] = "Datoen er allerede gået."
    if not new.reason.strip():
        wrong["reason"] = "Skriv, hvorfor henvendelsen venter."
    if wrong or new.contact_due is None:
        raise DomainError("intake:carry-over", "Henvendelsen er ikke udskudt.", fields=wrong)
    holder = access.staff_member(work.session, new.responsible, "responsible").username
    row = CarriedOverRow(
        meeting_key=meeting_key,
        inquiry_key=new.inquiry_key,
        responsible=holder,
        contact_due=new.contact_due,
        reason=new.reason.strip(),
        at=work.now,
        by=by,
    )
    work.session.merge(row)
    work.session.flush()
    payload = {
        "inquiry": str(row.inquiry_key),
        "responsible": holder,
        "contact_due": new.contact_due.isoformat(),
        "reason": row.reason,
    }
    _journal(work, keyring, meeting_key, "intake:inquiry-carried-over", by, payload)
    cause = f"carried-over:{meeting_key}:{row.inquiry_key}"
    work.record(InquiryGiven(cause, holder, new.contact_due, by))


def note_present(work: UnitOfWork, meeting_key: int, present: Sequence[str]) -> None:
    """Keep who has come so far, by area; who was there in the end stands in the entry that closes the meeting.

    Raises:
        Conflict: the meeting is closed.
    """
    _running(work, meeting_key).present = [one for one in access.AREAS if one in set(present)]
    work.session.flush()


def close_meeting(
    work: UnitOfWork, keyring: Keyring, meeting_key: int, present: Sequence[str], by: str
) -> int:
    """Close the meeting; return how many inquiries it settled.

    Raises:
        Conflict: it is closed already.
        DomainError: too few areas were there, or an inquiry has no person and day yet.
    """
    row = _running(work, meeting_key)
    there = [area for area in access.AREAS if area in set(present)]
    on_board = of_meeting(work.session, row.key)
    wrong = wrong_to_close(on_board, there)
    if wrong:
        raise DomainError("intake:not-done", "Mødet kan ikke lukkes endnu.", fields=wrong)
    row.closed_at, row.closed_by = work.now, by
    row.present, row.inquiries = there, len(on_board.items)
    work.session.flush()
    payload = {
        "present": there,
        "inquiries": [
            {
                "inquiry": str(item.inquiry.key),
                "responsible": item.responsible,
                "carried_over": item.inquiry.status == "open",
            }
            for item in on_board.items
        ],
    }
    _journal(work, keyring, row.key, "intake:meeting-closed", by, payload)
    return row.inquiries


def advise(work: UnitOfWork, keyring: Keyring, inquiry_key: int, text: str, *, by: str) -> None:
    """Write a colleague's advice on an inquiry; it stays there, whoever gets the inquiry.

    Raises:
        NotFound: no such inquiry.
        DomainError: nothing was written.
    """
    found, text = inquiry(work.session, inquiry_key), text.strip()
    if not text:
        wrong = "Skriv, hvad I foreslår, eller hvad der skal tænkes på."
        raise DomainError("intake:no-advice", wrong, fields={"advice": wrong})
    note(work, found.key, "sparring", text, at=work.now, by=by)
    entry = NewEntry(f"inquiry:{found.key}", "intake:sparring", by, {"advice": text})
    append(work, entry, keyring)


def ask_colleagues(
    work: UnitOfWork, keyring: Keyring, inquiry_key: int, usernames: Sequence[str], *, by: str
) -> int:
    """Ask colleagues to be ready for an inquiry that is taken before the meeting; return how many they are.

    Raises:
        NotFound: no such inquiry.
        DomainError: nobody was named, or somebody who does not work here.
    """
    found = inquiry(work.session, inquiry_key)
    named = [access.staff_member(work.session, one, "colleagues").username for one in usernames]
    if not named:
        wrong = "Sæt kryds ved mindst én kollega."
        raise DomainError("intake:nobody-asked", wrong, fields={"colleagues": wrong})
    names = access.names(work.session, set(named))
    words = ", ".join(names[one] for one in named)
    line = note(work, found.key, "colleagues_asked", words, at=work.now, by=by)
    payload = {"colleagues": named}
    append(work, NewEntry(f"inquiry:{found.key}", "intake:colleagues-asked", by, payload), keyring)
    cause = f"inquiry:{found.key}:{line}"
    work.record(ColleaguesAsked(cause, tuple(named), found.first_contact_due))
    return len(named)


def _running(work: UnitOfWork, meeting_key: int) -> IntakeMeetingRow:
    row = work.session.get(IntakeMeetingRow, meeting_key, with_for_update=True)
    if row is None or row.closed_at is not None:
        raise Conflict("intake:meeting-closed", "Mødet er lukket. Åbn det næste.")
    return row


def _journal(
    work: UnitOfWork, keyring: Keyring, key: int, kind: str, by: str, payload: Mapping[str, Any]
) -> None:
    append(work, NewEntry(f"intake-meeting:{key}", kind, by, payload), keyring)
