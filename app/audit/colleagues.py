"""What one person did, in all courses: the way from a colleague and a period to the moments."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app import journal
from app.audit.reading import readable
from app.audit.timeline import Act, act_of, undone, version_at
from app.courses import Course, Runtime
from app.journal import Wanted
from app.storage import Page


@dataclass(frozen=True)
class Deed:
    """An entry of a course's journal that a person wrote."""

    course: Course
    act: Act


def deeds(
    session: Session, runtime: Runtime, username: str, wanted: Wanted, number: int = 1
) -> Page[Deed]:
    """Return one page of what a person did in all courses, the latest first.

    Args:
        session: a read session.
        runtime: keys and models.
        username: who; not the system.
        wanted: kinds and period.
        number: which page, from 1.
    """
    page = journal.written_by(session, username, "course:", wanted, number)
    found, taken_back = [], {}
    for stored in page.rows:
        course = session.get(Course, int(stored.stream.partition(":")[2]))
        if course is None:  # its rows are gone; the chain's check says so
            continue
        read, sound = readable(session, stored, runtime.keyring)
        if course.key not in taken_back:
            taken_back[course.key] = undone(session, course)
        version = version_at(session, runtime, course, stored.seq)
        act = act_of(session, runtime, version, course.key, read, taken_back[course.key])
        found.append(Deed(course, replace(act, unreadable=not sound)))
    return Page(tuple(found), page.total, page.number)
