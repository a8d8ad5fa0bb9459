"""Moving many courses to another version: tried dry with a reason for each, done, and taken back, in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access, courses
from app.courses import Course, Order, Trial
from app.definitions import library
from app.errors import DomainError, ForloebError, Refused
from app.storage import UnitOfWork
from app.studio import background, history
from app.studio.background import RUNNING, Wanted, Workshop
from app.studio.rows import StudioRun, StudioRunCourse

MOVE = "move"
TRY, GO, UNDO = "try", "go", "undo"
FITS, MISFIT, MOVED, FAILED, UNDONE = "fits", "misfit", "moved", "failed", "undone"
"""Verdicts on a course."""
_SECONDS = 2.0
_MOST = 10_000


@dataclass(frozen=True)
class Wish:
    """What is to be moved.

    Attributes:
        process_id: the model.
        to: key of the version.
        courses: their keys.
        mapping: old element → new element, as `courses.try_migration` takes it; empty for what each course needs.
    """

    process_id: str
    to: int
    courses: Sequence[int]
    mapping: Mapping[str, str]


def begin(work: UnitOfWork, wish: Wish, by: str) -> StudioRun:
    """Put a dry run of many courses on the list.

    Raises:
        DomainError: no course is chosen, or too many.
    """
    if not 0 < len(wish.courses) <= _MOST:
        text = (
            "Vælg mindst ét forløb."
            if not wish.courses
            else f"Vælg højst {_MOST} forløb ad gangen."
        )
        raise DomainError("move:courses", text, fields={"courses": text})
    said = {"to": str(wish.to), "mapping": dict(wish.mapping), "phase": TRY, "after": 0}
    wanted = Wanted(MOVE, wish.process_id, total=len(wish.courses), result=said)
    run = background.begin(work, wanted, by)
    for key in sorted(set(wish.courses)):
        row = StudioRunCourse(run_key=run.key, course_key=key, verdict="", element="", detail={})
        work.session.add(row)
    return run


def go_on(work: UnitOfWork, run_key: int, phase: str, by: str, reason: str) -> None:
    """Move the courses that fit (`GO`), or take back those that were moved (`UNDO`).

    Raises:
        NotFound: no such run.
        DomainError: the reason is missing.
    """
    run = history.get(work.session, run_key)
    if not reason.strip():
        text = "Skriv hvorfor. Det bliver stående i forløbenes historik."
        raise DomainError("operate:reason", text, fields={"reason": text})
    wanted = FITS if phase == GO else MOVED
    run.total = sum(row.verdict == wanted for row in _rows(work.session, run_key))
    run.done, run.status, run.ended_at = 0, RUNNING, None
    run.result = {**run.result, "phase": phase, "after": 0, "reason": reason.strip(), "by": by}
    background.again(work, run)


def piece(workshop: Workshop, run_key: int) -> bool:
    """Try, move or take back courses for a while; tells whether some are left."""
    with workshop.database.read() as session:
        run = session.get_one(StudioRun, run_key)
        wanted = {TRY: "", GO: FITS, UNDO: MOVED}[run.result["phase"]]
        after = int(run.result["after"])
        rows = [
            row
            for row in _rows(session, run_key)
            if row.verdict == wanted and row.course_key > after
        ]
    until = monotonic() + _SECONDS
    for number, row in enumerate(rows, 1):
        found = _one(workshop, run, row)
        workshop.database.run(partial(_write, run_key=run_key, key=row.course_key, found=found))
        if monotonic() > until:
            return number < len(rows)
    return False


_Found = tuple[str, str, dict[str, object]]


def _one(workshop: Workshop, run: StudioRun, row: StudioRunCourse) -> _Found:
    if run.result["phase"] == TRY:
        return _tried(workshop, run, row.course_key)
    order = _order(workshop, run)
    key, runtime = row.course_key, workshop.runtime
    try:
        if run.result["phase"] == UNDO:
            workshop.database.run(lambda work: courses.undo_migration(work, runtime, key, order))
            return UNDONE, "", row.detail
        mapping: dict[str, str] = row.detail["mapping"]
        to = int(run.result["to"])
        workshop.database.run(lambda work: courses.migrate(work, runtime, key, to, mapping, order))
    except ForloebError as error:
        failed = MOVED if run.result["phase"] == UNDO else FAILED
        return failed, row.element, {**row.detail, "message": error.message}
    return MOVED, "", row.detail


def _order(workshop: Workshop, run: StudioRun) -> Order:
    with workshop.database.read() as session:
        person = access.acting(session, run.result["by"])
    if person is None:
        raise Refused("access:permit", "Du har ikke adgang til at gøre det her.")
    return Order(person, run.result["reason"])


def _tried(workshop: Workshop, run: StudioRun, key: int) -> _Found:
    mapping: dict[str, str] = run.result["mapping"]
    with workshop.database.read() as session:
        try:
            course = courses.course(session, key)
            trial = courses.try_migration(
                session, workshop.runtime, course, int(run.result["to"]), mapping or None
            )
            if not trial.fits and trial.offer and not mapping:
                trial = _offered(session, workshop, course, trial)
        except ForloebError as error:
            return MISFIT, "", {"message": error.message, "mapping": {}}
    detail: dict[str, object] = {"mapping": dict(trial.mapping), "message": trial.message}
    if trial.fits:
        return FITS, "", detail
    return MISFIT, trial.element, {**detail, "seq": trial.seq, "offer": dict(trial.offer)}


def _offered(session: Session, workshop: Workshop, course: Course, trial: Trial) -> Trial:
    """Try once more with the mapping that the first trial offers; keep the first answer where that does not help."""
    again = courses.try_migration(
        session, workshop.runtime, course, trial.version.key, dict(trial.offer)
    )
    return again if again.fits else trial


def report(session: Session, run: StudioRun) -> list[StudioRunCourse]:
    """Return how it went with each course."""
    return _rows(session, run.key)


def version_to(session: Session, run: StudioRun) -> library.DefinitionVersion | None:
    """Return the version that the courses are moved to."""
    return library.version(session, int(run.result["to"]))


def _rows(session: Session, run_key: int) -> list[StudioRunCourse]:
    query = select(StudioRunCourse).where(StudioRunCourse.run_key == run_key)
    return list(session.scalars(query.order_by(StudioRunCourse.course_key)))


def _write(work: UnitOfWork, run_key: int, key: int, found: _Found) -> None:
    run = work.session.get_one(StudioRun, run_key)
    row = work.session.get_one(StudioRunCourse, (run_key, key))
    row.verdict, row.element, row.detail = found[0], found[1], found[2]
    run.done += 1
    run.result = {**run.result, "after": key}
