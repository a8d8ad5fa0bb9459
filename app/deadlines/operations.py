"""What models do with deadlines; the rules come from the decision table that is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from app.connectors import OperationContext, Registry, Values, operation
from app.deadlines import keeping
from app.deadlines.calendar import end_of, local_day
from app.deadlines.deadline import Deadline
from app.deadlines.keeping import NewDeadline
from app.deadlines.queries import open_of_code
from app.deadlines.rules import Rule, rule_at
from app.deadlines.schemas import CodeIn, DeadlineOut, MetOut, ReasonIn, StartIn
from app.errors import DomainError
from app.storage import UnitOfWork


@operation(
    "deadline:start",
    StartIn,
    DeadlineOut,
    title="Start frist",
    description="Starter en frist efter tabellen over frister. En frist med samme kode, der løber, bliver ved.",
)
def start_deadline(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Start a deadline; where one of that code runs in the course already, that one is the answer.

    Raises:
        DomainError: the table has no rule of that code that holds now.
    """
    running = open_of_code(work.session, context.course_key, values["deadline_code"])
    if running is not None:
        return {"deadline": _value(running)}
    started = keeping.start(work, _new(work, context, values), at=context.at, by=context.actor)
    return {"deadline": _value(started)}


@operation(
    "deadline:due",
    StartIn,
    DeadlineOut,
    title="Beregn frist",
    description="Beregner, hvornår en frist udløber, uden at starte den.",
)
def calculate_due(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Say when a deadline would end; nothing is kept."""
    new = _new(work, context, values)
    rule, due = new.rule, new.due or keeping.due_of(new.rule, new.since)
    return {
        "deadline": {
            "key": None,
            "code": rule.code,
            "name": rule.name,
            "kind": rule.kind,
            "source": rule.source,
            "legal_basis": rule.legal_basis,
            "rule": rule.row,
            "status": "calculated",
            "due": due,
            "due_date": local_day(due).isoformat(),
        }
    }


@operation(
    "deadline:pause",
    ReasonIn,
    DeadlineOut,
    title="Sæt frist på pause",
    description="Fristen står stille, mens kommunen venter på borgeren eller en anden.",
)
def pause_deadline(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Let the course's deadline of that code stand still."""
    found, reason = _found(work, context, values), values["deadline_reason"]
    paused = keeping.pause(work, found.key, reason, at=context.at, by=context.actor)
    return {"deadline": _value(paused)}


@operation(
    "deadline:resume",
    CodeIn,
    DeadlineOut,
    title="Lad frist løbe igen",
    description="Fristen løber igen og flyttes med den tid, den stod stille.",
)
def resume_deadline(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Let the course's deadline of that code run on."""
    found = _found(work, context, values)
    return {"deadline": _value(keeping.resume(work, found.key, at=context.at, by=context.actor))}


@operation(
    "deadline:meet",
    CodeIn,
    MetOut,
    title="Afslut frist som overholdt",
    description="Det, som fristen gælder, er gjort. Svaret siger, om det var i tide.",
)
def meet_deadline(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """End the course's deadline of that code."""
    found = _found(work, context, values)
    met = keeping.meet(work, found.key, at=context.at, by=context.actor)
    return {"deadline": _value(met), "in_time": met.breached_at is None}


@operation(
    "deadline:waive",
    ReasonIn,
    DeadlineOut,
    title="Frafald frist",
    description="Borgeren har frafaldet fristen, for eksempel ved frit valg af behandlingssted.",
)
def waive_deadline(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """End the course's deadline of that code because the citizen has given it up."""
    found, reason = _found(work, context, values), values["deadline_reason"]
    waived = keeping.waive(work, found.key, reason, at=context.at, by=context.actor)
    return {"deadline": _value(waived)}


def register(registry: Registry) -> None:
    """Add the deadlines' operations."""
    registry.add(
        start_deadline,
        calculate_due,
        pause_deadline,
        resume_deadline,
        meet_deadline,
        waive_deadline,
    )


def known_rule(work: UnitOfWork, code: str, at: datetime) -> Rule:
    """Return the rule of a deadline that starts now.

    Raises:
        DomainError: the table has none of that code that holds at the instant.
    """
    rule = rule_at(work.session, code, at)
    if rule is None:
        text = f"Tabellen over frister har ingen frist {code}, der gælder nu."
        raise DomainError("deadline:no-rule", text, fields={"deadline_code": text})
    return rule


def _new(work: UnitOfWork, context: OperationContext, values: Values) -> NewDeadline:
    new = NewDeadline(
        context.course_key,
        context.citizen_key,
        known_rule(work, values["deadline_code"], context.at),
        values["deadline_from"] or context.at,
        note=values["deadline_note"],
    )
    return replace(new, due=_decided(values["deadline_due"])) if values["deadline_due"] else new


def _decided(text: str) -> datetime:
    """Read an end that was decided: a date ends with its day."""
    try:
        if len(text) <= 10:
            return end_of(date.fromisoformat(text))
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else end_of(read.date())
    except ValueError:
        said = "skal være en dato, for eksempel 2026-11-02"
        raise DomainError(
            "deadline:due", f"Fristens dato {said}.", fields={"deadline_due": said}
        ) from None


def _found(work: UnitOfWork, context: OperationContext, values: Values) -> Deadline:
    code = values["deadline_code"]
    found = open_of_code(work.session, context.course_key, code)
    if found is None:
        text = f"Forløbet har ingen frist {code}, der løber."
        raise DomainError("deadline:not-found", text, fields={"deadline_code": text})
    return found


def _value(deadline: Deadline) -> Values:
    return {
        "key": deadline.key,
        "code": deadline.code,
        "name": deadline.name,
        "kind": deadline.kind,
        "source": deadline.source,
        "legal_basis": deadline.legal_basis,
        "rule": deadline.rule,
        "status": deadline.status,
        "due": deadline.due,
        "due_date": local_day(deadline.due).isoformat(),
    }
