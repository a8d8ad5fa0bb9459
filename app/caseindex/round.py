"""Keeping the outbox: once a minute every course is held against what was last said of it.

So whatever changes a course is seen, by whichever way it came: a start, another unit or person, an end, address
protection, an erased citizen. A course is in the index if its model names a KLE subject (property `kle`) and it is
about a citizen whose address is not protected; anonymous courses are about nobody and never are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app import citizens, jobs, teams, units
from app.caseindex.entries import KLE, Case
from app.caseindex.rows import CaseIndexRow
from app.courses import Course, Runtime
from app.storage import UnitOfWork

INDEX = "case-index"
"""The name under which the round stands in the list of due work."""

PROPERTY = "kle"
"""Property of a process: the KLE subject of its courses; without one they are not in the index."""

_PAUSE = timedelta(minutes=1)


def begin(work: UnitOfWork) -> None:
    """Put the first round on the list of due work; one that is there already stays."""
    if not jobs.is_scheduled(work.session, INDEX, ""):
        jobs.schedule(work, INDEX, "", work.now)


def make_round(runtime: Runtime, municipality: str, work: UnitOfWork, _ref: str) -> None:
    """Say what has changed since the last round, and plan the next.

    Args:
        runtime: whose models name the subjects.
        municipality: three-digit code.
        work: the transaction to write in.
    """
    jobs.schedule(work, INDEX, "", work.now + _PAUSE)
    said = {row.course_key: row for row in work.session.scalars(select(CaseIndexRow))}
    now = {
        case.course_key: case
        for case in cases(work.session, runtime, {key for key in said if not said[key].ended})
    }
    for key, case in now.items():
        entry, row = case.entry(municipality), said.get(key)
        if row is None:
            row = CaseIndexRow(course_key=key, number=0, entry=None)
            work.session.add(row)
        if row.entry != entry:
            row.number, row.at = work.next_key(), work.now
            row.entry, row.ended = entry, case.ended_at is not None
    under_way = {key for key, row in said.items() if row.entry is not None and not row.ended}
    for key in (under_way | _to_take_out(work.session, runtime)) - now.keys():
        row = said[key]
        row.number, row.at, row.entry, row.ended = work.next_key(), work.now, None, False
    work.session.flush()


def _to_take_out(session: Session, runtime: Runtime) -> set[int]:
    """Return the keys of courses, ended ones too, of which something was said that may be said no longer."""
    said = select(CaseIndexRow.course_key, Course.citizen_key).outerjoin(
        Course, Course.key == CaseIndexRow.course_key
    )
    hidden = _hidden(session, runtime)
    found = session.execute(said.where(CaseIndexRow.entry.is_not(None)))
    return {key for key, whose in found if whose is None or whose in hidden}


def cases(session: Session, runtime: Runtime, besides: set[int]) -> Iterator[Case]:
    """Return the courses that belong in the index: those under way, and others by their keys."""
    here = or_(Course.status != "ended", Course.key.in_(besides))
    subjects = _subjects(session, runtime, here)
    if not subjects:
        return
    wanted = select(
        Course.key,
        Course.name,
        Course.version_key,
        Course.citizen_key,
        Course.started_at,
        Course.ended_at,
    ).where(here, Course.version_key.in_(subjects), Course.citizen_key.is_not(None))
    found = session.execute(wanted.order_by(Course.key)).all()
    keys = [row.key for row in found]
    hidden = _hidden(session, runtime)
    posts, places = teams.coordinators(session, keys), units.of_courses(session, keys)
    uuids = {unit.code: unit.uuid for unit in units.all_units(session)}
    for row in found:
        if row.citizen_key in hidden:
            continue
        yield Case(
            row.key,
            row.name,
            subjects[row.version_key],
            uuids.get(places.get(row.key, "")),
            posts[row.key].username if row.key in posts else None,
            row.started_at,
            row.ended_at,
        )


def _subjects(session: Session, runtime: Runtime, here: ColumnElement[bool]) -> dict[int, str]:
    """Return the KLE subjects of the versions that these courses are on, by the version's key, where one is named."""
    found = {}
    for version in session.scalars(select(Course.version_key).where(here).distinct()):
        process = runtime.models.get(session, version).bundle.process
        named = dict(process.properties).get(PROPERTY, "")
        if KLE.fullmatch(named):
            found[version] = named
    return found


def _hidden(session: Session, runtime: Runtime) -> set[int]:
    """Return the keys of citizens of whom no other system may hear: their address is protected, or they are erased."""
    erased = {
        int(subject.removeprefix("citizen:"))
        for subject in runtime.keyring.erased(session)
        if subject.startswith("citizen:")
    }
    return erased | citizens.protected(session)
