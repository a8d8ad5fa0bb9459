"""Courses: the list, and the pages of one: where do we stand?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import (
    access,
    audit,
    citizens,
    courses,
    deadlines,
    documents,
    house_of,
    meetings,
    plans,
    references,
    teams,
    units,
)
from app import consents as register
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import CourseFilters, CourseRow
from app.journal import Wanted
from app.storage import Page
from app.web.courses import portfolio
from app.web.courses.belonging import may_place
from app.web.courses.frame import draw, open_course, words_of
from app.web.courses.head import Head, may_open, outcome_words
from app.web.courses.kin import kin_of
from app.web.courses.shared_plan import for_them
from app.web.i18n import gettext as _
from app.web.pictures.curves import Curve, curve
from app.web.pictures.phases import name_of
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words import plans as plan_views
from app.web.words import stories
from app.web.words.consequences import what_follows
from app.web.words.deadlines import dues, standing

blueprint = pages("courses", __name__)

LATEST = 6
"""Events on the overview."""


@dataclass(frozen=True)
class GoalView:
    """A goal with its curve; none before the plan has been adopted."""

    goal: plans.Goal
    curve: Curve
    latest: plans.Review | None = None


def page_number(text: str) -> int:
    """Read a page's number from a URL; what is no number is the first page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@blueprint.get("/courses")
@permit("course:read")
def index() -> ResponseReturnValue:
    """Show the courses that the person may see."""
    house, person, now = (
        house_of(current_app),
        current_principal(),
        house_of(current_app).clock.now(),
    )
    unit = request.args.get("unit", "")[:100]
    number = page_number(request.args.get("page", ""))
    with house.database.read() as session:
        filters = _filters(now, frozenset(units.below(session, unit) if unit else ()))
        found = courses_of(session, filters, number)
        shown = None
        if not request.args:
            everything = person.may("audit:read")
            scope = None if everything else courses.near(session, person, now)
            shown = portfolio.overview(session, scope, now)
        phase_names = {
            row.course.key: name_of(
                session, house.runtime, row.course.version_key, row.course.phase
            )
            for row in found.rows
        }
        outcomes = {
            row.course.key: outcome_words(
                row.course, house.runtime.models.get(session, row.course.version_key).model
            )
            for row in found.rows
            if row.course.status == "ended"
        }
        kinds = courses.kinds(session)
        offered = {one.code: one.name for one in units.all_units(session)}
        unit_names = units.names(session, {unit}) if unit else {}
    keys = [row.citizen.key for row in found.rows if row.citizen is not None]
    seen("course:list", "Listen over forløb", keys)
    return render_template(
        "courses/index.html",
        found=found,
        filters=filters,
        kinds=kinds,
        phase_names=phase_names,
        outcomes=outcomes,
        views=_views(filters, unit),
        unit=unit,
        units=offered | unit_names,
        statuses=courses.STATUS,
        narrowed=bool(
            filters.process_id or filters.phase or filters.standing or filters.outcome or unit
        ),
        portfolio=shown,
        chips=_chips(filters, unit, [phase_names[row.course.key] for row in found.rows[:1]]),
        figures_first=person.may("deadline:oversee") or person.may("audit:read"),
        previous=_list_url(filters, unit, found.number - 1) if found.number > 1 else "",
        next=_list_url(filters, unit, found.number + 1) if found.number < found.pages else "",
        may_start=person.may("course:start"),
        now=now,
    )


def _filters(now: datetime, belonging: frozenset[str]) -> CourseFilters:
    """Read what the URL narrows the list to; what cannot be read narrows nothing."""
    status, standing = request.args.get("status", "running"), request.args.get("standing", "")
    return CourseFilters(
        status=status if status in courses.STATUS else "",
        process_id=request.args.get("kind", "")[:200],
        phase=request.args.get("phase", "")[:200],
        standing=standing if standing in courses.STANDINGS else "",
        at=now,
        outcome=request.args.get("outcome", "")[:60],
        units=belonging,
    )


def courses_of(session: Session, filters: CourseFilters, number: int) -> Page[CourseRow]:
    """Return one page of the courses that the person at the page may see."""
    house, person = house_of(current_app), current_principal()
    if person.may("audit:read"):
        return courses.all_courses(session, filters, number)
    return courses.courses_near(session, person, house.clock.now(), filters, number)


def _list_url(filters: CourseFilters, unit: str, number: int = 1) -> str:
    parts = {
        "status": filters.status or "all",
        "kind": filters.process_id,
        "phase": filters.phase,
        "standing": filters.standing,
        "outcome": filters.outcome,
        "unit": unit,
        "page": str(number) if number > 1 else "",
    }
    return url_for("courses.index") + "?" + urlencode({k: v for k, v in parts.items() if v})


