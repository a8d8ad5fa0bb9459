"""The back-test of a version on real history: every journal of a model decided again, in the background."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses import Course, Runtime, Version
from app.errors import Conflict, NotFound
from app.storage import PAGE_ROWS, Page, UnitOfWork, nearest_page, rows_before
from app.studio import background, drafts
from app.studio.background import Wanted, Workshop
from app.studio.backtest import (
    DIVERGES,
    SAME,
    SEALED,
    UNDECIDABLE,
    VALUES,
    Differing,
    Outcome,
    replay_on,
    values_at,
)
from app.studio.candidate import candidate
from app.studio.rows import StudioRun, StudioRunCourse
from app.studio.workspace import Files, Workspace

BACKTEST = "backtest"
_SECONDS = 2.0
"""How long one piece takes: a web process does other due work in between."""

_tried: dict[str, Version] = {}
"""The version under test, compiled, by the digest of its files: there is one at a time in a process."""


@dataclass(frozen=True)
class Group:
    """Courses that part from the old version in one and the same way.

    Attributes:
        verdict, element, old, new: as in `Outcome`.
        courses: how many.
        accepted: a designer has said that it is meant so.
    """

    verdict: str
    element: str
    old: str
    new: str
    courses: int
    accepted: bool

    @property
    def code(self) -> str:
        """How the group is named in a form."""
        return f"{self.verdict}|{self.element}|{self.old}|{self.new}"


def begin(work: UnitOfWork, draft_key: int, by: str) -> StudioRun:
    """Put a draft's back-test on the list; one that runs for it already is stopped."""
    draft = drafts.get(work.session, draft_key)
    before = latest(work.session, draft_key)
    if before is not None:
        background.stop(work, before.key)
    digest = drafts.workspace_of(work.session, draft).digest
    total = work.session.scalar(_of(draft.process_id, func.count())) or 0
    wanted = Wanted(BACKTEST, draft.process_id, draft_key, digest, total, {"after": 0})
    return background.begin(work, wanted, by)


def latest(session: Session, draft_key: int, kind: str = BACKTEST) -> StudioRun | None:
    """Return the last run of a kind for a draft; None where there was none."""
    query = select(StudioRun).where(StudioRun.draft_key == draft_key, StudioRun.kind == kind)
    return session.scalars(query.order_by(StudioRun.key.desc()).limit(1)).first()


def piece(workshop: Workshop, run_key: int) -> bool:
    """Decide courses again for a while, and write down how they went; tells whether some are left."""
    with workshop.database.read() as session:
        run = session.get_one(StudioRun, run_key)
        target = _target(session, run)
        after = int(run.result["after"])
        found: list[tuple[int, Outcome]] = []
        until = monotonic() + _SECONDS
        query = _of(run.process_id, Course).where(Course.key > after).order_by(Course.key)
        for course in session.scalars(query.limit(500)):
            found.append((course.key, replay_on(session, workshop.runtime, course, target)))
            if monotonic() > until:
                break
    workshop.database.run(lambda work: _write(work, run_key, found))
    return bool(found)


@dataclass(frozen=True)
class Replayed:
    """All courses of a model, decided again at once: for the command line.

    Attributes:
        process_id: the model.
        outcomes: course key → how it would have gone.
    """

    process_id: str
    outcomes: Mapping[int, Outcome]

    @property
    def diverging(self) -> int:
        """How many would go another way."""
        return sum(one.verdict == DIVERGES for one in self.outcomes.values())

    @property
    def commands(self) -> int:
        """How many commands were decided again."""
        return sum(one.commands for one in self.outcomes.values())

    def as_json(self) -> dict[str, Any]:
        """Return it as `forloeb model backtest --json` prints it: no values, for they may be about a person."""
        verdicts = Counter(one.verdict for one in self.outcomes.values())
        return {
            "process": self.process_id,
            "courses": len(self.outcomes),
            "commands": self.commands,
            "verdicts": dict(verdicts),
            "otherwise": [
                {"course": str(key), "verdict": one.verdict, "element": one.element, **one.detail}
                for key, one in self.outcomes.items()
                if one.verdict != SAME
            ],
        }

    def lines(self) -> list[str]:
        """Return it as the command prints it for people."""
        same = sum(one.verdict in {SAME, VALUES} for one in self.outcomes.values())
        found = [
            f"{len(self.outcomes)} forløb genspillet: {same} går samme vej, {self.diverging} en anden."
        ]
        for key, one in self.outcomes.items():
            if one.verdict == DIVERGES:
                new = one.refused or one.new or "venter"
                found.append(
                    f"  {key}, post {one.seq}: ved {one.element} {one.old or 'venter'} → {new}"
                )
            elif one.verdict != SAME:
                names = ", ".join(one.names)
                found.append(f"  {key}: {WORDS[one.verdict]}{f' ({names})' if names else ''}")
        return found


