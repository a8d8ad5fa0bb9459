"""A scenario made of a real course: what was chosen and when stays, the person is replaced by an invented one.

Kept are answers that are codes, numbers, dates and yes or no, in fields that ask for nobody. Words that somebody wrote,
names, numbers and keys are left out: the scenario makes up its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app import audit, citizens
from app.clock import LOCAL
from app.courses import Course, Runtime, Version
from app.definitions import Kind
from app.engine import (
    CompleteTask,
    CorrelateMessage,
    CourseEnded,
    ElementEntered,
    FireTimer,
    Start,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    decode_command,
)
from app.errors import DomainError
from app.forms import Component

_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}|\d{4}-\d\d-\d\d(?:T[0-9:.+Z-]+)?|-?P[0-9DTHMSYW]+")
_CHOICES = frozenset({"radio", "select", "checkbox", "checklist", "taglist", "number", "datetime"})
_FIRST_NAME, _LAST_NAME = "Prøve", "Borger"


@dataclass
class _Recording:
    """What has been heard so far."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    forms: dict[str, TaskOpened] = field(default_factory=dict)
    open: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    end: str = ""
    starts: datetime | None = None
    variables: dict[str, Any] = field(default_factory=dict)


def record(session: Session, runtime: Runtime, course: Course, name: str) -> bytes:
    """Return the scenario of a course, as a JSON file.

    Args:
        session: a read session.
        runtime: keys and models.
        course: which.
        name: what the scenario is called.

    Raises:
        DomainError: personal data in the course have been erased, so that it cannot be told again.
    """
    heard = _Recording()
    for moment in audit.replay(session, runtime, course.key):
        if moment.sealed:
            text = "Oplysninger i forløbet er slettet, så det kan ikke blive til et scenarie."
            raise DomainError("scenario:sealed", text)
        if moment.entry.state_digest and not moment.anew:
            command = decode_command(moment.entry.payload)
            _hear(heard, command, moment.version, session, moment.entry.at)
        _follow(heard, moment.events, moment.version)
    return _written(session, course, heard, name)


def _hear(
    heard: _Recording, command: object, version: Version, session: Session, at: datetime
) -> None:
    if isinstance(command, Start):
        heard.starts, heard.variables = at, _coded(command.variables)
        return
    if not isinstance(command, (CompleteTask, CorrelateMessage, FireTimer)):
        return
    _until(heard, at)
    if isinstance(command, CompleteTask) and command.task in heard.forms:
        task = heard.forms[command.task]
        form, _ = version.form(session, task.form_id)
        known = form.components if form is not None else ()
        step: dict[str, Any] = {"task": _short(task.element)}
        answers = _chosen(known, command.variables)
        heard.steps.append({**step, "answers": answers} if answers else step)
    elif isinstance(command, CorrelateMessage) and command.subscription in heard.messages:
        said = _coded(command.variables)
        message: dict[str, Any] = {"message": heard.messages[command.subscription]}
        heard.steps.append({**message, "variables": said} if said else message)


def _until(heard: _Recording, at: datetime) -> None:
    """Let the clock come to an instant, where it is later than the last one."""
    text = at.astimezone(LOCAL).isoformat(timespec="seconds")
    last = [one["until"] for one in heard.steps if "until" in one]
    if heard.starts is not None and at > heard.starts and last[-1:] != [text]:
        if heard.steps and "until" in heard.steps[-1]:
            heard.steps.pop()
        heard.steps.append({"until": text})


def _follow(heard: _Recording, events: Iterable[object], version: Version) -> None:
    nodes = version.model.elements
    for event in events:
        if isinstance(event, TaskOpened):
            heard.forms[event.address] = event
            heard.open[event.address] = _short(event.element)
        elif isinstance(event, TaskClosed):
            heard.open.pop(event.address, None)
        elif isinstance(event, SubscriptionOpened):
            heard.messages[event.address] = event.name
        elif isinstance(event, ElementEntered):
            plan = nodes.get(event.element)
            if plan is not None and plan.node.kind in {Kind.USER, Kind.CALL, Kind.END}:
                heard.path.append(_short(event.element))
        elif isinstance(event, CourseEnded):
            heard.end = next((_short(one) for one in reversed(event.end_events)), event.how)


def _written(session: Session, course: Course, heard: _Recording, name: str) -> bytes:
    starts = heard.starts or course.started_at
    scenario: dict[str, Any] = {
        "name": name,
        "why": "Lavet af et rigtigt forløb. Personen er opfundet, og det, nogen har skrevet med egne ord, er udeladt.",
        "process": course.process_id,
        "starts": starts.astimezone(LOCAL).isoformat(timespec="seconds"),
        "citizen": _invented(session, course, starts),
        "variables": heard.variables,
        "steps": heard.steps or [{"until": starts.astimezone(LOCAL).isoformat()}],
        "path": heard.path,
        "end": heard.end or None,
        "open": sorted(heard.open.values()),
    }
    return (json.dumps(scenario, ensure_ascii=False, indent=2, default=_number) + "\n").encode()


def _invented(session: Session, course: Course, starts: datetime) -> dict[str, Any] | None:
    """Return somebody invented of the same age; their birthday is the middle of the month."""
    if course.citizen_key is None:
        return None
    one = citizens.citizen(session, course.citizen_key)
    born = one.birth_date.replace(day=15)
    said: dict[str, Any] = {
        "born": born.isoformat(),
        "first_name": _FIRST_NAME,
        "last_name": _LAST_NAME,
        "address_protected": one.address_protected,
    }
    if _age(born, starts.date()) < 18:
        said["guardians"] = [{"name": "Prøve Forælder"}]
    return said


def _age(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _chosen(components: Iterable[Component], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers to questions that offer a choice and ask for nobody."""
    found: dict[str, Any] = {}
    for component in components:
        for one in component.walk():
            key = one.path[-1] if one.path else ""
            if one.type in _CHOICES and key in answers and not one.properties.picker:
                kept = _kept(answers[key])
                if kept is not None:
                    found[key] = kept
    return found


def _coded(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables that are codes, numbers, dates, and yes or no."""
    found = {name: _kept(value) for name, value in variables.items()}
    return {name: value for name, value in found.items() if value is not None}


def _kept(value: Any) -> Any:
    if isinstance(value, (bool, Decimal)) or (isinstance(value, int) and abs(value) < 1_000_000):
        return value
    if isinstance(value, str):
        return value if _CODE.fullmatch(value) else None
    if isinstance(value, list):
        kept = [_kept(one) for one in value]
        return kept if kept and all(isinstance(one, (str, int, Decimal)) for one in kept) else None
    return None


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    raise TypeError(f"no JSON: {type(value).__name__}")


def _short(element: str) -> str:
    return element.rpartition("/")[2]
