"""Rehearsals: scenarios run through the same commands as users give, with a clock that is moved."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from app import access, citizens, courses
from app.citizens import Citizen, NewCitizen, NewGuardian
from app.clock import Clock, SetClock
from app.courses import StartRequest
from app.definitions import library, read_bpmn
from app.errors import DefinitionError, ForloebError
from app.invented import STAFF, synthetic
from app.settings import Settings
from app.storage import UnitOfWork
from app.studio.background import Installation
from app.studio.scenario import Scenario, Someone, read_scenario
from app.studio.scenario_run import Differs, ScenarioRun, Walked, open_now, said_by

_PUBLISHED = timedelta(days=1)
_DATABASE = "model.sqlite"

Opens = Callable[[Settings, Clock], Installation]
"""Opens an installation: `app.house.open_house`."""


@dataclass(frozen=True)
class Finding:
    """Something that went otherwise than the scenario says.

    Attributes:
        step: number of the step from 1; 0 for what is held against the whole run.
        about: what the step is.
        expected: in Danish.
        found: in Danish.
    """

    step: int
    about: str
    expected: str
    found: str


@dataclass(frozen=True)
class Result:
    """One scenario's run."""

    scenario: Scenario
    findings: tuple[Finding, ...]
    path: tuple[str, ...] = ()
    covered: frozenset[str] = frozenset()

    def lines(self) -> list[str]:
        """Return it as the command prints it for people."""
        where = f"{self.scenario.file.parent.parent.name}/{self.scenario.file.name}"
        if not self.findings:
            return [f"✓ {where}: {self.scenario.name}"]
        lines = [f"✗ {where}: {self.scenario.name}"]
        for finding in self.findings:
            at = f"trin {finding.step} ({finding.about})" if finding.step else finding.about
            lines += [f"  {at}", f"    ventet: {finding.expected}", f"    fundet: {finding.found}"]
        return lines

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "file": str(self.scenario.file),
            "name": self.scenario.name,
            "passed": not self.findings,
            "findings": [vars(finding) for finding in self.findings],
            "path": list(self.path),
        }


def run_tests(folder: Path, opens: Opens) -> Iterator[Result]:
    """Run all scenarios in a course's folder, or in the folders of several courses.

    Raises:
        DefinitionError: a scenario cannot be read, or the models cannot be published.
    """
    by_course: dict[Path, list[Scenario]] = {}
    for file in sorted(folder.rglob("scenarios/*.json")):
        by_course.setdefault(file.parent.parent, []).append(read_scenario(file))
    for course, scenarios in by_course.items():
        yield from rehearse(Stage(opens, library.gather(course), main_process(course)), scenarios)


@dataclass(frozen=True)
class Stage:
    """Where scenarios are played.

    Attributes:
        opens: opens a throwaway installation.
        files: the models with what they refer to.
        process: id of the process to start, where a scenario names no other.
    """

    opens: Opens
    files: Mapping[str, bytes]
    process: str


def rehearse(stage: Stage, scenarios: Sequence[Scenario]) -> Iterator[Result]:
    """Publish the files once into a throwaway database, and give each scenario a copy of it.

    Raises:
        DefinitionError: the files cannot be published.
    """
    with tempfile.TemporaryDirectory(prefix="forloeb-") as place:
        prepare(stage, scenarios, Path(place))
        for scenario in scenarios:
            yield play(stage, scenario, Path(place))


def prepare(stage: Stage, scenarios: Sequence[Scenario], place: Path) -> None:
    """Publish the files into a database in this folder, on the day before the first scenario.

    Raises:
        DefinitionError: the files cannot be published.
    """
    from app.storage import schema  # noqa: PLC0415 -- brings Alembic, which no page needs

    settings = _settings(place, place)
    engine = create_engine(settings.database)
    schema.upgrade(engine)
    engine.dispose()
    opening = min(scenario.starts for scenario in scenarios) - _PUBLISHED
    house = stage.opens(settings, SetClock(opening.astimezone(UTC)))
    house.database.run(lambda work: _prepare(house, work, stage.files))
    house.database.engine.dispose()


