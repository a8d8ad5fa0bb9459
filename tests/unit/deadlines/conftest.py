"""A desk at which courses run with the municipality's own decision tables: see tests/unit/courses/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select

from app import courses, deadlines, jobs
from app.access import Principal
from app.clock import LOCAL, SetClock
from app.connectors import Registry
from app.courses import Runtime, StartRequest, Task
from app.deadlines import Deadline
from app.definitions import library
from app.journal import Keyring, read_stored
from app.storage import Base, Database, Facts

SHARED = Path(__file__).parents[3] / "workflows" / "shared"
TABLES = ("deadlines.dmn", "legal_bases.dmn", "authority.dmn")

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""Monday 2 November 2026, ten o'clock in Denmark."""

METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))

DRIFT = Principal(2, "drift", "Dorte Drift", frozenset({"operator"}), frozenset())

HEAD = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">"""


def local(text: str) -> datetime:
    """An instant in Danish time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def line(*steps: str) -> str:
    """A process that goes through elements one after the other."""
    ids = [step.split('id="', 1)[1].split('"', 1)[0] for step in steps]
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(zip(["s", *ids], [*ids, "e"], strict=True))
    )
    return (
        f'<process id="p" isExecutable="true"><startEvent id="s"/>{"".join(steps)}'
        f'<endEvent id="e"/>{flows}</process>'
    )


def task(name: str, extensions: str = "", **properties: str) -> str:
    """A user task with properties."""
    inner = "".join(
        f'<zeebe:property name="{key}" value="{value}"/>' for key, value in properties.items()
    )
    held = f"<zeebe:properties>{inner}</zeebe:properties>" if inner else ""
    return (
        f'<userTask id="{name}" name="{name}"><extensionElements><zeebe:userTask/>{extensions}{held}'
        "</extensionElements></userTask>"
    )


def service(name: str, operation: str, output: str = "deadline", **inputs: str) -> str:
    """A service task that has an operation performed; what starts with `=` is FEEL."""
    mapped = "".join(
        f'<zeebe:input source="{source}" target="{target}"/>' for target, source in inputs.items()
    )
    return (
        f'<serviceTask id="{name}"><extensionElements><zeebe:taskDefinition type="{operation}"/>'
        f'<zeebe:ioMapping>{mapped}<zeebe:output source="={output}" target="{output}"/></zeebe:ioMapping>'
        "</extensionElements></serviceTask>"
    )


@dataclass
class Desk:
    """What a test works with."""

    database: Database
    clock: SetClock
    runtime: Runtime

    def publish(self, body: str = "", **files: bytes) -> None:
        named = {name.replace("_dmn", ".dmn"): content for name, content in files.items()}
        if body:
            named["model.bpmn"] = (HEAD + body + "</definitions>").encode()
        self.database.run(
            lambda work: library.publish(work, named, "designer", self.runtime.keyring)
        )

    def start(self, **variables: Any) -> int:
        request = StartRequest("p", variables=variables)
        return self.database.run(
            lambda work: courses.start(work, self.runtime, request, "mette").key
        )

    def task(self, course: int, element: str) -> Task:
        with self.database.read() as session:
            query = select(Task).where(Task.course_key == course, Task.element == element)
            return session.scalars(query.order_by(Task.key.desc())).first() or pytest.fail(
                f"no {element}"
            )

    def complete(self, course: int, element: str, **answers: Any) -> None:
        key = self.task(course, element).key
        self.database.run(lambda work: courses.complete(work, self.runtime, key, answers, METTE))

    def deadlines(self, course: int) -> list[Deadline]:
        with self.database.read() as session:
            return deadlines.of_course(session, course)

    def variables(self, course: int, element: str) -> dict[str, Any]:
        task = self.task(course, element)
        with self.database.read() as session:
            return courses.visible_variables(session, self.runtime, task)

    def kinds(self, course: int) -> list[str]:
        with self.database.read() as session:
            return [one.kind for one in read_stored(session, courses.stream(course))]

    def go_to(self, text: str) -> None:
        """Move the clock to an instant in Danish time, and do what has fallen due."""
        self.clock.set(local(text))
        self.run_due()

    def run_due(self) -> int:
        return jobs.run_due(
            self.database,
            {
                courses.TIMER: lambda work, ref: courses.fire_timer(work, self.runtime, ref),
                deadlines.WATCH: courses.watch_deadline,
                courses.OVERDUE: lambda work, _: courses.make_overdue_round(work),
            },
        )


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = create_engine(f"sqlite:///{tmp_path / 'deadlines.sqlite'}")
    Base.metadata.create_all(engine)
    yield open_desk(engine)
    engine.dispose()


def open_desk(engine: Engine) -> Desk:
    """A desk at a database that has its tables."""
    clock = SetClock(MONDAY)
    registry, facts = Registry(), Facts()
    deadlines.register(registry)
    runtime = Runtime(Keyring("AAAA" * 10 + "AAA="), registry)
    courses.listen(facts, runtime)
    built = Desk(Database(engine, clock, facts), clock, runtime)
    built.publish(**{name.replace(".", "_"): (SHARED / name).read_bytes() for name in TABLES})
    return built
