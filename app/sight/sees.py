"""Who may see what: role ∧ (team, task, inquiry) ∧ (consent or statute). Every read above this floor asks here.

The municipality's own staff see a citizen by statute while they work with them; a partner from outside sees as much as
a valid consent opens, and nothing from the instant it is withdrawn (GDPR art. 5 and 7;
forvaltningsloven § 28). Guardians see until 00:00 of the 18th birthday, by the clock and not by a job; who stands on
the citizen's block list sees nothing on any ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import citizens, consents, emergencies, intake, teams, units
from app.access import Principal
from app.clock import LOCAL
from app.consents import Consent
from app.sight import ground
from app.sight.ground import Ground
from app.teams import Post


@dataclass(frozen=True)
class Subject:
    """What somebody wants to see.

    Attributes:
        citizen_key: whose data it is; None for a course about nobody.
        course_key: the course, or None for the citizen as such.
        task_users: who holds an open task in the course (or the citizen's courses), or is named for one.
        task_groups: the candidate groups of those tasks. Tasks belong to an upper floor, so the caller tells.
        anonymous: it is about somebody who is not known by name: only who has a task in it sees it.
    """

    citizen_key: int | None
    course_key: int | None = None
    task_users: frozenset[str] = frozenset()
    task_groups: frozenset[str] = frozenset()
    anonymous: bool = False


def sees(
    session: Session, who: Principal, subject: Subject, at: datetime, *, past: bool = False
) -> Ground | None:
    """Return the strongest ground on which a person may see a citizen or a course, or None.

    Args:
        session: any session.
        who: the person; without the permit `course:read` or `citizen:read` only the audit's ground is left.
        subject: what they want to see.
        at: the instant: yesterday's member sees nothing today.
        past: `at` has gone by: what has only its present state is taken as it stood then, as far as that was kept, and
            a consent counts from when it was written down (`app.sight.then` says what is not known).
    """
    if subject.citizen_key is None:
        return None if subject.anonymous else _technical(who)
    if is_barred(session, who, subject.citizen_key, at):
        return None
    if who.may("course:read") or who.may("citizen:read"):
        found = (
            _in_team(session, who, subject, at, past=past)
            or _has_task(who, subject)
            or _has_inquiry(session, who, subject, at if past else None)
            or _leads(session, who, subject, at if past else None)
            or _as_guardian(session, who, subject.citizen_key, at)
            or _in_emergency(session, who, subject.citizen_key, at)
        )
        if found is not None:
            return found
    return ground.AUDIT if who.may("audit:read") else None


def _technical(who: Principal) -> Ground | None:
    roles = {"operator", "process_designer", "auditor"}
    return ground.TECHNICAL if roles & who.roles else None


def _in_team(
    session: Session, who: Principal, subject: Subject, at: datetime, *, past: bool
) -> Ground | None:
    held = [
        post
        for post in teams.posts_of(session, who.username, at)
        if (
            post.citizen_key == subject.citizen_key
            if subject.course_key is None
            else post.course_key == subject.course_key
        )
    ]
    held.sort(key=lambda post: list(teams.POSTS).index(post.post))
    for post in held:
        if post.post == "coordinator":
            return ground.COORDINATOR
        if post.post == "deputy":
            return ground.DEPUTY
        if _is_staff(who):
            return ground.MEMBER
        found = _by_consent(session, who, post, subject, at, past=past)
        if found is not None:
            return found
    return None


def _by_consent(
    session: Session, who: Principal, post: Post, subject: Subject, at: datetime, *, past: bool
) -> Ground | None:
    if subject.citizen_key is None:
        return None
    names = [name for name in (post.name, post.area, post.role, post.party_kind) if name]
    consent = consents.covering(session, subject.citizen_key, names, at, known=past)
    if consent is not None and _is_stale(session, who, subject.citizen_key, consent, at):
        return None
    return None if consent is None else ground.consented(consent.key)


def _is_stale(
    session: Session, who: Principal, citizen_key: int, consent: Consent, at: datetime
) -> bool:
    """Tell whether a guardian leans on a consent from before the citizen came of age: the citizen must say it anew."""
    of_age = consent.of_age
    grown = at.astimezone(LOCAL).date() >= of_age
    before = consent.given_at < of_age
    return grown and before and citizens.was_guardian(session, who.username, citizen_key)


def _as_guardian(session: Session, who: Principal, citizen_key: int, at: datetime) -> Ground | None:
    holds = citizens.has_custody(session, who.username, citizen_key, at)
    return ground.GUARDIAN if holds else None


def _in_emergency(
    session: Session, who: Principal, citizen_key: int, at: datetime
) -> Ground | None:
    """Staff alone, for some hours; who stands on the block list has been turned away before."""
    if not _is_staff(who):
        return None
    held = emergencies.holds(session, who.username, citizen_key, at)
    return ground.EMERGENCY if held is not None else None


def is_barred(session: Session, who: Principal, citizen_key: int, at: datetime) -> bool:
    """Tell whether somebody stands on a citizen's block list.

    Staff are barred by login, people outside by name too: a namesake among the staff is somebody else.

    A guardian's name is the one they are registered by, whatever their login is called.
    """
    names: set[str] = set()
    if not _is_staff(who):
        registered = citizens.guardians(session, citizen_key)
        names = {who.name} | {one.name for one in registered if one.username == who.username}
    return citizens.is_barred(session, citizen_key, at, username=who.username, names=names)


def _has_task(who: Principal, subject: Subject) -> Ground | None:
    """A partner outside has tasks by being in the team, and then a consent is needed all the same."""
    if not _is_staff(who):
        return None
    if who.username in subject.task_users:
        return ground.TASK
    return ground.TASK_GROUP if who.groups & subject.task_groups else None


def _has_inquiry(
    session: Session, who: Principal, subject: Subject, then: datetime | None
) -> Ground | None:
    """An inquiry opens the citizen and the course that it began, no earlier one: for that, one must ask."""
    citizen_key = subject.citizen_key
    if citizen_key is None:
        return None
    all_of = (
        intake.inquiries(session, citizen_key=citizen_key)
        if then is None
        else intake.inquiries_then(session, citizen_key, then)
    )
    running = [
        one
        for one in all_of
        if one.status != "closed" and subject.course_key in {None, one.course_key}
    ]
    if any(one.responsible == who.username for one in running):
        return ground.INQUIRY
    mine = [
        one
        for one in intake.concerns(session, citizen_key)
        if one.status == "open" and (then is None or one.opened_at <= then)
    ]
    if any(one.responsible == who.username for one in mine):
        return ground.CONCERN
    works = who.may("intake:work") and any(one.status == "open" for one in running)
    return ground.INTAKE if works else None


def _leads(
    session: Session, who: Principal, subject: Subject, then: datetime | None
) -> Ground | None:
    if "team_leader" not in who.roles or not who.unit or subject.course_key is None:
        return None
    belongs = units.unit_of(session, subject.course_key, then)
    if belongs is None:
        return None
    leads = who.unit == belongs.unit or who.unit in units.above(session, belongs.unit)
    return ground.TEAM_LEADER if leads else None


def _is_staff(who: Principal) -> bool:
    return bool(who.roles - {"citizen", "external_participant"})
