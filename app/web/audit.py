"""Audit: find a course, prove that its history is whole, and read it step by step."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, audit, citizens, consents, courses, forms, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.audit import Broken, Detail, Report
from app.clock import LOCAL
from app.consents import Consent
from app.courses import Course, CourseChoices, CourseFilters
from app.definitions import library
from app.forms import FormView
from app.journal import has_erased
from app.web import stories, why
from app.web.courses import courses_of, page_number
from app.web.drawings import Drawing, drawing_of
from app.web.grounds import need_ground
from app.web.i18n import gettext as _
from app.web.links import keys_in
from app.web.pages import pages
from app.web.progress import Step, steps
from app.web.visits import seen
from app.web.why import words

blueprint = pages("audit", __name__)

NEIGHBOURS = 3
"""How many entries of the journal stand beside the one that is shown, to either side."""


@blueprint.get("/audit")
@permit("audit:read")
def index() -> ResponseReturnValue:
    """Search a course by key, kind, citizen or period; nothing is searched before something is asked."""
    return _search_page()


@blueprint.post("/audit/verify")
@permit("audit:read")
def verify() -> ResponseReturnValue:
    """Check every chain, and decide every course again."""
    house = house_of(current_app)
    with house.database.read() as session:
        report = audit.verify(
            session,
            house.runtime,
            public_key=house.public_key,
            access_log=house.access_log,
        )
    return _search_page(report)


@blueprint.get("/audit/courses/<key:key>")
@permit("audit:read")
def course(key: int) -> ResponseReturnValue:
    """Show a course's history, entry by entry."""
    return _course_page(key)


@blueprint.post("/audit/courses/<key:key>/verify")
@permit("audit:read")
def verify_course(key: int) -> ResponseReturnValue:
    """Check one course's chain, and decide it again."""
    house = house_of(current_app)
    with house.database.read() as session:
        courses.course(session, key)
        report = audit.verify(session, house.runtime, key, public_key=house.public_key)
    return _course_page(key, report)


@blueprint.get("/audit/courses/<key:key>/entries/<int:seq>")
@permit("audit:read")
def entry(key: int, seq: int) -> ResponseReturnValue:
    """Show one entry: the form as it was filled in, what it changed, and its digests."""
    house = house_of(current_app)
    with house.database.read() as session:
        found = _open(session, key, "audit:entry")
        detail = audit.entry(session, house.runtime, found, min(seq, 2**31 - 1))
        act = detail.act
        near = audit.around(session, house.runtime, found, act.seq, NEIGHBOURS)
        people = {name for one in near for name in (one.actor, one.assignee, one.on_behalf_of)}
        names = access.names(session, people - {""})
        form = _form(session, found, detail)
        drawn = _drawn(session, found, detail)
        return render_template(
            "audit/entry.html",
            course=found,
            citizen=_citizen(session, found),
            detail=detail,
            act=act,
            text=stories.sentence(act, names),
            who=stories.who_of(act.actor, names),
            behalf=names.get(act.on_behalf_of, ""),
            form=form,
            near=[(one, stories.sentence(one, names)) for one in near],
            drawn=drawn,
            steps=[_step(step) for step in steps(drawn.process, drawn.prefix, drawn.progress, ())],
            grounds=_grounds(session, found, detail),
            answers=[] if form else [(name, words(value)) for name, value in _answers(detail)],
            words=words,
            reason_title=why.title,
            reason_answer=why.answer,
            table_caption=why.caption,
        )


@blueprint.get("/audit/courses/<key:key>/entries")
@permit("audit:read")
def jump(key: int) -> ResponseReturnValue:
    """Go to the entry that the slider stands at."""
    asked = request.args.get("entry", "")
    seq = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return redirect(url_for("audit.entry", key=key, seq=max(seq, 1)), 303)


def _search_page(report: Report | None = None) -> str:
    house, asked = house_of(current_app), request.args
    filters = CourseFilters(
        status=asked.get("status", "") if asked.get("status") in courses.STATUS else "",
        process_id=asked.get("kind", "")[:200],
        citizen_key=next(iter(keys_in(asked.get("citizen", "").strip(), 1)), None),
        since=_midnight(asked.get("since", "")),
        until=_midnight(asked.get("until", ""), days=1),
    )
    wrong = [
        (name, _("Skriv datoen som 2026-11-23."))
        for name in ("since", "until")
        if asked.get(name, "").strip() and _midnight(asked[name]) is None
    ]
    wrong += [
        (name, _("En nøgle er et tal."))
        for name in ("key", "citizen")
        if asked.get(name, "").strip() and not keys_in(asked[name].strip(), 1)
    ]
    key = next(iter(keys_in(asked.get("key", "").strip(), 1)), None)
    number = page_number(asked.get("page", ""))
    searched = (bool(key or filters != CourseFilters()) and not wrong) or (
        "search" in asked and not wrong
    )
    with house.database.read() as session:
        found = courses_of(session, filters, number) if searched and key is None else None
        one = session.get(Course, key) if key is not None else None
        page = render_template(
            "audit/index.html",
            report=report,
            broken=[_broken(session, fault) for fault in report.broken] if report else [],
            asked=asked,
            wrong=wrong,
            searched=searched,
            found=found,
            one=one,
            one_citizen=_citizen(session, one) if one is not None else None,
            kinds=courses.kinds(session),
            statuses=courses.STATUS,
            previous=_page_url(number - 1) if found and found.number > 1 else "",
            next=_page_url(number + 1) if found and found.number < found.pages else "",
        )
        people = [row.citizen.key for row in found.rows if row.citizen] if found else []
        if one is not None and one.citizen_key is not None:
            people.append(one.citizen_key)
    if people:
        seen("audit:search", _("Revision: søgning efter forløb"), people)
    return page


