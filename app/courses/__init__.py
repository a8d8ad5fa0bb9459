"""Running courses: the only writers of a course, and what others may read of it."""

from __future__ import annotations

from app.courses.caches import ANYONE, TIMER
from app.courses.choices import CourseChoices
from app.courses.held import HeldCourse, hold
from app.courses.listening import CONSENT_WITHDRAWN, listen
from app.courses.messages import drop_expired
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
from app.courses.queries import (
    STATUS,
    CourseFilters,
    CourseRow,
    Wait,
    all_courses,
    course,
    courses_near,
    incidents,
    kinds,
    of_citizen,
    startable,
    tasks_of,
    waiting_for_message,
    waits,
)
from app.courses.rows import Course, CourseState, Incident, Subscription, Task, TaskCandidate
from app.courses.run import KINDS, stream
from app.courses.runtime import Models, Runtime, Version
from app.courses.served import served
from app.courses.sighting import ground_for, near
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
    "STATUS",
    "SYSTEM",
    "TIMER",
    "Course",
    "CourseChoices",
    "CourseFilters",
    "CourseRow",
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
    "Wait",
    "all_courses",
    "assign",
    "cancel",
    "claim",
    "complete",
    "course",
    "courses_near",
    "drop_expired",
    "fire_timer",
    "form_of",
    "get",
    "ground_for",
    "hold",
    "incidents",
    "is_candidate",
    "kinds",
    "listen",
    "may_work",
    "near",
    "of_citizen",
    "publish_message",
    "release",
    "resolve_incident",
    "served",
    "set_variables",
    "start",
    "startable",
    "stream",
    "tasks_of",
    "visible_variables",
    "waiting_for_message",
    "waits",
]
