"""Variables as programs see them: name, JSON text, and the key of the scope that they belong to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import canonical, courses
from app.api import search
from app.api.body import TENANT, KeyText, Tenant, Text, Truth, Wire
from app.api.search import Wanted
from app.courses import Course, CourseState, Runtime, Task
from app.engine import variables_at
from app.errors import DomainError

LONGEST = 8_191
"""Characters of a value that a search shows, unless `truncateValues` is false."""


class VariableSchema(Wire):
    """A variable found."""

    value = fields.String()
    is_truncated = fields.Boolean()
    name = fields.String()
    tenant_id = fields.String()
    variable_key = fields.String()
    scope_key = fields.String()
    process_instance_key = fields.String()
    root_process_instance_key = fields.String()


class VariableValue(Wire):
    """A variable that something must have: name, and its value as JSON text."""

    name = fields.String(required=True)
    value = Wanted(Text(LONGEST), required=True)


class VariableFilter(Wire):
    """What variables can be narrowed to."""

    name = Wanted(Text())
    value = Wanted(Text(LONGEST))
    tenant_id = Tenant()
    is_truncated = Truth()
    variable_key = Wanted(Text(25))
    scope_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())


class ValuesQuery(Wire):
    """How values are shown."""

    truncate_values = fields.String(load_default="true")


@dataclass(frozen=True)
class Variable:
    """One variable in its scope: the course, or a user task in it."""

    course_key: int
    scope_key: int
    name: str
    text: str

    @property
    def key(self) -> str:
        """A stable key, made from where the variable is: variables have no rows of their own."""
        digest = sha256(f"{self.scope_key}/{self.name}".encode()).digest()
        return str(int.from_bytes(digest[:8]) >> 1)

    def fulfils(self, wanted: Mapping[str, Any]) -> bool:
        """Tell whether a loaded `VariableFilter` lets it through."""
        own: dict[str, Any] = {
            "name": self.name,
            "value": self.text,
            "variable_key": self.key,
            "scope_key": self.scope_key,
            "process_instance_key": self.course_key,
        }
        if wanted.get("is_truncated", self.is_long) != self.is_long:
            return False
        return all(search.holds(own[name], rule) for name, rule in wanted.items() if name in own)

    @property
    def is_long(self) -> bool:
        """Whether a search cuts the value."""
        return len(self.text) > LONGEST

    def result(self, *, whole: bool) -> dict[str, Any]:
        """Return it as `VariableSchema` writes it."""
        cut = self.is_long and not whole
        return {
            "value": self.text[:LONGEST] if cut else self.text,
            "is_truncated": cut,
            "name": self.name,
            "tenant_id": TENANT,
            "variable_key": self.key,
            "scope_key": self.scope_key,
            "process_instance_key": self.course_key,
            "root_process_instance_key": self.course_key,
        }


def of_course(session: Session, runtime: Runtime, course: Course) -> dict[str, Any]:
    """Return the course's own variables."""
    state = session.scalar(select(CourseState.state).where(CourseState.course_key == course.key))
    if state is None:
        return {}
    return variables_at(runtime.models.get(session, course.version_key).model, state)


def of_task(session: Session, runtime: Runtime, task: Task) -> dict[str, Any]:
    """Return what a task sees; nothing once it is closed."""
    return courses.visible_variables(session, runtime, task) if task.status == "open" else {}


def everything(session: Session, runtime: Runtime, course: Course) -> Iterator[Variable]:
    """Give the course's variables, then what each open task sees beyond or instead of them."""
    own = of_course(session, runtime, course)
    yield from named(own, course.key, course.key)
    query = select(Task).where(Task.course_key == course.key, Task.status == "open")
    for task in session.scalars(query.order_by(Task.key)):
        seen = of_task(session, runtime, task)
        local = {
            name: value for name, value in seen.items() if name not in own or own[name] != value
        }
        yield from named(local, course.key, task.key)


def named(values: Mapping[str, Any], course_key: int, scope_key: int) -> Iterator[Variable]:
    """Give the variables of one scope, by name."""
    for name in sorted(values):
        yield Variable(course_key, scope_key, name, as_text(values[name]))


def as_text(value: Any) -> str:
    """Return a value as JSON text."""
    return json.dumps(canonical.to_outside(value), ensure_ascii=False, separators=(",", ":"))


def has_all(values: Mapping[str, Any], wanted: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether the values fulfil loaded `VariableValue`s."""
    return all(
        search.holds(as_text(values[one["name"]]) if one["name"] in values else None, one["value"])
        for one in wanted
    )


_SORTS: dict[str, Callable[[Variable], Any]] = {
    "value": lambda one: one.text,
    "name": lambda one: one.name,
    "tenantId": lambda _: TENANT,
    "variableKey": lambda one: one.key,
    "scopeKey": lambda one: one.scope_key,
    "processInstanceKey": lambda one: one.course_key,
}


def ordered(found: Iterable[Variable], asked: Sequence[Mapping[str, str]]) -> list[Variable]:
    """Return variables in the order asked for.

    Raises:
        DomainError: they cannot be sorted by that.
    """
    return search.in_order(found, asked, _SORTS)


def shows_whole(query: Mapping[str, str]) -> bool:
    """Tell whether values are shown whole, from a loaded `ValuesQuery`.

    Raises:
        DomainError: it is neither true nor false.
    """
    text = query["truncate_values"].casefold()
    if text not in {"true", "false"}:
        message = "Skal være true eller false."
        raise DomainError("request:invalid", message, fields={"truncateValues": message})
    return text == "false"