def _chips(filters: CourseFilters, unit: str, phases: list[str]) -> list[tuple[str, str]]:
    """Return what narrows the list without a field of its own, each with the list where it does not."""
    chips = []
    if filters.phase:
        shown = ", ".join(phases) or _("ingen forløb")
        chips.append((_("Fase: %(phase)s") % {"phase": shown}, replace(filters, phase="")))
    if filters.standing:
        chips.append((portfolio.standing_label(filters.standing), replace(filters, standing="")))
    if filters.outcome:
        shown = portfolio.outcome_label(filters.outcome)
        chips.append(
            (_("Resultat: %(outcome)s") % {"outcome": shown}, replace(filters, outcome=""))
        )
    return [(label, _list_url(wider, unit)) for label, wider in chips]


def _views(filters: CourseFilters, unit: str) -> list[dict[str, object]]:
    labels = {"running": _("I gang"), "ended": _("Afsluttede"), "": _("Alle")}
    return [
        {
            "label": label,
            "url": _list_url(replace(filters, status=status), unit),
            "current": filters.status == status,
        }
        for status, label in labels.items()
    ]


@blueprint.get("/courses/<key:key>")
@permit("course:read")
def overview(key: int) -> ResponseReturnValue:
    """Show where the course stands."""
    house = house_of(current_app)
    with house.database.read() as session:
        head = open_course(session, key, "overview")
        goals = _goals(session, head)
        acts: tuple[audit.Act, ...] = ()
        if may_open(head.ground, "timeline"):
            acts = audit.latest_acts(session, house.runtime, head.course, LATEST)
        names = _names(session, acts)
        now = house.clock.now()
        return draw(
            session,
            head,
            "overview",
            limits=dues(session, head.open, now),
            deadlines=standing(deadlines.of_course(session, key), now),
            goals=goals,
            follows={task.key: _after(head, task) for task in head.open},
            meeting=meetings.next_meeting(session, key, house.clock.now()),
            log=[
                {"at": act.at, "icon": stories.icon_of(act), "text": stories.sentence(act, names)}
                for act in acts
            ],
            members=teams.members(session, key, now),
            kin=kin_of(session, head.course, now),
            cases=references.of_course(session, key),
            documents=_documents(session, head),
            barred=citizens.barred(session, head.course.citizen_key, now)
            if head.course.citizen_key is not None and head.ground.basis == "statute"
            else [],
            together=_together(session, head, now),
            opens={task.key for task in head.open if _opens(head, task)},
        )


def _together(session: Session, head: Head, now: datetime) -> plan_views.Together:
    statute = head.ground.basis == "statute"
    return plan_views.together(session, head.course.citizen_key, now, meets=statute)


def _opens(head: Head, task: courses.Task) -> bool:
    """Tell whether the person may open an open task's page."""
    person = current_principal()
    return head.ground.opens_task(person, "", candidate=courses.is_candidate(task, person))


def _documents(session: Session, head: Head) -> list[dict[str, object]]:
    """Return the course's documents for who may fetch them: what each is called, who sent it, in which task."""
    if not may_open(head.ground, "documents"):
        return []
    found = documents.of_course(session, head.course.key)
    names = access.names(session, {one.uploaded_by for one in found})
    tasks = {task.key: task.name for task in head.tasks}
    return [
        {
            "document": one,
            "by": names.get(one.uploaded_by, one.uploaded_by),
            "task": tasks.get(one.task_key or 0, ""),
        }
        for one in found
    ]


@blueprint.get("/courses/<key:key>/plan")
@permit("course:read")
def plan(key: int) -> ResponseReturnValue:
    """Show the citizen's plan: the version in force, the draft, or the one asked for."""
    house = house_of(current_app)
    version, against = request.args.get("version", ""), request.args.get("against", "")
    with house.database.read() as session:
        head = open_course(session, key, "plan")
        shown, all_versions = None, []
        if head.citizen is not None:
            newest = plans.current(session, head.citizen.key) or plans.draft(
                session, head.citizen.key
            )
            newest = for_them(session, head, newest)
            if newest is not None:
                wanted = page_number(version) if version else newest.version
                shown = plans.plan(session, newest.key, wanted)
                all_versions = plans.versions(session, newest.key)
        names = access.names(
            session, {goal.responsible for goal in shown.goals} if shown else set()
        )
        bases = deadlines.legal_bases(session, house.clock.now())
        return draw(
            session,
            head,
            "plan",
            plan=shown,
            versions=all_versions,
            goals=_goals(session, head, shown),
            people=names,
            words=words_of(session, head, "choose_interventions"),
            statuses=plans.STATUS,
            channels=plans.CHANNELS,
            comparison=plan_views.comparison(
                all_versions, shown, page_number(against) if against else None
            ),
            fields=plan_views.field_names(),
            together=_together(session, head, house.clock.now()),
            decisions=plans.decisions(session, head.citizen.key) if head.citizen else [],
            results=plans.RESULTS,
            laws={one.code: one.words for one in bases},
            titles={one.code: one.title for one in bases},
            objectives=plans.OBJECTIVES,
            members=citizens.citizens(session, shown.shared_with) if shown else {},
        )


