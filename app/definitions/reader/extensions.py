"""The `zeebe:` extensions of one element, as the values of `app.definitions.model.graph`.

Source: Camunda 8 documentation, "BPMN" and the zeebe moddle descriptor (element and attribute
    names).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from app import feel
from app.definitions.model.graph import (
    Call,
    CalledDecision,
    JobDefinition,
    Script,
    UserTask,
    VariableMapping,
)
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, OTHER_ENGINES, ZEEBE
from app.definitions.reader.reading import Reading
from app.definitions.reader.xml import XmlElement

_TEMPLATE_ATTRIBUTES = frozenset(
    {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
)
_CONTAINERS = frozenset({"taskHeaders", "ioMapping", "properties"})


@dataclass(frozen=True)
class Extensions:
    """What an element's `extensionElements` say, by zeebe name."""

    parts: dict[str, XmlElement] = field(default_factory=dict)

    def get(self, part: str, attribute: str, default: str = "") -> str:
        """Return an attribute of a zeebe element, or the default where there is none."""
        found = self.parts.get(part)
        return default if found is None else xml.attribute(found, attribute) or default

    def _pairs(self, part: str, name: str, first: str, second: str) -> tuple[tuple[str, str], ...]:
        container = self.parts.get(part)
        if container is None:
            return ()
        return tuple(
            (xml.attribute(item, first), xml.attribute(item, second))
            for item in xml.children(container, ZEEBE, name)
        )

    @property
    def properties(self) -> tuple[tuple[str, str], ...]:
        """`zeebe:property` names and values."""
        return self._pairs("properties", "property", "name", "value")

    def mappings(self, direction: str) -> tuple[VariableMapping, ...]:
        """Return the `input` or `output` mappings in document order; an input without a source is null."""
        container = self.parts.get("ioMapping")
        if container is None:
            return ()
        missing = "=null" if direction == "input" else ""
        return tuple(
            VariableMapping(xml.attribute(item, "source", missing), xml.attribute(item, "target"))
            for item in xml.children(container, ZEEBE, direction)
        )

    @property
    def version_tag(self) -> str:
        """`zeebe:versionTag` of a process."""
        return self.get("versionTag", "value")

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """`zeebe:header` keys and values: of a job, or of a user task."""
        return self._pairs("taskHeaders", "header", "key", "value")

    @property
    def job(self) -> JobDefinition | None:
        """`zeebe:taskDefinition` with its headers, or None."""
        if "taskDefinition" not in self.parts:
            return None
        return JobDefinition(
            type=self.get("taskDefinition", "type"),
            retries=self.get("taskDefinition", "retries", "3"),
            headers=self.headers,
        )

    @property
    def script(self) -> Script | None:
        """`zeebe:script`, or None."""
        if "script" not in self.parts:
            return None
        return Script(self.get("script", "expression"), self.get("script", "resultVariable"))

    @property
    def decision(self) -> CalledDecision | None:
        """`zeebe:calledDecision`, or None."""
        if "calledDecision" not in self.parts:
            return None
        return CalledDecision(
            self.get("calledDecision", "decisionId"),
            self.get("calledDecision", "resultVariable"),
            self.get("calledDecision", "bindingType", "latest"),
            self.get("calledDecision", "versionTag"),
        )

    @property
    def call(self) -> Call | None:
        """`zeebe:calledElement`, or None."""
        called = self.parts.get("calledElement")
        if called is None:
            return None
        return Call(
            self.get("calledElement", "processId"),
            self.get("calledElement", "bindingType", "latest"),
            self.get("calledElement", "versionTag"),
            propagate_all_parent=xml.flag(called, "propagateAllParentVariables", default=True),
            propagate_all_child=xml.flag(called, "propagateAllChildVariables", default=True),
        )

    @property
    def user_task(self) -> UserTask:
        """Form, assignment, schedule and priority of a user task; each "" where it is not said."""
        return UserTask(
            form_id=self.get("formDefinition", "formId"),
            assignee=self.get("assignmentDefinition", "assignee"),
            candidate_groups=self.get("assignmentDefinition", "candidateGroups"),
            candidate_users=self.get("assignmentDefinition", "candidateUsers"),
            due_date=self.get("taskSchedule", "dueDate"),
            follow_up_date=self.get("taskSchedule", "followUpDate"),
            priority=self.get("priorityDefinition", "priority"),
        )


def _extension_elements(element: XmlElement) -> Iterator[XmlElement]:
    for container in xml.children(element, BPMN, "extensionElements"):
        yield from container


def read_extensions(element: XmlElement, at: str, reading: Reading) -> Extensions:
    """Read an element's extensions; note the unknown, the refused and those for another engine.

    Args:
        element: a process, flow node, flow or root element.
        at: id of the element that a finding is shown at.
        reading: takes the findings.
    """
    parts: dict[str, XmlElement] = {}
    engines: dict[str, list[str]] = {}
    for name in element.attrib:
        space, _, plain = str(name).rpartition("}")
        _note_foreign(space[1:], plain, engines)
        if space[1:] == ZEEBE and plain not in _TEMPLATE_ATTRIBUTES:
            reading.refuse("extension:unknown", at, f"Attributten zeebe:{plain} er ikke kendt her.")
    for found in _extension_elements(element):
        space, plain = xml.namespace(found), xml.local(found)
        _note_foreign(space, plain, engines)
        if _takes_all(found):
            continue
        if space == ZEEBE and reading.look_up(found, at) is not None:
            parts.setdefault(plain, found)
            if plain in _CONTAINERS:
                for inner in found:
                    reading.look_up(inner, at)
    for engine, names in engines.items():
        if parts or reading.for_camunda_8:
            reading.warn(
                "extension:no-effect",
                at,
                f"{', '.join(sorted(set(names)))} er skrevet til {engine} og har ingen virkning.",
                "Slet det gamle, når zeebe-udvidelserne (Camunda 8) siger det samme.",
            )
            continue
        reading.refuse(
            "extension:other-engine",
            at,
            f"{', '.join(sorted(set(names)))} er skrevet til {engine} og virker ikke her.",
            "Skriv det med zeebe-udvidelserne (Camunda 8), og slet det gamle.",
        )
    return Extensions(parts)


def _takes_all(found: XmlElement) -> bool:
    """Whether it is a filter of a conditional event that leaves nothing out of what its condition reads."""
    if xml.namespace(found) != ZEEBE or xml.local(found) != "conditionalFilter":
        return False
    names, events = (_names(found, f"variable{kind}") for kind in ("Names", "Events"))
    if events != {"create", "update"}:
        return False
    condition = xml.text(xml.child(found.getparent().getparent(), BPMN, "condition"))
    try:
        return not names or feel.parse(condition.removeprefix("=")).names <= names
    except feel.FeelError:  # a rule says what is wrong with it
        return True


def _names(found: XmlElement, attribute: str) -> set[str]:
    return {name.strip() for name in xml.attribute(found, attribute).split(",")} - {""}


def _note_foreign(space: str, name: str, engines: dict[str, list[str]]) -> None:
    engine = OTHER_ENGINES.get(space)
    if engine is not None:
        engines.setdefault(engine, []).append(name)
