"""A concern for a child whose family has a course already: it belongs there, and starts no other (underretning)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import citizens, teams
from app.clock import LOCAL
from app.connectors import OperationContext, perform
from app.courses.between.delivery import publish_message
from app.courses.reading.queries import waiting_for_message
from app.courses.rows import Course
from app.courses.runtime import Runtime
from app.storage import UnitOfWork

CONCERN_RAISED = "concern_raised"
"""The message that a course waits for when a concern may come up; its key is the citizen's."""

FAMILY = "family_course"


def family_course(session: Session, citizen_key: int, at: datetime) -> Course | None:
    """Return the running family course of a citizen or of who lives with them, if it takes concerns in."""
    home = citizens.household(session, citizen_key, at)
    keys = {citizen_key} | {one.key for one in (home.members if home is not None else ())}
    running = session.scalars(
        select(Course)
        .where(Course.citizen_key.in_(keys), Course.process_id == FAMILY, Course.status != "ended")
        .order_by(Course.started_at, Course.key)
    )
    for course in running:
        told = waiting_for_message(session, CONCERN_RAISED, str(course.citizen_key))
        if any(one.key == course.key for one in told):
            return course
    return None


def attach_concern(
    work: UnitOfWork, runtime: Runtime, course: Course, answers: Mapping[str, Any], by: str
) -> None:
    """Keep an inquiry about a child with the family's course, give it to who is responsible there, and tell the course.

    The 24 hours of the assessment begin now; no consent is asked (barnets lov § 136).

    Args:
        work: the transaction.
        runtime: what a run needs.
        course: the running family course.
        answers: of the form in which inquiries are written down.
        by: username of who took it down.
    """
    context = OperationContext(course.key, course.citizen_key, by, work.now)

    def do(name: str, values: Mapping[str, Any]) -> Any:
        return perform(work, runtime.operations, name, context, dict(values))["inquiry"]

    inquiry = do("inquiry:register", answers)
    leads = teams.coordinator(work.session, course.key)
    responsible = leads.username if leads is not None and leads.username else by
    said = {
        "inquiry": inquiry,
        "assessment": "Underretningen hører til et forløb, der er i gang.",
        "outcome": "concern",
        "responsible": responsible,
        "first_contact_due": work.now.astimezone(LOCAL).date().isoformat(),
    }
    inquiry = do("inquiry:assign", said)
    variables = {"inquiry": inquiry, "received_at": answers.get("received_at")}
    publish_message(
        work, runtime, CONCERN_RAISED, str(course.citizen_key), variables=variables, by=by
    )
