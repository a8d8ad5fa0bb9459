"""The film of a course: its history entry by entry, each a moment with diagram, form, changes and reasons."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, audit, citizens, consents, courses, forms, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.audit import Detail, Report
from app.consents import Consent
from app.courses import Course, CourseChoices
from app.definitions import library
from app.forms import FormView
from app.journal import has_erased
from app.web import stories, why
from app.web.audit_verify import broken_line
from app.web.courses import page_number
from app.web.drawings import Drawing, drawing_of
from app.web.grounds import need_ground
from app.web.i18n import gettext as _
from app.web.pages import pages
from app.web.progress import Step, steps
from app.web.visits import seen
from app.web.why import words

blueprint = pages("film", __name__)

NEIGHBOURS = 3
"""How many entries of the journal stand beside the one that is shown, to either side."""


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
    return redirect(url_for("film.entry", key=key, seq=max(seq, 1)), 303)


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
                "film.course", key=key, group=group or None, who=actor or None, page=number
            )

        return render_template(
            "audit/course.html",
            course=found,
            citizen=_citizen(session, found),
            version=library.version(session, found.version_key),
            report=report,
            broken=[broken_line(session, fault) for fault in report.broken] if report else [],
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
