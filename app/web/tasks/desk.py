"""Everything that a task's page needs, read in one session: the task, its course, citizen, form and variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import access, citizens, courses, forms, inbox
from app.access import Principal
from app.clock import to_text
from app.courses import Course, CourseChoices, Runtime, Task
from app.definitions import Node
from app.forms import Form, FormView
from app.journal import has_erased, opened, read_stored
from app.web.pictures.phases import name_of
from app.web.words.consequences import Follows, what_follows


@dataclass(frozen=True)
class Desk:
    """A task as it lies before a person.

    Attributes:
        form: None where the model gives the task none.
        variables: what the task sees; empty once it is closed.
        phase: name of the course's phase.
        node: the task in its model; None where the model is gone.
        names: of the people concerned, by username.
        draft: what the person has typed so far.
    """

    task: Task
    course: Course
    citizen: citizens.Citizen | None
    form: Form | None
    variables: Mapping[str, Any]
    phase: str
    node: Node | None
    follows: tuple[Follows, ...]
    names: Mapping[str, str]
    draft: inbox.Draft | None = None
    choices: forms.Choices = field(default_factory=forms.NoChoices)

    @property
    def holder(self) -> str:
        """The name of who has the task; empty where nobody has."""
        return self.names.get(self.task.assignee or "", "")

    @property
    def closer(self) -> str:
        """The name of who sent it; empty where the course moved on by itself."""
        return self.names.get(self.task.closed_by, "")


def lay_out(session: Session, runtime: Runtime, key: int, person: Principal, now: datetime) -> Desk:
    """Read a task, as it stands now.

    Raises:
        NotFound: no such task.
    """
    task = courses.get(session, key)
    course = session.get_one(Course, task.course_key)
    bundle = runtime.models.get(session, course.version_key).bundle
    is_open = task.status == "open"
    citizen = citizens.citizen(session, course.citizen_key) if course.citizen_key else None
    return Desk(
        task,
        course,
        citizen,
        courses.form_of(session, runtime, task)[0],
        courses.visible_variables(session, runtime, task) if is_open else {},
        name_of(session, runtime, course.version_key, course.phase),
        _node(session, runtime, task),
        what_follows(bundle.process, bundle.calls, task.address) if is_open else (),
        access.names(session, {name for name in (task.assignee, task.closed_by) if name}),
        inbox.load(session, key, person.username),
        CourseChoices(session, course, task.closed_at or now),
    )


def sent_answers(session: Session, runtime: Runtime, desk: Desk) -> FormView | None:
    """Return the form of a completed task as it was filled in; None where it has none, or its answers are erased."""
    task, form = desk.task, desk.form
    if form is None or task.status != "completed" or task.closed_at is None:
        return None
    at = to_text(task.closed_at)
    for stored in read_stored(session, courses.stream(task.course_key)):
        if (stored.element, stored.at) != (task.element, at):
            continue
        payload = opened(session, stored, runtime.keyring).payload
        if isinstance(payload, dict) and payload.get("task") == task.address:
            answers = payload.get("variables")
            if not isinstance(answers, dict) or has_erased(answers):
                return None
            return forms.readonly_view(form, answers, now=task.closed_at, choices=desk.choices)
    return None


def _node(session: Session, runtime: Runtime, task: Task) -> Node | None:
    version = courses.version_of_task(session, runtime.models, task)
    plan = version.model.elements.get(task.element)
    return plan.node if plan is not None else None