def play(stage: Stage, scenario: Scenario, place: Path) -> Result:
    """Run one scenario on a copy of the database that `prepare` made in this folder."""
    with tempfile.TemporaryDirectory(prefix="forloeb-") as own:
        _copy(place / _DATABASE, Path(own) / _DATABASE)
        return run_scenario(scenario, _settings(place, Path(own)), stage)


def _settings(secrets: Path, place: Path) -> Settings:
    return Settings(var=str(secrets), database_url=f"sqlite:///{place / _DATABASE}")


def _copy(source: Path, target: Path) -> None:
    """Copy a database whole, with what still stands in its write-ahead log."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def run_scenario(scenario: Scenario, settings: Settings, stage: Stage) -> Result:
    """Run one scenario on a database that has its models and the demo municipality's staff."""
    clock = SetClock(scenario.starts.astimezone(UTC))
    run = ScenarioRun(scenario, stage.opens(settings, clock), clock)
    findings: list[Finding] = []
    process, number = scenario.process or stage.process, 0
    try:
        run.house.database.run(lambda work: _begin(run, work, process))
        about = "start"
        run.stuck()
        for step in scenario.steps:
            number, about = number + 1, step.title
            run.take(step)
    except Differs as differs:
        findings.append(Finding(number, about, differs.expected, differs.found))
    except ForloebError as error:
        findings.append(Finding(0, "start", f"{process} begynder", said_by(error)))
    way = run.walked() if run.course else Walked()
    if not findings:
        findings += _held_against(scenario, run, way)
    run.house.database.engine.dispose()
    return Result(scenario, tuple(findings), way.path, way.covered)


def _prepare(house: Installation, work: UnitOfWork, files: Mapping[str, bytes]) -> None:
    house.publish(work, files, "dorte")
    for person in STAFF:
        access.add_person(work, replace(person, password=None))


def main_process(place: Path) -> str:
    """Return the id of the process that a course's folder, or a .bpmn file, is about.

    Raises:
        DefinitionError: it holds no model, or one that cannot be read.
    """
    found = (place / "model.bpmn", *sorted(place.glob("*.bpmn"))) if place.is_dir() else (place,)
    files = [path for path in found if path.is_file()]
    if not files:
        raise DefinitionError("scenario:no-model", f"{place} har ingen model.")
    processes = read_bpmn(files[0].read_bytes()).processes
    if not processes:
        raise DefinitionError("scenario:no-model", f"{files[0]} har ingen proces.")
    return processes[0].id


def _begin(run: ScenarioRun, work: UnitOfWork, process: str) -> None:
    house, someone = run.house, run.scenario.citizen
    run.citizen = None if someone is None else _register(house, work, someone)
    request = StartRequest(process, run.citizen, run.scenario.variables)
    run.course = courses.start(work, house.runtime, request, "lone").key


def _register(house: Installation, work: UnitOfWork, someone: Someone) -> Citizen:
    new = NewCitizen(
        cpr=synthetic(someone.born, 1),
        first_name=someone.first_name,
        last_name=someone.last_name,
        address_protected=someone.address_protected,
        municipality_code=house.settings.municipality_code,
    )
    citizen = citizens.find_or_register(work, house.runtime.keyring, new, "lone")
    for one in someone.guardians:
        guardian = NewGuardian(**one, valid_from=someone.born)
        citizens.add_guardian(work, citizen.key, guardian)
    return citizen


def _held_against(scenario: Scenario, run: ScenarioRun, way: Walked) -> Iterable[Finding]:
    """Hold a whole run against what the scenario expects of it."""
    path, end = way.path, way.end
    rest = iter(path)
    missing = next((one for one in scenario.path if one not in rest), None)
    if missing is not None:
        at = scenario.path.index(missing)
        before = f" efter {scenario.path[at - 1]}" if at else ""
        yield Finding(0, "path", f"{missing}{before}", " → ".join(path))
    for one in scenario.avoids:
        if one in path:
            yield Finding(0, "avoids", f"ikke {one}", " → ".join(path))
    if end != scenario.end:
        yield Finding(0, "end", scenario.end or "forløbet kører", end or "forløbet kører")
    waiting = sorted(run.open_tasks())
    if waiting != sorted(scenario.open):
        yield Finding(0, "open", open_now(scenario.open), open_now(waiting))
