"""Running courses: the only writers of a course, and what others may read of it."""

from __future__ import annotations

from app.courses.caches import ANYONE, TIMER
from app.courses.choices import CourseChoices
from app.courses.held import HeldCourse, hold
from app.courses.listening import CONSENT_WITHDRAWN, listen
from app.courses.operations import (
    SYSTEM,
    StartRequest,
    cancel,
    fire_timer,
    publish_message,
    resolve_incident,
    set_variables,
    start,
)
from app.courses.rows import Course, CourseState, Incident, Subscription, Task, TaskCandidate
from app.courses.run import KINDS, stream
from app.courses.runtime import Models, Runtime, Version
from app.courses.tasks import (
    assign,
    claim,
    complete,
    form_of,
    get,
    is_candidate,
    may_work,
    release,
    visible_variables,
)

__all__ = [
    "ANYONE",
    "CONSENT_WITHDRAWN",
    "KINDS",
    "SYSTEM",
    "TIMER",
    "Course",
    "CourseChoices",
    "CourseState",
    "HeldCourse",
    "Incident",
    "Models",
    "Runtime",
    "StartRequest",
    "Subscription",
    "Task",
    "TaskCandidate",
    "Version",
    "assign",
    "cancel",
    "claim",
    "complete",
    "fire_timer",
    "form_of",
    "get",
    "hold",
    "is_candidate",
    "listen",
    "may_work",
    "publish_message",
    "release",
    "resolve_incident",
    "set_variables",
    "start",
    "stream",
    "visible_variables",
]
