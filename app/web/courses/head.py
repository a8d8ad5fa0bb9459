"""The head of every page of a course: whom it is about, who coordinates, how far it is, and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from app import access, citizens, consents, courses, teams
from app.access import Principal
from app.clock import LOCAL
from app.consents import Consent
from app.courses import Course, Runtime, Task, Version, Wait
from app.engine import CompiledModel
from app.sight import Ground
from app.web.i18n import current
from app.web.i18n import gettext as _
from app.web.pictures.progress import Phase, phases
from app.web.site.frame import Chip, date_phrase

CONSENT_SOON = timedelta(days=30)
"""A consent is soon to expire within this time (amber)."""

TABS = {
    "overview": "courses.overview",
    "plan": "courses.plan",
    "team": "courses.team",
    "consents": "courses.consents",
    "meetings": "courses.meetings",
    "timeline": "courses.timeline",
    "diagram": "diagrams.diagram",
}
"""Pages of a course and their endpoints, in order."""

BY_CONSENT = frozenset({"overview", "plan", "team", "meetings", "diagram"})
"""What somebody from outside may open, whose only ground is a consent or custody."""


@dataclass(frozen=True)
class Contact:
    """Somebody in the team, with the phone number of who has one."""

    post: teams.Post
    phone: str


@dataclass(frozen=True)
class Head:
    """What stands above the tabs.

    Attributes:
        tasks: all tasks of the course; open: those that wait, most urgent first.
        next: the person's next task in it; `mine` says whether they have it already or could take it.
        waits: what it waits for besides people.
        names: of who has a task, by username.
        incidents: how many steps have stopped, for those who may mend them.
        called: versions that it has called by `latest` or by tag, by digest.
    """

    course: Course
    citizen: citizens.Citizen | None
    ground: Ground
    version: Version
    coordinator: Contact | None
    deputy: Contact | None
    phases: tuple[Phase, ...]
    tasks: tuple[Task, ...]
    open: tuple[Task, ...]
    next: Task | None
    mine: bool
    waits: tuple[Wait, ...]
    names: Mapping[str, str]
    consents: tuple[Consent, ...]
    consent: Chip
    incidents: int
    called: Mapping[str, Version] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Whom or what the pages are about."""
        return self.citizen.name if self.citizen is not None else self.course.name

    @property
    def closed(self) -> int:
        """How many tasks are done."""
        return sum(task.status == "completed" for task in self.tasks)

    def holder(self, task: Task) -> str:
        """Return the name of who has a task; empty where nobody has."""
        return self.names.get(task.assignee or "", "")

    def wait_name(self, wait: Wait) -> str:
        """Return what the step is called that the course waits at."""
        return step_name(self.called.get(wait.version, self.version).model, wait.element)


def head_of(
    session: Session,
    runtime: Runtime,
    course: Course,
    person: Principal,
    ground: Ground,
    now: datetime,
) -> Head:
    """Read what the head shows; the ground has been found already."""
    version = runtime.models.get(session, course.version_key)
    tasks = courses.tasks_of(session, course.key)
    waiting = sorted(
        (task for task in tasks if task.status == "open"),
        key=lambda task: (task.due is None, task.due or now, task.key),
    )
    mine = next((task for task in waiting if task.assignee == person.username), None)
    takeable = next((task for task in waiting if courses.may_work(task, person)), None)
    given = _consents(session, course)
    posts = teams.members(session, course.key)
    called = courses.versions_called(session, runtime.models, version, course.key)
    return Head(
        course,
        citizens.citizen(session, course.citizen_key) if course.citizen_key is not None else None,
        ground,
        version,
        _contact(session, posts, "coordinator"),
        _contact(session, posts, "deputy"),
        tuple(phases(version.bundle.process, course.progress, tasks)),
        tuple(tasks),
        tuple(waiting),
        mine or takeable,
        mine is not None,
        tuple(courses.waits(session, runtime, course)),
        access.names(session, {task.assignee for task in waiting if task.assignee}),
        tuple(given),
        consent_chip(given, now),
        len(courses.incidents(session, course.key)) if person.may("operate") else 0,
        {one.bundle.digest: one for one in called.values()},
    )


def tabs(head: Head, counts: Mapping[str, int], here: str) -> list[dict[str, object]]:
    """Return the tabs that the person may open, with how much each holds."""
    labels = {
        "overview": _("Overblik"),
        "plan": _("Plan"),
        "team": _("Team"),
        "consents": _("Samtykker"),
        "meetings": _("Møder"),
        "timeline": _("Tidslinje"),
        "diagram": _("Diagram"),
    }
    return [
        {
            "label": labels[tab],
            "url": url_for(endpoint, key=head.course.key),
            "current": tab == here,
            "count": counts.get(tab) or None,
        }
        for tab, endpoint in TABS.items()
        if may_open(head.ground, tab)
    ]


def may_open(ground: Ground, tab: str) -> bool:
    """Tell whether the ground opens a page of the course: a consent opens less than the authority's own work."""
    return ground.basis == "statute" or tab in BY_CONSENT


def step_name(model: CompiledModel, element: str) -> str:
    """Return what a step is called; its id where the model gives it no name."""
    plan = model.elements.get(element)
    return (plan.node.name or plan.node.id) if plan is not None else element


def consent_chip(given: Sequence[Consent], now: datetime) -> Chip:
    """Say whether the citizen's data may be shared now, and until when."""
    today, language = now.astimezone(LOCAL).date(), current()
    until = max((one.valid_until for one in given if one.valid(now)), default=None)
    if until is not None:
        day = date_phrase(until, language)
        if until - today <= CONSENT_SOON:
            return Chip("soon", _("Samtykke udløber %(day)s") % {"day": day}, "time")
        return Chip("ok", _("Samtykke gyldigt til %(day)s") % {"day": day}, "check")
    if not given:
        return Chip("time", _("Intet samtykke endnu"), "hourglass")
    words = {
        "withdrawn": _("Samtykke trukket tilbage"),
        "refused": _("Samtykke ikke givet"),
        "lapsed": _("Samtykke bortfaldet"),
        "expired": _("Samtykke udløbet"),
        "not_yet": _("Samtykke gælder endnu ikke"),
    }
    return Chip("late", words[given[0].state(now)], "visibility-off")


def outcome_words(course: Course, model: CompiledModel) -> str:
    """Return how an ended course ended, in words."""
    words = {
        "self_supporting": _("Borgeren klarer sig selv"),
        "job": _("Borgeren er i job"),
        "education": _("Borgeren er i uddannelse"),
        "well_being": _("Borgeren trives"),
        "at_home": _("Det blev løst i hjemmet"),
        "maintained": _("Borgeren holder sit niveau"),
        "declined": _("Borgeren ønskede ikke at fortsætte"),
        "moved": _("Borgeren er flyttet"),
        "deceased": _("Borgeren er død"),
        "other": _("Andet"),
        "cancelled": _("Stoppet"),
        "completed": _("Gennemført"),
        "terminated": _("Stoppet"),
    }
    return words.get(course.outcome) or step_name(model, course.outcome)


def _contact(session: Session, posts: Sequence[teams.Post], wanted: str) -> Contact | None:
    post = next((one for one in posts if one.post == wanted), None)
    if post is None:
        return None
    person = access.person(session, post.username) if post.username else None
    return Contact(post, person.phone if person is not None else "")


def _consents(session: Session, course: Course) -> list[Consent]:
    if course.citizen_key is None:
        return []
    return consents.consents(session, course.citizen_key)
