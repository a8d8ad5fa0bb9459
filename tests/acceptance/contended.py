"""Many people at the same courses: an installation, the programs at work on it, and what must be true of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import create_engine, func, select

from app import access, audit, courses, journal
from app.courses import Course, StartRequest, stream
from app.courses.rows import CourseState
from app.engine import variables_at
from app.house import House, open_house
from app.jobs import DueWork
from app.settings import Settings
from app.storage import schema
from tests.acceptance.conftest import FORLOEB

PASSWORD = "en lang adgangskode"
PEOPLE = ("bent", "grete", "knud", "sonja")
CLIENT = Path(__file__).with_name("client.py")
PATIENCE = 180
TRIES = 0.1

_TASK = """<extensionElements><zeebe:userTask/><zeebe:ioMapping>
    <zeebe:output source="=append({one}, answer)" target="{one}"/></zeebe:ioMapping></extensionElements>"""
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <process id="contended" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f2" sourceRef="fork" targetRef="again"/>
    <sequenceFlow id="f3" sourceRef="fork" targetRef="wait"/>
    <exclusiveGateway id="again"/><sequenceFlow id="g1" sourceRef="again" targetRef="both"/>
    <parallelGateway id="both"/>
    <sequenceFlow id="g2" sourceRef="both" targetRef="one"/>
    <sequenceFlow id="g3" sourceRef="both" targetRef="two"/>
    <userTask id="one" name="Den ene">ONE</userTask><userTask id="two" name="Den anden">TWO</userTask>
    <boundaryEvent id="late" attachedToRef="one" cancelActivity="false">
      <timerEventDefinition><timeDuration>PT4S</timeDuration></timerEventDefinition></boundaryEvent>
    <sequenceFlow id="g4" sourceRef="late" targetRef="noticed"/><endEvent id="noticed"/>
    <sequenceFlow id="g5" sourceRef="one" targetRef="join"/>
    <sequenceFlow id="g6" sourceRef="two" targetRef="join"/>
    <parallelGateway id="join"/><sequenceFlow id="g7" sourceRef="join" targetRef="again"/>
    <exclusiveGateway id="wait"/><sequenceFlow id="h1" sourceRef="wait" targetRef="tick"/>
    <intermediateCatchEvent id="tick"><timerEventDefinition>
      <timeDuration>PT3S</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="h2" sourceRef="tick" targetRef="count"/>
    <scriptTask id="count"><extensionElements>
      <zeebe:script expression="=ticks + 1" resultVariable="ticks"/></extensionElements></scriptTask>
    <sequenceFlow id="h3" sourceRef="count" targetRef="wait"/>
  </process></definitions>""".replace("ONE", _TASK.format(one="one")).replace(
    "TWO", _TASK.format(one="two")
)
"""Two tasks for ever, one with a reminder, beside a clock that ticks; each answer is kept in a list."""


