"""A model's scenarios run on a draft, one at a time in the background, with what of the model they cover."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy.orm import Session

from app.courses import Version
from app.errors import ForloebError
from app.storage import UnitOfWork
from app.studio import background, drafts, history
from app.studio.background import Wanted, Workshop
from app.studio.candidate import candidate
from app.studio.rehearsal import Result, Stage, play, prepare
from app.studio.rows import StudioRun
from app.studio.scenario import Scenario, parse_scenario
from app.studio.scenarios import scenarios
from app.studio.workspace import Workspace

SCENARIOS = "scenarios"

_stages: dict[str, Path] = {}
"""Where this process has published the files under test, by their digest: there is one at a time."""


def begin(work: UnitOfWork, draft_key: int, by: str) -> StudioRun:
    """Put a draft's scenarios on the list; a run of them that is under way is stopped."""
    draft = drafts.get(work.session, draft_key)
    before = history.latest(work.session, draft_key, SCENARIOS)
    if before is not None:
        background.stop(work, before.key)
    digest = drafts.workspace_of(work.session, draft).digest
    total = len(scenarios(work.session, draft.process_id))
    wanted = Wanted(SCENARIOS, draft.process_id, draft_key, digest, total, {"results": []})
    return background.begin(work, wanted, by)


def piece(workshop: Workshop, run_key: int) -> bool:
    """Run the next scenario, and write down how it went; tells whether some are left."""
    with workshop.database.read() as session:
        run = session.get_one(StudioRun, run_key)
        draft = drafts.get(session, run.draft_key or 0)
        at = drafts.workspace_of(session, draft)
        told = scenarios(session, run.process_id)
        done = len(run.result["results"])
    if done >= len(told):
        return False
    stage = Stage(workshop.open, at.files, run.process_id)
    try:
        found = [
            parse_scenario(Path(run.process_id, SCENARIOS, row.name), row.content) for row in told
        ]
        result = _as_kept(play(stage, found[done], _place(stage, found, at.digest)))
    except ForloebError as error:
        result = _failed(told[done].name, error)
    workshop.database.run(lambda work: _write(work, run_key, result))
    left = done + 1 < len(told)
    if not left:
        _clear()
    return left


def _place(stage: Stage, found: list[Scenario], digest: str) -> Path:
    """Return the folder with the database that the files are published in."""
    if digest not in _stages:
        _clear()
        place = Path(mkdtemp(prefix="forloeb-"))
        prepare(stage, found, place)
        _stages[digest] = place
    return _stages[digest]


def _clear() -> None:
    """Throw the databases away that files under test were published in."""
    for place in _stages.values():
        shutil.rmtree(place, ignore_errors=True)
    _stages.clear()


def _as_kept(result: Result) -> dict[str, Any]:
    said = result.as_json()
    return {
        "file": result.scenario.file.name,
        "name": said["name"],
        "passed": said["passed"],
        "findings": said["findings"],
        "steps": len(result.scenario.steps),
        "end": result.scenario.end or "",
        "path": list(result.path),
        "covered": sorted(result.covered),
    }


def _failed(name: str, error: ForloebError) -> dict[str, Any]:
    finding = {
        "step": 0,
        "about": "start",
        "expected": "scenariet kan køres",
        "found": error.message,
    }
    return {
        "file": name,
        "name": name,
        "passed": False,
        "findings": [finding],
        "steps": 0,
        "end": "",
        "path": [],
        "covered": [],
    }


def _write(work: UnitOfWork, run_key: int, result: Mapping[str, Any]) -> None:
    run = work.session.get_one(StudioRun, run_key)
    run.result = {**run.result, "results": [*run.result["results"], dict(result)]}
    run.done += 1


@dataclass(frozen=True)
class Coverage:
    """What of a model some courses or scenarios have walked.

    Attributes:
        walked, missed: ids of elements and flows of the main process.
        names: of the elements that were missed, for people: id → name.
    """

    walked: tuple[str, ...]
    missed: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def total(self) -> int:
        """All elements of the process."""
        return len(self.names) + self.elements

    elements: int = 0


def coverage(session: Session, at: Workspace, run: StudioRun) -> Coverage:
    """Return what of the main process the scenarios have walked.

    Raises:
        DefinitionError: the engine cannot run it.
    """
    return covered_of(
        candidate(session, at), {c for one in run.result["results"] for c in one["covered"]}
    )


def covered_of(version: Version, covered: set[str]) -> Coverage:
    """Return what of a version's main process is among these elements and flows."""
    process = version.bundle.process
    nodes = {node.id: node.name or node.id for node in process.nodes}
    flows = [flow.id for flow in process.flows]
    walked = [name for name in (*nodes, *flows) if name in covered]
    missed = [name for name in (*nodes, *flows) if name not in covered]
    unseen = {name: title for name, title in nodes.items() if name not in covered}
    return Coverage(tuple(walked), tuple(missed), unseen, sum(name in nodes for name in walked))
