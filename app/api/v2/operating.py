"""What operators do to a course: modification, migration, suspension and resumption."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app
from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api.body import Resource, Text, Variables, Wire, key_of
from app.api.v2.element_keys import key_of_element, own_id
from app.api.v2.incidents import OVER_API
from app.courses import Course, LiveScope, Order, Runtime, Task
from app.engine import LiveElement
from app.errors import DomainError, Refused
from app.storage import UnitOfWork

MOST = 1_000
"""Instructions in one request."""

NOWHERE = "-1"
"""How the published API says that no ancestor is chosen."""

_PATH = "/process-instances/<process_instance_key>"
_MAY = ("operate", "model:publish")

resource = Resource("v2-operating", __name__, "What operators do to a course.")


class OperationRequest(Wire):
    """What every request here may say besides."""

    operation_reference = fields.Integer(allow_none=True)
    reason = Text(2_000, load_default=OVER_API, metadata={"description": "why (ours)"})


class VariableInstruction(Wire):
    """Variables to set before tokens move: of the course, or of the live scope with this element id."""

    variables = Variables(required=True)
    scope_id = Text(load_default="")


class ActivateInstruction(Wire):
    """Put a token on an element, in the scope that is under way, or in the one named where there are several."""

    element_id = Text(required=True)
    ancestor_element_instance_key = Text(25, load_default=NOWHERE)
    variable_instructions = fields.List(fields.Nested(VariableInstruction), load_default=list)


class TerminateInstruction(Wire):
    """Take tokens away: one by its key, or all at an element."""

    element_id = Text()
    element_instance_key = Text(25)


class SourceInstruction(Wire):
    """Which tokens move: one by its key, or all at an element."""

    source_type = fields.String()
    source_element_id = Text()
    source_element_instance_key = Text(25)


class AncestorInstruction(Wire):
    """In which scope the new token goes."""

    ancestor_scope_type = fields.String()
    ancestor_element_instance_key = Text(25, load_default=NOWHERE)


class MoveInstruction(Wire):
    """Take tokens away from an element and put as many on another."""

    source_element_instruction = fields.Nested(SourceInstruction, required=True)
    target_element_id = Text(required=True)
    ancestor_scope_instruction = fields.Nested(AncestorInstruction, load_default=dict)
    variable_instructions = fields.List(fields.Nested(VariableInstruction), load_default=list)


class ModificationRequest(OperationRequest):
    """Tokens to put on elements and to take away, all in one step."""

    activate_instructions = fields.List(
        fields.Nested(ActivateInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    move_instructions = fields.List(
        fields.Nested(MoveInstruction), load_default=list, validate=validate.Length(max=MOST)
    )
    terminate_instructions = fields.List(
        fields.Nested(TerminateInstruction), load_default=list, validate=validate.Length(max=MOST)
    )


class MappingInstruction(Wire):
    """An element of the old version, and which of the new it becomes."""

    source_element_id = Text(required=True)
    target_element_id = Text(required=True)


class MigrationRequest(OperationRequest):
    """To which version, and by which mapping."""

    target_process_definition_key = fields.String(required=True)
    mapping_instructions = fields.List(
        fields.Nested(MappingInstruction), required=True, validate=validate.Length(max=MOST)
    )


@resource.route(f"{_PATH}/modification", methods=["POST"])
@resource.arguments(ModificationRequest)
@resource.response(204)
@permit(*_MAY)
def modify(asked: dict[str, Any], process_instance_key: str) -> Response:
    """Move a course by hand."""
    house, key = house_of(current_app), key_of(process_instance_key, "Forløbet")
    order = Order(current_principal(), asked["reason"])

    def act(work: UnitOfWork) -> None:
        course = courses.course(work.session, key)
        if not courses.may_operate(course, order.by):
            raise Refused("access:permit", "Du har ikke adgang til at gøre det her.")
        plan = _Plan(_Standing.of(work.session, house.runtime, course))
        plan.read(asked)
        for scope, variables in plan.variables:
            courses.set_variables(
                work, house.runtime, key, variables, order, scope=scope, local=bool(scope)
            )
        courses.move_token(
            work, house.runtime, key, order, activate=plan.activate, terminate=plan.terminate
        )

    house.database.run(act)
    return Response(status=204)


@resource.route(f"{_PATH}/migration", methods=["POST"])
@resource.arguments(MigrationRequest)
@resource.response(204)
@permit(*_MAY)
def migrate(asked: dict[str, Any], process_instance_key: str) -> Response:
    """Move a course to another version, if its history fits."""
    house, key = house_of(current_app), key_of(process_instance_key, "Forløbet")
    version = key_of(asked["target_process_definition_key"], "Modellen")
    mapping = {
        one["source_element_id"]: one["target_element_id"] for one in asked["mapping_instructions"]
    }
    order = Order(current_principal(), asked["reason"])
    house.database.run(
        lambda work: courses.migrate(work, house.runtime, key, version, mapping, order)
    )
    return Response(status=204)


@resource.route(f"{_PATH}/suspension", methods=["POST"])
@resource.arguments(OperationRequest, required=False)
@resource.response(204)
@permit(*_MAY)
def suspend(asked: dict[str, Any], process_instance_key: str) -> Response:
    """Make a course stand still."""
    house, key = house_of(current_app), key_of(process_instance_key, "Forløbet")
    order = Order(current_principal(), asked["reason"])
    house.database.run(lambda work: courses.suspend(work, house.runtime, key, order))
    return Response(status=204)


@resource.route(f"{_PATH}/resumption", methods=["POST"])
@resource.arguments(OperationRequest, required=False)
@resource.response(204)
@permit(*_MAY)
def resume(asked: dict[str, Any], process_instance_key: str) -> Response:
    """Let a course go on."""
    house, key = house_of(current_app), key_of(process_instance_key, "Forløbet")
    order = Order(current_principal(), asked["reason"])
    house.database.run(lambda work: courses.resume(work, house.runtime, key, order))
    return Response(status=204)


@dataclass(frozen=True)
class _Standing:
    """Where a course stands, by the keys that programs name it with."""

    living: tuple[LiveElement, ...]
    scopes: list[LiveScope]
    addresses: Mapping[int, str]

    @classmethod
    def of(cls, session: Session, runtime: Runtime, course: Course) -> _Standing:
        """Read it."""
        living = courses.living(session, runtime, course)
        keys = {key_of_element(course.key, one.address): one.address for one in living}
        open_tasks = select(Task.key, Task.address).where(
            Task.course_key == course.key, Task.status == "open"
        )
        keys |= {row.key: row.address for row in session.execute(open_tasks)} | {course.key: ""}
        return cls(living, courses.live_scopes(session, runtime, course, living), keys)

    def at_key(self, text: str, name: str) -> str:
        """Return the address that a key names.

        Raises:
            DomainError: nothing that is under way has it.
        """
        address = self.addresses.get(key_of(text, "Elementet"))
        if address is None:
            raise _wrong(name, "Der er ikke noget i gang med den nøgle i forløbet.")
        return address

    def at_element(self, element: str, name: str) -> list[str]:
        """Return the addresses of the tokens at an element.

        Raises:
            DomainError: there are none.
        """
        found = [
            one.address for one in courses.movable(self.living) if own_id(one.element) == element
        ]
        if not found:
            raise _wrong(name, f"Forløbet står ikke ved {element}.")
        return found

    def scope_for(self, element: str, ancestor: str, name: str) -> str:
        """Return the address of the scope in which a token can be put on an element.

        Raises:
            DomainError: there is none, or there are several and none is chosen.
        """
        found = [one.address for one in self.scopes if any(n.id == element for n in one.nodes)]
        if ancestor != NOWHERE:
            chosen = self.at_key(ancestor, name)
            found = [one for one in found if one == chosen]
        if len(found) != 1:
            text = (
                f"{element} findes flere steder, der er i gang. Vælg et med ancestorElementInstanceKey."
                if found
                else f"Der kan ikke sættes noget på {element}: det, trinnet ligger i, er ikke i gang."
            )
            raise _wrong(name, text)
        return found[0]


@dataclass
class _Plan:
    """What a modification comes to."""

    at: _Standing
    activate: list[tuple[str, str]] = field(default_factory=list)
    terminate: list[str] = field(default_factory=list)
    variables: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def read(self, asked: Mapping[str, Any]) -> None:
        """Understand all instructions.

        Raises:
            DomainError: one names what is not under way.
        """
        for one in asked["activate_instructions"]:
            name = "activateInstructions"
            ancestor = one["ancestor_element_instance_key"]
            scope = self.at.scope_for(one["element_id"], ancestor, name)
            self.activate.append((scope, one["element_id"]))
            self._set(one["variable_instructions"], name)
        for one in asked["terminate_instructions"]:
            self.terminate += self._named(
                one.get("element_id"), one.get("element_instance_key"), "terminateInstructions"
            )
        for one in asked["move_instructions"]:
            self._move(one)
        self.terminate = list(dict.fromkeys(self.terminate))

    def _move(self, one: Mapping[str, Any]) -> None:
        name, source = "moveInstructions", one["source_element_instruction"]
        taken = self._named(
            source.get("source_element_id"), source.get("source_element_instance_key"), name
        )
        where = one["ancestor_scope_instruction"]
        for address in taken:
            parent = address.rpartition("/")[0]
            if where.get("ancestor_scope_type") == "sourceParent":
                scope = parent
            else:
                ancestor = where.get("ancestor_element_instance_key", NOWHERE)
                scope = self._near(one["target_element_id"], ancestor, parent)
            self.activate.append((scope, one["target_element_id"]))
        self.terminate += taken
        self._set(one["variable_instructions"], name)

    def _near(self, element: str, ancestor: str, parent: str) -> str:
        """Return the scope of the target: the source's own, where the target is in it."""
        inside = [one for one in self.at.scopes if one.address == parent]
        if ancestor == NOWHERE and any(n.id == element for one in inside for n in one.nodes):
            return parent
        return self.at.scope_for(element, ancestor, "moveInstructions")

    def _named(self, element: str | None, key: str | None, name: str) -> list[str]:
        if key is not None:
            return [self.at.at_key(key, name)]
        if element is None:
            raise _wrong(name, "Sig hvilket element, ved id eller nøgle.")
        return self.at.at_element(element, name)

    def _set(self, instructions: Iterable[Mapping[str, Any]], name: str) -> None:
        for one in instructions:
            scope = one["scope_id"]
            found = [s.address for s in self.at.scopes if s.element == scope] if scope else [""]
            if len(found) != 1:
                raise _wrong(name, f"{scope} er ikke et sted i forløbet, der er i gang.")
            self.variables.append((found[0], one["variables"]))


def _wrong(name: str, text: str) -> DomainError:
    return DomainError("request:invalid", text, fields={name: text})