@dataclass
class Contended:
    """An installation with courses that several people work on at once; `serve` and `worker` start its programs."""

    folder: Path
    url: str
    programs: list[Program] = field(default_factory=list)
    clients: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @cached_property
    def house(self) -> House:
        """The installation, opened in this process."""
        return open_house(
            Settings(database_url=self.url, var=str(self.folder), demo=True, embedded_worker=False)
        )

    def prepare(self, count: int) -> None:
        """Create the people and start the courses."""
        engine = create_engine(self.url)
        schema.upgrade(engine)
        engine.dispose()
        house = self.house
        for name in PEOPLE:
            new = access.NewPerson(name, name.title(), roles=("operator",), password=PASSWORD)
            house.database.run(lambda work, new=new: access.add_person(work, new))
        files = {"contended.bpmn": MODEL.encode()}
        house.database.run(lambda work: house.publish(work, files, "grete"))
        request = StartRequest("contended", variables={"one": [], "two": [], "ticks": 0})
        for _ in range(count):
            house.database.run(lambda work: courses.start(work, house.runtime, request, "grete"))

    def serve(self, port: int, *, processes: int = 1) -> Program:
        """Start `forloeb serve`."""
        more = {"FORLOEB_WEB_PROCESSES": str(processes)}
        what = ["serve", "--port", str(port)]
        return self._started(f"serve-{port}", "kører på", what, more, port)

    def worker(self, number: int) -> Program:
        """Start `forloeb worker`."""
        return self._started(f"worker-{number}", "kører", ["worker"], {}, 0)

    def _started(
        self, name: str, ready: str, what: list[str], more: dict[str, str], port: int
    ) -> Program:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("FORLOEB_")}
        said = {"FORLOEB_VAR": str(self.folder), "FORLOEB_DATABASE_URL": self.url}
        environment = kept | said | {"FORLOEB_DEMO": "1"} | more
        program = Program(self.folder / f"{name}.log", ready, what, environment, port)
        program.start()
        self.programs.append(program)
        return program

    def start_clients(self, ports: Sequence[int], seconds: float) -> None:
        """Start a process for each of the people, which completes tasks until the time is up."""
        bases = [f"http://127.0.0.1:{port}" for port in ports]
        for name in PEOPLE:
            with (self.folder / f"{name}.jsonl").open("wb") as lines:
                what = [sys.executable, CLIENT, str(seconds), name, PASSWORD, *bases]
                self.clients.append(subprocess.Popen(what, stdout=lines))

    def tried(self) -> list[Tried]:
        """Wait for the clients and read what they tried."""
        assert [client.wait(PATIENCE) for client in self.clients] == [0] * len(PEOPLE)
        said = [(self.folder / f"{name}.jsonl").read_text() for name in PEOPLE]
        return [Tried(**json.loads(line)) for line in "".join(said).splitlines()]

    def stop(self) -> None:
        """End all programs."""
        for program in self.programs:
            program.end()

    def close(self) -> None:
        """End all programs, and let go of the database."""
        for client in self.clients:
            client.kill()
            client.wait()
        self.stop()
        self.house.database.engine.dispose()

    def overdue(self) -> timedelta:
        """Return how long the oldest piece of due work has waited."""
        with self.house.database.read() as session:
            oldest = session.scalar(select(func.min(DueWork.due)))
        return self.house.clock.now() - oldest if oldest else timedelta(0)

    def until_caught_up(self) -> None:
        """Wait until nothing that is due has waited for long: the clocks of all courses tick on."""
        end = time.monotonic() + PATIENCE
        while self.overdue() > timedelta(seconds=5):
            assert time.monotonic() < end, f"work is {self.overdue()} late\n{self.logs()}"
            time.sleep(TRIES)

    def logs(self) -> str:
        """Return what the programs said."""
        return "\n".join(
            f"--- {log.name}\n{log.read_text()[-3000:]}" for log in self.folder.glob("*.log")
        )


@dataclass
class Program:
    """A `forloeb` command at work, in a process group of its own, which can be killed and started again."""

    log: Path
    ready: str
    what: list[str]
    environment: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, for the first time or again."""
        self._begun = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [FORLOEB, *self.what],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_ready(self) -> bool:
        """Whether it has said that it is at work; a server, whether it answers."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        if self.ready.encode() not in self.log.read_bytes()[self._begun :]:
            return False
        return not self.port or answers(self.port)

    def until_ready(self) -> None:
        """Wait until it is at work."""
        end = time.monotonic() + PATIENCE
        while not self.is_ready:
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(TRIES)

    def kill(self) -> None:
        """Kill it and its children at once, whatever they are doing."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """Ask it to end, and wait until it has."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)


@dataclass(frozen=True)
class Tried:
    """One attempt of a client to complete a task: HTTP status (0: no answer), and what was said."""

    task: str
    answer: str
    status: int
    told: str


def answers(port: int) -> bool:
    """Tell whether a server answers, soon."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=2):
            return True
    except OSError:
        return False


@dataclass
class Found:
    """What a course holds, when everything is quiet."""

    answers: list[str]
    completed: int
    ticks: int
    fired: Counter[str]


def look(house: House) -> list[Found]:
    """Check what must be true of every course, whatever happened, and return what it holds.

    Every journal verifies; the open tasks, the waiting timers and all other rows are what it leads to; no timer
    fired twice; the clock's ticks are numbered without a gap; completions and answers are as many.
    """
    found = []
    with house.database.read() as session:
        report = audit.verify(session, house.runtime)
        assert report.ok, report.broken
        everything = session.scalars(select(Course)).all()
        pending = set(session.scalars(select(DueWork.ref)))
        for course in everything:
            model = house.runtime.models.get(session, course.version_key).model
            state = session.get_one(CourseState, course.key).state
            assert courses.differences(session, house.runtime, course.key) == []
            values = variables_at(model, state)
            entries = list(journal.read(session, stream(course.key), house.runtime.keyring))
            fired = Counter(
                entry.payload["timer"] for entry in entries if entry.kind == "course:timer-fired"
            )
            completed = sum(entry.kind == "course:task-completed" for entry in entries)
            assert set(fired.values()) <= {1}, "a timer fired twice"
            ticks = [address for address in fired if address.startswith("tick#")]
            assert sorted(ticks) == sorted(f"tick#{n}" for n in range(1, len(ticks) + 1))
            assert f"{course.key}:tick#{len(ticks) + 1}" in pending
            assert values["ticks"] == len(ticks)
            answers = [*values["one"], *values["two"]]
            assert len(answers) == len(set(answers)) == completed
            found.append(Found(answers, completed, len(ticks), fired))
    return found
