"""Loading the demo municipality: every step is the command a person would have given, the clock set to its day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access, citizens, consents, courses, documents, jobs, studio, units
from app.access import NewPerson, Principal
from app.citizens import Citizen, NewCitizen, NewGuardian
from app.clock import LOCAL, SetClock
from app.courses import StartRequest, Task
from app.definitions import library
from app.demo.answers import Occasion, answers
from app.demo.auditing import leave_for_audit
from app.demo.citizens import CourseLife, Life, lives
from app.demo.declaration import declaration
from app.demo.keeping_safe import leave_for_intake
from app.demo.stories import Step, steps
from app.house import House
from app.invented import IN_GROUP, STAFF, UNITS, synthetic
from app.storage import UnitOfWork

ROOT = Path(__file__).parents[2]
_DESIGNER = "dorte"
_OPERATOR = "bo"
_DRAWN, _UNDRAWN, _REDRAWN = (
    "youth_course",
    'name="Kortlæg situationen"',
    'name="Kortlæg hele situationen"',
)
_DELAY = "handle_delay"
_AGREEMENT = "do_agreement"
_BEFORE_DUE = timedelta(hours=2)
_OPENING = timedelta(days=14)
_TOLD_EVERY = 60

Tell = Callable[[str], None]


class Presence(Enum):
    """What a database holds: nobody at all, the whole demo municipality, a part of it, or others."""

    EMPTY = "empty"
    WHOLE = "whole"
    PART = "part"
    OTHERS = "others"


@dataclass(frozen=True)
class Loaded:
    """How much was made."""

    people: int
    citizens: int
    courses: int
    steps: int


@dataclass
class _Course:
    """A course on its way."""

    life: Life
    told: CourseLife
    citizen: Citizen
    key: int = 0


@dataclass(frozen=True)
class _Town:
    house: House
    clock: SetClock


def presence(session: Session) -> Presence:
    """Tell whether the demo municipality can be loaded, or has been."""
    there = {person.username for person in access.staff(session)}
    if not there:
        return Presence.EMPTY
    mine = [person.username for person in STAFF]
    if mine[-1] in there:
        return Presence.WHOLE
    return Presence.PART if mine[0] in there else Presence.OTHERS


def load(house: House, clock: SetClock, tell: Tell) -> Loaded:
    """Make the municipality: people, models, citizens, and their courses from months ago until now.

    Args:
        house: an installation on an empty database of the present schema; it reads the time from `clock`.
        clock: stands at the present; it is moved back for the history and stands there again afterwards.
        tell: shows a line of progress.
    """
    town, now = _Town(house, clock), clock.now()
    told = [(life, course) for life in lives() for course in life.courses]
    planned = [(life, course, steps(life, course, now, n)) for n, (life, course) in enumerate(told)]
    clock.set(min(found[0].at for _, _, found in planned) - _OPENING)
    house.database.run(lambda work: units.load(work, house.runtime.keyring, UNITS, _OPERATOR))
    for person in STAFF[:-1]:
        _add_person(town, person)
    _publish(town)
    tell("Medarbejdere og modeller er på plads. Forløbene spilles igennem dag for dag …")
    _play(town, planned, now, tell)
    _keep_agreements(town, now)
    _draw(town)
    _pass_time(town, now)
    leave_for_audit(house)
    leave_for_intake(house)
    _add_person(town, STAFF[-1])
    return Loaded(len(STAFF), len(lives()), len(told), sum(len(found) for _, _, found in planned))


def _add_person(town: _Town, person: NewPerson) -> None:
    town.house.database.run(lambda work: access.add_person(work, person))


def _publish(town: _Town) -> None:
    files = library.gather(ROOT / "workflows")
    town.house.database.run(lambda work: town.house.publish(work, files, _DESIGNER))
    folder = ROOT / "workflows"
    town.house.database.run(lambda work: studio.keep_folder(work, folder, _DESIGNER))


def _draw(town: _Town) -> None:
    """Let the designer have a draft on the desk, with history decided again on it."""

    def act(work: UnitOfWork) -> None:
        draft = studio.drafts.begin(work, _DRAWN, _DESIGNER)
        at = studio.drafts.workspace_of(work.session, draft)
        better = at.files[at.main].replace(_UNDRAWN.encode(), _REDRAWN.encode())
        studio.drafts.save(work, draft.key, at.main, better, _DESIGNER)
        studio.history.begin(work, draft.key, _DESIGNER)

    town.house.database.run(act)


def _play(
    town: _Town,
    planned: list[tuple[Life, CourseLife, list[Step]]],
    now: datetime,
    tell: Tell,
) -> None:
    """Take all steps of all courses in the order of their times."""
    due = [
        (step.at, number, order)
        for number, (_, _, found) in enumerate(planned)
        for order, step in enumerate(found)
    ]
    running: dict[int, _Course] = {}
    for done, (at, number, order) in enumerate(sorted(due)):
        life, told, found = planned[number]
        _keep_agreements(town, at)
        _pass_time(town, at)
        if order == 0:
            running[number] = _begin(town, life, told, now)
        else:
            _take(town, running[number], found[order])
        if done and done % _TOLD_EVERY == 0:
            tell(f"  {at.astimezone(LOCAL):%d-%m-%Y}: {done} af {len(due)} skridt")


def _keep_agreements(town: _Town, until: datetime) -> None:
    """Let everybody do what was agreed at a meeting, shortly before it is due."""
    with town.house.database.read() as session:
        due = session.scalars(
            select(Task)
            .where(Task.element == _AGREEMENT, Task.status == "open", Task.due <= until)
            .order_by(Task.due, Task.key)
        ).all()
    for task in due:
        if task.due is None or task.assignee is None:
            continue
        _pass_time(town, max(task.due - _BEFORE_DUE, town.clock.now()))
        with town.house.database.read() as session:
            who = access.acting(session, task.assignee)
        if who is not None:
            _done(town, task, {"agreement_result": "done", "agreement_note": "Det er gjort."}, who)


def _pass_time(town: _Town, until: datetime) -> None:
    """Move the clock; what falls due on the way is done at its instant."""
    while True:
        with town.house.database.read() as session:
            due = jobs.next_due(session)
        if due is None or due > until:
            break
        town.clock.set(max(due, town.clock.now()))
        jobs.run_due(town.house.database, town.house.handlers)
    town.clock.set(until)


def _begin(town: _Town, life: Life, told: CourseLife, now: datetime) -> _Course:
    """Register the citizen where nobody has, and start the course."""
    house = town.house
    by = IN_GROUP["intake"][len(life.first_name) % 2]
    born = life.born(now.astimezone(LOCAL).date())
    new = NewCitizen(
        cpr=synthetic(born, sum(map(ord, life.name))),
        first_name=life.first_name,
        last_name=life.last_name,
        address=life.address,
        address_protected=life.protected,
        municipality_code=house.settings.municipality_code,
        phone=life.phone,
    )

    def act(work: UnitOfWork) -> _Course:
        citizen = citizens.find_or_register(work, house.runtime.keyring, new, by)
        if not citizens.guardians(work.session, citizen.key):
            for one in life.guardians:
                guardian = NewGuardian(one.name, one.relation, phone=one.phone, valid_from=born)
                citizens.add_guardian(work, citizen.key, guardian)
        begun = courses.start(work, house.runtime, StartRequest(told.kind, citizen), by)
        return _Course(life, told, citizen, begun.key)

    return house.database.run(act)


def _take(town: _Town, course: _Course, step: Step) -> None:
    """Take a step. A delay that came up before it has been followed up by then, as nothing waits in the middle."""
    waiting = _open_tasks(town, course)
    if _DELAY in waiting:
        _complete(town, course, replace(step, what=_DELAY), waiting[_DELAY])
    if step.what == "withdraw":
        _withdraw(town, course, step)
    elif step.what == "adjust":
        _ask_for_adjustment(town, course, step)
    elif step.what in waiting:
        _complete(town, course, step, waiting[step.what])
    else:
        raise LookupError(f"{course.life.name}: {step.what} is not open on {step.at:%Y-%m-%d}")


def _withdraw(town: _Town, course: _Course, step: Step) -> None:
    house, said = town.house, course.told.special("withdraw", step.visit)

    def act(work: UnitOfWork) -> None:
        given = consents.valid_consents(work.session, course.citizen.key, work.now)[0]
        consents.withdraw(
            work,
            house.runtime.keyring,
            given.key,
            by=course.told.coordinator,
            reason=said["reason"],
            scope=said["scope"],
        )

    house.database.run(act)


def _ask_for_adjustment(town: _Town, course: _Course, step: Step) -> None:
    house, said = town.house, course.told.special("adjust", step.visit)
    house.database.run(
        lambda work: courses.publish_message(
            work,
            house.runtime,
            "adjustment_requested",
            str(course.citizen.key),
            variables=dict(said),
            by=course.told.coordinator,
        )
    )


def _complete(town: _Town, course: _Course, step: Step, task: Task) -> None:
    """Take the open task as whoever it belongs to would: claim it from its group, fill in its form, send it."""
    house = town.house
    with house.database.read() as session:
        seen = courses.visible_variables(session, house.runtime, task)
        who = _worker(session, course, task)
    filled = answers(Occasion(course.life, course.told, step, seen))
    if task.assignee is None:
        house.database.run(lambda work: courses.claim(work, house.runtime, task.key, who))
    if step.what == "record_consent" and filled["form"] == "written":
        filled = {**filled, "document": [_signed(town, course, task, who)]}
    _done(town, task, filled, who)


def _signed(town: _Town, course: _Course, task: Task, who: Principal) -> str:
    """Keep the declaration that the citizen has signed, and return its key."""
    house, citizen = town.house, course.citizen
    keyring, most = house.runtime.keyring, house.settings.document_bytes

    def act(work: UnitOfWork) -> str:
        new = declaration(course.key, citizen.key, task.key, citizen.name, work.now)
        return str(documents.receive(work, keyring, new, by=who.username, most=most).key)

    return house.database.run(act)


def _done(town: _Town, task: Task, filled: dict[str, Any], who: Principal) -> None:
    house = town.house
    house.database.run(lambda work: courses.complete(work, house.runtime, task.key, filled, who))


def _open_tasks(town: _Town, course: _Course) -> dict[str, Task]:
    """Return the course's open tasks by the id of their element."""
    with town.house.database.read() as session:
        found = courses.tasks_of(session, course.key)
    return {task.element.rpartition("/")[2]: task for task in found if task.status == "open"}


def _worker(session: Session, course: _Course, task: Task) -> Principal:
    username = task.assignee
    if username is None:
        members = tuple(task.users) or IN_GROUP[task.groups[0]]
        username = members[course.key % len(members)]
    who = access.acting(session, username)
    if who is None:
        raise LookupError(f"nobody is called {username}")
    return who