WORDS = {
    VALUES: "samme vej, andre værdier",
    SEALED: "oplysninger er slettet, så forløbet kan ikke genspilles",
    UNDECIDABLE: "journalen kan ikke afgøres igen",
}


def replay_all(session: Session, runtime: Runtime, process_id: str, files: Files) -> Replayed:
    """Decide all courses of a model again on a version that these files would be.

    Raises:
        NotFound: the files do not hold the model's process.
        DefinitionError: the engine cannot run it.
    """
    target = candidate(session, Workspace(process_id, "", files))
    query = _of(process_id, Course).order_by(Course.key)
    found = {one.key: replay_on(session, runtime, one, target) for one in session.scalars(query)}
    return Replayed(process_id, found)


def groups(session: Session, run: StudioRun) -> list[Group]:
    """Return how the courses that do not go the same way part, the largest group first."""
    query = select(StudioRunCourse).where(
        StudioRunCourse.run_key == run.key, StudioRunCourse.verdict != "same"
    )
    counted = Counter(
        (row.verdict, row.element, row.detail["old"], row.detail["new"])
        for row in session.scalars(query)
    )
    found = [
        Group(*at, courses=count, accepted="|".join(at) in run.accepted)
        for at, count in counted.items()
    ]
    return sorted(found, key=lambda one: (-one.courses, one.code))


def tally(session: Session, run: StudioRun) -> Mapping[str, int]:
    """Return how many courses have each verdict."""
    query = (
        select(StudioRunCourse.verdict, func.count().label("courses"))
        .where(StudioRunCourse.run_key == run.key)
        .group_by(StudioRunCourse.verdict)
    )
    return {row.verdict: row.courses for row in session.execute(query)}


def courses_in(session: Session, run: StudioRun, code: str, number: int) -> Page[StudioRunCourse]:
    """Return the courses of one group, a page at a time."""
    verdict, element, old, new = (code.split("|") + [""] * 4)[:4]
    query = select(StudioRunCourse).where(
        StudioRunCourse.run_key == run.key,
        StudioRunCourse.verdict == verdict,
        StudioRunCourse.element == element,
    )
    rows = [
        row
        for row in session.scalars(query.order_by(StudioRunCourse.course_key))
        if (row.detail["old"], row.detail["new"]) == (old, new)
    ]
    page = nearest_page(number, len(rows))
    first = rows_before(page)
    return Page(tuple(rows[first : first + PAGE_ROWS]), len(rows), page)


def accept(work: UnitOfWork, run_key: int, code: str, *, accepted: bool = True) -> None:
    """Note that a way of parting is meant so, or no longer.

    Raises:
        NotFound: no such run.
    """
    run = get(work.session, run_key)
    others = [one for one in run.accepted if one != code]
    run.accepted = [*others, code] if accepted else others


def get(session: Session, run_key: int) -> StudioRun:
    """Return a run.

    Raises:
        NotFound: no such run.
    """
    run = session.get(StudioRun, run_key)
    if run is None:
        raise NotFound("run:unknown", "Kørslen findes ikke.")
    return run


def open_questions(session: Session, run: StudioRun) -> list[Group]:
    """Return the ways of parting that nobody has accepted: they keep the draft from being published."""
    return [one for one in groups(session, run) if one.verdict == DIVERGES and not one.accepted]


def values(
    session: Session, runtime: Runtime, course: Course, at: Workspace
) -> tuple[Differing, ...]:
    """Return with which values one course parts; they are decided anew and kept nowhere."""
    return values_at(session, runtime, course, candidate(session, at))


def _of(process_id: str, what: Any) -> Any:
    return select(what).select_from(Course).where(Course.process_id == process_id)


def _target(session: Session, run: StudioRun) -> Version:
    draft = drafts.get(session, run.draft_key or 0)
    at = drafts.workspace_of(session, draft)
    if at.digest != run.digest:
        text = "Kladden er ændret, siden genspillet begyndte. Genspil historien igen."
        raise Conflict("run:draft-changed", text)
    if run.digest not in _tried:
        _tried.clear()
        _tried[run.digest] = candidate(session, at)
    return _tried[run.digest]


def _write(work: UnitOfWork, run_key: int, found: list[tuple[int, Outcome]]) -> None:
    run = work.session.get_one(StudioRun, run_key)
    for key, outcome in found:
        row = StudioRunCourse(
            run_key=run_key,
            course_key=key,
            verdict=outcome.verdict,
            element=outcome.element,
            detail=outcome.detail,
        )
        work.session.merge(row)
    if found:
        run.done += len(found)
        run.result = {**run.result, "after": found[-1][0]}