@blueprint.get("/courses/<key:key>/team")
@permit("course:read")
def team(key: int) -> ResponseReturnValue:
    """Show who works with the citizen now, and who did before."""
    house = house_of(current_app)
    with house.database.read() as session:
        head = open_course(session, key, "team")
        now = house.clock.now()
        everyone = teams.history(session, key)
        present = teams.members(session, key, now)
        phones = {}
        for post in present:
            person = access.person(session, post.username) if post.username else None
            phones[post.key] = person.phone if person is not None else ""
        held = {post.key for post in present}
        return draw(
            session,
            head,
            "team",
            present=present,
            former=[post for post in everyone if post.key not in held],
            phones=phones,
            belonging=(belonging := units.history(session, key)),
            unit_names=units.names(session, {one.unit for one in belonging}),
            may_place=may_place(head),
            parties=teams.PARTY_KINDS,
            area_names=access.AREAS,
        )


@blueprint.get("/courses/<key:key>/consents")
@permit("course:read")
def consents(key: int) -> ResponseReturnValue:
    """Show what the citizen has consented to, and to whom."""
    house = house_of(current_app)
    with house.database.read() as session:
        head = open_course(session, key, "consents")
        return draw(
            session,
            head,
            "consents",
            now=house.clock.now(),
            statutes=courses.statutes(session, head.course, house.clock.now()),
            words=words_of(session, head, "record_consent"),
            states=register.STATES,
            may_withdraw=current_principal().may("consent:withdraw"),
            recorders=access.names(session, {one.recorded_by for one in head.consents}),
        )


@blueprint.get("/courses/<key:key>/meetings", endpoint="meetings")
@permit("course:read")
def meetings_of(key: int) -> ResponseReturnValue:
    """Show the course's meetings."""
    house = house_of(current_app)
    with house.database.read() as session:
        head = open_course(session, key, "meetings")
        found = meetings.meetings(session, key)
        names = access.names(session, {one.who for meeting in found for one in meeting.agreements})
        return draw(
            session,
            head,
            "meetings",
            found=found,
            statuses=meetings.STATUS,
            parties=teams.PARTY_KINDS,
            people=names,
        )


@blueprint.get("/courses/<key:key>/timeline")
@permit("course:read")
def timeline(key: int) -> ResponseReturnValue:
    """Show everything that happened, narrowed as the URL says."""
    house = house_of(current_app)
    group, actor = request.args.get("group", ""), request.args.get("who", "")[:100]
    with house.database.read() as session:
        head = open_course(session, key, "timeline")
        found = audit.acts(
            session,
            house.runtime,
            head.course,
            number=page_number(request.args.get("page", "")),
            wanted=Wanted(audit.GROUPS.get(group, frozenset()), actor),
        )
        names = _names(session, found.rows)
        involved = {head.course.started_by, *(task.closed_by for task in head.tasks)} - {""}
        return draw(
            session,
            head,
            "timeline",
            found=found,
            names=names,
            stories=stories,
            groups=stories.groups(),
            group=group if group in audit.GROUPS else "",
            who=actor,
            people=access.names(session, involved),
            previous=_timeline_url(key, group, actor, found.number - 1) if found.number > 1 else "",
            next=_timeline_url(key, group, actor, found.number + 1)
            if found.number < found.pages
            else "",
        )


def _goals(session: Session, head: Head, shown: plans.Plan | None = None) -> list[GoalView]:
    if shown is None and head.citizen is not None:
        shown = for_them(session, head, plans.current(session, head.citizen.key))
    if shown is None:
        return []
    since = shown.adopted_at or shown.drafted_at
    views = []
    for goal in shown.goals:
        points = plans.reviews(session, goal.key)
        views.append(GoalView(goal, curve(goal, since, points), points[-1] if points else None))
    return views


def _after(head: Head, task: courses.Task) -> list[str]:
    """Return what waits for a task: the names of the steps that can follow it."""
    bundle = head.version.bundle
    ways = what_follows(bundle.process, bundle.calls, task.address)
    return list(dict.fromkeys(way.name for way in ways if way.name))[:2]


def _names(session: Session, acts: tuple[audit.Act, ...]) -> dict[str, str]:
    people = {name for act in acts for name in (act.actor, act.assignee, act.on_behalf_of) if name}
    return access.names(session, people) | units.names(session, {one.unit for one in acts} - {""})


def _timeline_url(key: int, group: str, actor: str, number: int) -> str:
    return url_for("courses.timeline", key=key, group=group or None, who=actor or None, page=number)
