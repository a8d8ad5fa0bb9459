"""The only writer of inquiries and concerns: the operations that models call.

From the first assessment on, an inquiry has exactly one responsible person, and keeps one until it is closed.
"""

from __future__ import annotations

from datetime import timedelta

from app import access
from app.connectors import OperationContext, Registry, Values, operation
from app.deadlines import local_day
from app.errors import DomainError
from app.intake.chronology import note
from app.intake.facts import InquiryGiven
from app.intake.rows import ConcernRow, InquiryRow
from app.intake.schemas import (
    AssignIn,
    CloseIn,
    ConcernIn,
    ConcernOut,
    InquiryOut,
    RegisterIn,
    ReturnIn,
)
from app.storage import UnitOfWork


@operation(
    "inquiry:register",
    RegisterIn,
    InquiryOut,
    title="Registrér henvendelse",
    description="Gemmer en henvendelse, som modtagelsen så har ansvaret for at få behandlet.",
)
def register_inquiry(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Keep an inquiry; nobody is responsible for it yet but the intake.

    Raises:
        DomainError: it was received in the future.
    """
    if values["received_at"] > context.at:
        text = "Henvendelsen kan ikke være modtaget i fremtiden."
        raise DomainError("inquiry:future", text, fields={"received_at": text})
    row = InquiryRow(
        key=work.next_key(),
        citizen_key=context.citizen_key,
        course_key=context.course_key,
        received_at=values["received_at"],
        channel=values["channel"],
        sender_name=values["sender_name"],
        sender_relation=values["sender_relation"],
        sender_contact=values["sender_contact"],
        topics=values["topics"],
        description=values["description"],
        concern=values["concern_for_child"],
        callback_wanted=values["callback_wanted"],
        status="open",
    )
    work.session.add(row)
    work.session.flush()
    _note(work, context, row, "registered")
    return _answer(row)


@operation(
    "inquiry:assign",
    AssignIn,
    InquiryOut,
    title="Fordel henvendelse",
    description="Gemmer vurdering og beslutning og gør én medarbejder ansvarlig for den videre kontakt.",
)
def assign_inquiry(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Record the assessment and give the inquiry to one person."""
    row = _row(work, values["inquiry"])
    row.responsible = _responsible(work, values["responsible"])
    row.assessment = values["assessment"]
    row.outcome = values["outcome"]
    row.first_contact_due = values["first_contact_due"]
    row.need = values["need"] if values["need"] is not None else row.need
    row.status = "assigned"
    number = _note(work, context, row, "assigned", values["assessment"])
    _tell(work, context, row, number)
    return _answer(row)


@operation(
    "inquiry:return",
    ReturnIn,
    InquiryOut,
    title="Send henvendelse tilbage",
    description="Åbner henvendelsen igen hos én ansvarlig, når det samlede forløb slutter, men pligten ikke gør.",
)
def return_inquiry(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Open the inquiry again with one responsible person: the course ends, the duty does not."""
    row = _row(work, values["inquiry"])
    row.responsible = _responsible(work, values["responsible"])
    row.status = "open"
    number = _note(work, context, row, "returned", values["reason"])
    _tell(work, context, row, number)
    return _answer(row)


@operation(
    "inquiry:close",
    CloseIn,
    InquiryOut,
    title="Afslut henvendelse",
    description="Afslutter henvendelsen med et udfald. En bekymring, der er i gang, bliver ved med at være åben.",
)
def close_inquiry(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Close the inquiry; a concern opened from it stays open."""
    row = _row(work, values["inquiry"])
    row.outcome = values["outcome"]
    row.status = "closed"
    _note(work, context, row, "closed", values["outcome"])
    return _answer(row)


@operation(
    "concern:open",
    ConcernIn,
    ConcernOut,
    title="Start vurdering af bekymring",
    description="Åbner vurderingen af en bekymring for et barn med én ansvarlig og en frist. Kræver ikke samtykke.",
)
def open_concern(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Open the assessment of a concern; responsible is the inquiry's person, or who registered it."""
    inquiry = _row(work, values["inquiry"])
    row = ConcernRow(
        key=work.next_key(),
        inquiry_key=inquiry.key,
        citizen_key=inquiry.citizen_key,
        responsible=inquiry.responsible or _responsible(work, context.actor),
        reason=values["reason"],
        opened_at=context.at,
        due=context.at + timedelta(hours=values["due_hours"]),
    )
    work.session.add(row)
    inquiry.concern = True
    work.session.flush()
    _note(work, context, inquiry, "concern_opened", values["reason"])
    due = local_day(row.due)
    given = InquiryGiven(f"concern:{row.key}", row.responsible, due, context.actor, acute=True)
    work.record(given)
    return {"concern": row}


def register(registry: Registry) -> None:
    """Add the intake's operations."""
    registry.add(register_inquiry, assign_inquiry, return_inquiry, close_inquiry, open_concern)


def _row(work: UnitOfWork, key: int) -> InquiryRow:
    row = work.session.get(InquiryRow, key)
    if row is None:
        text = "Henvendelsen findes ikke."
        raise DomainError("inquiry:unknown", text, fields={"inquiry": text})
    return row


def _responsible(work: UnitOfWork, username: str) -> str:
    return access.staff_member(work.session, username, "responsible").username


def _tell(work: UnitOfWork, context: OperationContext, row: InquiryRow, number: int) -> None:
    if row.responsible is not None:
        due = row.first_contact_due if row.status == "assigned" else None
        cause = f"inquiry:{row.key}:{number}"
        work.record(InquiryGiven(cause, row.responsible, due, context.actor))


def _note(
    work: UnitOfWork, context: OperationContext, row: InquiryRow, what: str, text: str = ""
) -> int:
    return note(work, row.key, what, text, at=context.at, by=context.actor)


def _answer(row: InquiryRow) -> Values:
    return {"inquiry": row}