def _page_url(number: int) -> str:
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return url_for("audit.index") + "?" + urlencode({**kept, "page": number})


def _course_page(key: int, report: Report | None = None) -> str:
    house = house_of(current_app)
    group, actor = request.args.get("group", ""), request.args.get("who", "")[:100]
    with house.database.read() as session:
        found = _open(session, key, "audit:course")
        acts = audit.acts(
            session,
            house.runtime,
            found,
            number=page_number(request.args.get("page", "")),
            group=group,
            actor=actor,
            newest_first=False,
        )
        people = {name for act in acts.rows for name in (act.actor, act.assignee, act.on_behalf_of)}
        involved = {found.started_by} | {t.closed_by for t in courses.tasks_of(session, key)}

        def url(number: int) -> str:
            return url_for(
                "audit.course", key=key, group=group or None, who=actor or None, page=number
            )

        return render_template(
            "audit/course.html",
            course=found,
            citizen=_citizen(session, found),
            version=library.version(session, found.version_key),
            report=report,
            broken=[_broken(session, fault) for fault in report.broken] if report else [],
            acts=acts,
            names=access.names(session, people - {""}),
            people=access.names(session, involved - {""}),
            stories=stories,
            groups=stories.groups(),
            group=group if group in audit.GROUPS else "",
            who=actor,
            previous=url(acts.number - 1) if acts.number > 1 else "",
            next=url(acts.number + 1) if acts.number < acts.pages else "",
        )


def _open(session: Session, key: int, action: str) -> Course:
    house, person = house_of(current_app), current_principal()
    found = courses.course(session, key)
    ground = need_ground(session, person, found, house.clock.now())
    if found.citizen_key is not None:
        seen(action, ground.words, [found.citizen_key], course_key=key)
    return found


def _citizen(session: Session, found: Course) -> citizens.Citizen | None:
    return citizens.citizen(session, found.citizen_key) if found.citizen_key is not None else None


def _broken(session: Session, fault: Broken) -> dict[str, Any]:
    """Say where a chain is broken, with a link where it is a course's."""
    noun, _colon, key = fault.stream.partition(":")
    known = noun == "course" and key.isdigit() and session.get(Course, int(key)) is not None
    labels = {
        "course": _("Forløb %(key)s"),
        "citizen": _("Borger %(key)s"),
        "definition": _("Model %(key)s"),
    }
    return {
        "label": labels.get(noun, "%(key)s") % {"key": key or fault.stream},
        "url": url_for("audit.course", key=int(key)) if known else "",
        "seq": fault.seq,
        "words": fault.words,
    }


def _form(session: Session, found: Course, detail: Detail) -> FormView | None:
    """Return the form as it was filled in; None where there is none, or parts of the answers are erased."""
    digest = detail.entry.form_digest
    if not digest or not isinstance(detail.answers, dict) or has_erased(detail.answers):
        return None
    return forms.readonly_view(
        forms.load(library.content(session, digest)),
        detail.answers,
        variables=detail.seen,
        now=detail.entry.at,
        choices=CourseChoices(session, found, detail.entry.at),
    )


def _drawn(session: Session, found: Course, detail: Detail) -> Drawing:
    """Return the process that the entry is about, in the version in force then, as the course stood after it."""
    past = courses.past_versions(session, found.key)
    until = next((one.until_seq for one in past if detail.act.seq <= one.until_seq), 0)
    process = request.args.get("process")
    if process is None:
        process = detail.act.element.rpartition("/")[0].rpartition("/")[2]
    return drawing_of(
        session, house_of(current_app).runtime, found, process, until, detail.progress
    )


def _step(step: Step) -> dict[str, str]:
    times = _("%(count)s gange") % {"count": step.times} if step.times > 1 else ""
    return {"label": step.label, "state": step.state, "detail": times}


def _grounds(session: Session, found: Course, detail: Detail) -> list[Consent]:
    """Return the consents that held at the entry's instant."""
    if found.citizen_key is None:
        return []
    return consents.valid_consents(session, found.citizen_key, detail.entry.at)


def _answers(detail: Detail) -> list[tuple[str, Any]]:
    if isinstance(detail.answers, dict):
        return list(detail.answers.items())
    return [(_("Svarene"), detail.answers)]


def _midnight(text: str, days: int = 0) -> datetime | None:
    """Return the midnight in Denmark that begins a day written as 2026-11-23, or so many days later."""
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), LOCAL)
