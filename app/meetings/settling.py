"""What becomes of an agreement: done, dropped with a reason, passed on to somebody else, or moved to another day.

While it is open it is a task of the course that it fell to. A course that ends says of each what became of it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import LOCAL
from app.connectors import OperationContext, Values, operation
from app.errors import DomainError
from app.meetings.agreements import AgreementMade
from app.meetings.rows import AgreementRow
from app.meetings.schemas import NothingIn, OpenOut, SettleIn, SettleOut
from app.storage import UnitOfWork

OPEN = "open"

ENDED = "Forløbet sluttede, før der var svaret."
"""Why the agreements of a course fall that ends in another way than by being closed: moved, dead, stopped."""


@operation(
    "meeting:agreements",
    NothingIn,
    OpenOut,
    title="Find åbne aftaler",
    description="Finder forløbets aftaler fra møder, som ingen endnu har svaret på.",
)
def find_agreements(work: UnitOfWork, context: OperationContext, _values: Values) -> Values:
    """Return the agreements of this course that are open, the first to be due first."""
    return {
        "open_agreements": [
            {
                "key": f"{row.meeting_key}/{row.seq}",
                "what": row.what,
                "who": row.who,
                "due": row.due,
            }
            for row in open_rows(work.session, context.course_key)
        ]
    }


@operation(
    "meeting:settle",
    SettleIn,
    SettleOut,
    title="Gem, hvad der blev af aftalerne",
    description="Gemmer, om en aftale er gjort, er faldet med en grund, er givet videre eller har fået en ny dato.",
)
def settle(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Record what became of agreements; one that was settled meanwhile stays as it was.

    One that is moved is told to the courses again, so that a task for the new day opens.

    Raises:
        DomainError: an agreement is not this course's, is dropped without a reason, passed on to nobody or moved to no
            later day; or, where the course is ending, an agreement is left open.
    """
    for number, one in enumerate(values["settled"]):
        _settle(work, context, one, f"settled[{number}]")
    work.session.flush()
    left = open_rows(work.session, context.course_key)
    if values["ending"] and left:
        named = ", ".join(f"»{row.what}« ({row.who})" for row in left)
        text = f"Der er aftaler, der ikke er svaret på: {named}. Gør dem færdige først."
        raise DomainError("meeting:agreements-open", text, fields={"settled": text})
    return {"agreements_left": len(left)}


def open_rows(session: Session, course_key: int) -> list[AgreementRow]:
    """Return the open agreements that fell to a course, the first to be due first."""
    rows = session.scalars(
        select(AgreementRow)
        .where(AgreementRow.course_key == course_key, AgreementRow.status == OPEN)
        .order_by(AgreementRow.meeting_key, AgreementRow.seq)
    )
    return sorted(rows, key=lambda row: (row.due is None, row.due))


def drop_open(work: UnitOfWork, course_key: int, at: datetime) -> None:
    """Let what is still open fall, with its reason, when a course has ended."""
    work.session.execute(
        update(AgreementRow)
        .where(AgreementRow.course_key == course_key, AgreementRow.status == OPEN)
        .values(status="dropped", note=ENDED, settled_at=at, settled_by="system")
    )


def _settle(work: UnitOfWork, context: OperationContext, one: Values, field: str) -> None:
    meeting, _, seq = one["agreement"].partition("/")
    row = (
        work.session.get(AgreementRow, (int(meeting), int(seq)), with_for_update=True)
        if meeting.isdecimal() and seq.isdecimal()
        else None
    )
    if row is None or row.course_key != context.course_key:
        text = "Aftalen findes ikke i forløbet."
        raise DomainError("meeting:agreement", text, fields={f"{field}.agreement": text})
    if row.status != OPEN:
        return
    if one["result"] == "dropped" and not one["note"]:
        text = f"Skriv, hvorfor »{row.what}« ikke bliver til noget."
        raise DomainError("meeting:no-reason", text, fields={f"{field}.note": text})
    if one["result"] == "passed_on" and not one["passed_to"]:
        text = f"Skriv, hvem der tager over med »{row.what}«."
        raise DomainError("meeting:nobody", text, fields={f"{field}.passed_to": text})
    if one["result"] == "moved":
        _move(work, context, row, one, field)
        return
    row.status, row.note, row.passed_to = one["result"], one["note"], one["passed_to"]
    row.settled_at, row.settled_by = context.at, context.actor


def _move(
    work: UnitOfWork, context: OperationContext, row: AgreementRow, one: Values, field: str
) -> None:
    today = context.at.astimezone(LOCAL).date()
    if one["due"] is None or one["due"] < today or one["due"] == row.due:
        text = f"Skriv en ny dato for »{row.what}«, i dag eller senere."
        raise DomainError("meeting:no-day", text, fields={f"{field}.due": text})
    row.due, row.note = one["due"], one["note"]
    work.record(
        AgreementMade(
            context.citizen_key,
            context.course_key,
            row.meeting_key,
            row.seq,
            row.what,
            row.who,
            row.responsible,
            row.due,
            context.actor,
        )
    )
