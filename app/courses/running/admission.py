"""Whether people may begin a course of a kind yet: from which day, and how many at once, as its model says.

Properties of the process: `begins_on`, a day (Helsingør's groups each began on their own), and `at_most`, a number of
running courses (Furesø began with about 150 chosen citizens). Only what people begin is held to them: what a message
or a time begins has happened already.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import LOCAL
from app.courses.rows import Course
from app.courses.runtime import Version
from app.definitions import AT_MOST, BEGINS_ON
from app.storage import UnitOfWork


def objection(work: UnitOfWork, version: Version) -> str:
    """Return why no course of this kind may begin now, in Danish; "" where one may."""
    process = version.bundle.process
    asked, name = dict(process.properties), process.name or process.id
    first = _day(asked.get(BEGINS_ON, ""))
    if first is not None and work.now.astimezone(LOCAL).date() < first:
        return f"»{name}« begynder først {first.day}.{first.month}.{first.year}."
    most = asked.get(AT_MOST, "")
    if most.isdigit() and _running(work.session, process.id) >= int(most):
        return f"Der kan højst være {most} »{name}« i gang ad gangen, og så mange er der nu."
    return ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # the doctor has refused it, or it stands in a version from before it did
        return None


def _running(session: Session, process_id: str) -> int:
    query = select(func.count()).where(Course.process_id == process_id, Course.status != "ended")
    return session.scalar(query) or 0
