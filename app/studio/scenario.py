"""A scenario: what a course's people do and what time brings, and the way that the model is to take through it.

A scenario is one JSON file in a course's folder `scenarios/`, or kept with the model in the database;
docs/scenarios.md tells the designer what to write there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length

from app.clock import LOCAL
from app.errors import DefinitionError, complaints

_ACTS = ("task", "wait", "until", "message", "expect")

_Many = partial(fields.List, fields.String())


class _Guardian(Schema):
    name = fields.String(required=True)
    relation = fields.String(load_default="Forælder")
    custody = fields.Boolean(load_default=True)


class _Citizen(Schema):
    born = fields.Date(required=True)
    first_name = fields.String(load_default="Prøve")
    last_name = fields.String(load_default="Borger")
    address_protected = fields.Boolean(load_default=False)
    guardians = fields.List(fields.Nested(_Guardian), load_default=list)


class _Expectation(Schema):
    open = _Many()
    assigned = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True))
    candidates = fields.Dict(keys=fields.String(), values=_Many())
    due = fields.Dict(keys=fields.String(), values=fields.String())
    gaps = fields.Integer()


class _Step(Schema):
    task = fields.String()
    answers = fields.Dict()
    by = fields.String()
    refused = fields.String()
    wait = fields.String()
    until = fields.AwareDateTime(default_timezone=LOCAL)
    message = fields.String()
    variables = fields.Dict()
    correlation = fields.String()
    expect = fields.Nested(_Expectation)

    @validates_schema
    def _one_act(self, data: dict[str, Any], **_: Any) -> None:
        if sum(act in data for act in _ACTS) != 1:
            raise ValidationError(f"Et trin er netop ét af: {', '.join(_ACTS)}.")


class _File(Schema):
    name = fields.String(required=True, validate=Length(min=1))
    why = fields.String(load_default="")
    process = fields.String(load_default="")
    starts = fields.AwareDateTime(required=True, default_timezone=LOCAL)
    citizen = fields.Nested(_Citizen, allow_none=True, load_default=None)
    variables = fields.Dict(load_default=dict)
    answers = fields.Dict(load_default=dict)
    steps = fields.List(fields.Raw(), required=True, validate=Length(min=1))
    path = _Many(load_default=list)
    avoids = _Many(load_default=list)
    end = fields.String(allow_none=True, load_default=None)
    open = _Many(load_default=list)


@dataclass(frozen=True)
class Someone:
    """Whose course it is: nobody real."""

    born: date
    first_name: str
    last_name: str
    address_protected: bool
    guardians: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Step:
    """One step: an act and what belongs to it, by the names that the file uses."""

    act: str
    said: Mapping[str, Any]

    @property
    def title(self) -> str:
        """What the step is, for a report."""
        about = self.said[self.act]
        return self.act if self.act == "expect" else f"{self.act} {about}"


@dataclass(frozen=True)
class Scenario:
    """What happens, and what is expected of the model.

    Attributes:
        file: where it stands.
        process: id of the process to start; "" is the one in the folder's model.bpmn.
        starts: the clock at the start.
        citizen: whose course; None is a course about nobody.
        answers: task → answers, or a list of them, one a visit; the rest of a form is made up.
        path: ids that the course enters, in this order; others may lie between.
        avoids: ids that it never enters.
        end: id of the end event that the last token reaches; None where the course still runs.
        open: the tasks that are open at the last step.
    """

    file: Path
    name: str
    why: str
    process: str
    starts: datetime
    citizen: Someone | None
    variables: Mapping[str, Any]
    answers: Mapping[str, Any]
    steps: tuple[Step, ...]
    path: tuple[str, ...]
    avoids: tuple[str, ...]
    end: str | None
    open: tuple[str, ...]

    def answers_to(self, task: str, visit: int) -> dict[str, Any]:
        """Return what is said about a task at its n-th visit (from 0)."""
        said = self.answers.get(task, {})
        if isinstance(said, list):
            said = said[min(visit, len(said) - 1)]
        return dict(said)


def read_scenario(file: Path) -> Scenario:
    """Read a scenario from disk; see `parse_scenario`."""
    return parse_scenario(file, file.read_bytes())


def parse_scenario(file: Path, content: bytes) -> Scenario:
    """Read a scenario.

    Args:
        file: what it is called in reports.
        content: its JSON.

    Raises:
        DefinitionError: it is no JSON, or says something that no scenario has.
    """
    try:
        said: Any = _File().load(json.loads(content))
        steps = tuple(_step(number, raw) for number, raw in enumerate(said.pop("steps"), 1))
    except (ValueError, ValidationError) as error:
        raise DefinitionError("scenario:invalid", f"{file}: {_wrong(error)}") from error
    someone = said.pop("citizen")
    if someone is not None:
        someone = Someone(**{**someone, "guardians": tuple(someone["guardians"])})
    for name in ("path", "avoids", "open"):
        said[name] = tuple(said[name])
    return Scenario(file=file, citizen=someone, steps=steps, **said)


def _step(number: int, raw: Any) -> Step:
    """Read a step; a text alone is a task that is completed."""
    if isinstance(raw, str):
        raw = {"task": raw}
    try:
        said: Any = _Step().load(raw)
    except ValidationError as error:
        raise ValidationError({"steps": {number: error.messages}}) from error
    return Step(next(act for act in _ACTS if act in said), said)


def _wrong(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return f"Filen er ikke gyldig JSON ({error})."
    found = complaints(error.messages)
    return " ".join(f"{'.'.join(map(str, at))}: {' '.join(texts)}" for at, texts in found)
