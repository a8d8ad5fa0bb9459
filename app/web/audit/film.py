"""The film of a course: its history entry by entry, each a moment with diagram, form, changes and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, audit, citizens, consents, courses, forms, house_of, units
from app.access.closed import permit
from app.access.session import current_principal
from app.audit import Act, Detail, Report
from app.courses import Course, CourseChoices
from app.definitions import library
from app.errors import ForloebError
from app.forms import FieldView, FormView, GroupView, Item, LineView, ListView
from app.journal import has_erased
from app.web.audit.filters import narrowed
from app.web.audit.verify import broken_line
from app.web.courses.diagrams import entry_number
from app.web.courses.kin import kin_of
from app.web.courses.pages import page_number
from app.web.i18n import gettext as _
from app.web.pictures.drawings import Drawing, drawing_then
from app.web.pictures.progress import Step, steps
from app.web.site.grounds import need_ground
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.words import stories, why
from app.web.words.why import words

blueprint = pages("film", __name__)

NEIGHBOURS = 3
"""How many entries of the journal stand beside the one that is shown, to either side."""


@dataclass(frozen=True)
class Line:
    """One entry in a list: what happened, in words, why if the words do not say it, and by whom."""

    act: Act
    text: str
    remark: str
    who: str
    behalf: str


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
    house, filters = house_of(current_app), narrowed()
    with house.database.read() as session:
        found = open_for_audit(session, key, "audit:entry")
        detail = audit.entry(session, house.runtime, found, min(seq, 2**31 - 1))
        act = detail.act
        near = audit.around(session, house.runtime, found, act.seq, NEIGHBOURS, filters.wanted)
        drawn = _drawn(session, found, detail)
        lines = lines_of(session, near)
        here = next(number for number, one in enumerate(lines) if one.act.seq == act.seq)
        actor = access.person(session, act.actor)
        form, used = filled_in(session, found, detail), _form(session, detail)
        return render_template(
            "audit/entry.html",
            course=found,
            citizen=citizen_of(session, found),
            detail=detail,
            act=act,
            line=lines[here],
            role=actor.title if actor is not None else "",
            near=lines,
            before=lines[here - 1].act.seq if here else 0,
            after=lines[here + 1].act.seq if here + 1 < len(lines) else 0,
            first=lines_of(session, audit.around(session, house.runtime, found, 1, 0))[0].act,
            filters=filters,
            drawn=drawn,
            version=library.version(session, detail.version.key) if detail.version else None,
            steps=[_step(step) for step in steps(drawn.process, drawn.prefix, drawn.progress, ())],
            passed=_passed(detail),
            stopped=_stopped(detail, drawn.prefix),
            asked={name: (label, said) for name, label, said in _questions(form.items)}
            if form
            else {},
            scopes=_scopes(detail),
            form=form,
            form_name=used.id if used is not None else "",
            form_gone=used is None and bool(detail.entry.form_digest),
            grounds=_consents(session, found, detail),
            statutes=courses.statutes(session, found, act.at),
            givers=consents.GIVERS,
            answers=[] if form else [(name, words(value)) for name, value in _answers(detail)],
            words=words,
            reason_title=why.title,
            reason_answer=why.answer,
            table_caption=why.caption,
        )


@blueprint.get("/audit/courses/<key:key>/entries/<int:seq>/model.bpmn")
@permit("audit:read")
def model(key: int, seq: int) -> ResponseReturnValue:
    """Give the file of a process in the version that was in force at an entry."""
    house = house_of(current_app)
    with house.database.read() as session:
        found = open_for_audit(session, key, "audit:entry")
        (act,) = audit.around(session, house.runtime, found, min(seq, 2**31 - 1), 0) or (None,)
        if act is None:
            return Response(status=404)
        version = audit.version_at(session, house.runtime, found, act.seq)
        drawn = drawing_then(
            session, house.runtime, found, version, act.at, request.args.get("process", ""), {}
        )
        content = library.content(session, drawn.digest)
    return Response(content, mimetype="application/xml")


@blueprint.get("/audit/courses/<key:key>/entries")
@permit("audit:read")
def jump(key: int) -> ResponseReturnValue:
    """Go to the entry that the slider stands at."""
    seq = max(entry_number(request.args.get("entry", "")), 1)
    return redirect(url_for("film.entry", key=key, seq=seq, **narrowed().asked), 303)


def _course_page(key: int, report: Report | None = None) -> str:
    house, filters = house_of(current_app), narrowed()
    number = page_number(request.args.get("page", ""))
    with house.database.read() as session:
        found = open_for_audit(session, key, "audit:course")
        acts = audit.acts(
            session,
            house.runtime,
            found,
            number=number,
            wanted=filters.wanted,
            newest_first=False,
        )
        people, elements = audit.involved(session, house.runtime, found)

        def url(number: int) -> str:
            return url_for("film.course", key=key, page=number, **filters.asked)

        return render_template(
            "audit/course.html",
            course=found,
            citizen=citizen_of(session, found),
            version=library.version(session, found.version_key),
            kin=kin_of(session, found, house.clock.now()),
            report=report,
            broken=[broken_line(session, fault) for fault in report.broken] if report else [],
            acts=acts,
            lines=lines_of(session, acts.rows),
            versions=_seams(session, acts.rows),
            people=_named(session, people),
            elements=elements,
            groups=stories.groups(),
            kinds=stories.kinds(),
            group_of=audit.GROUPS,
            filters=filters,
            previous=url(acts.number - 1) if acts.number > 1 else "",
            next=url(acts.number + 1) if acts.number < acts.pages else "",
        )


def open_for_audit(session: Session, key: int, action: str) -> Course:
    """Return a course for the auditor at the page, and note that they looked.

    Raises:
        NotFound: no such course.
        Refused: no ground.
    """
    house, person = house_of(current_app), current_principal()
    found = courses.course(session, key)
    ground = need_ground(session, person, found, house.clock.now())
    if found.citizen_key is not None:
        seen(action, ground.words, [found.citizen_key], course_key=key)
    return found


def citizen_of(session: Session, found: Course) -> citizens.Citizen | None:
    """Return whom a course is about."""
    return citizens.citizen(session, found.citizen_key) if found.citizen_key is not None else None


def lines_of(session: Session, acts: tuple[Act, ...]) -> list[Line]:
    """Return entries as lines of a list, in words."""
    people = {name for act in acts for name in (act.actor, act.assignee, act.on_behalf_of)}
    names = access.names(session, people - {""})
    names |= units.names(session, {act.unit for act in acts} - {""})
    return [
        Line(
            act,
            stories.sentence(act, names),
            stories.remark(act, names),
            stories.who_of(act.actor, names),
            names.get(act.on_behalf_of, ""),
        )
        for act in acts
    ]


def _named(session: Session, usernames: set[str]) -> dict[str, str]:
    names = access.names(session, usernames)
    named = {username: stories.who_of(username, names) for username in usernames}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


def _seams(session: Session, acts: tuple[Act, ...]) -> dict[int, int]:
    """Return where another version came into force: the entry's number → the version's number."""
    runtime = house_of(current_app).runtime
    found, before = {}, acts[0].model if acts else ""
    for act in acts:
        if act.model != before:
            row = library.version(session, courses.version_of(session, runtime, act.model).key)
            found[act.seq] = row.version if row is not None else 0
            before = act.model
    return found


def _passed(detail: Detail) -> list[tuple[str, str]]:
    labels = {
        audit.ENTERED: _("Forløbet kom hertil"),
        audit.DONE: _("Udført"),
        audit.STOPPED: _("Afbrudt"),
    }
    return [(one.name, labels[one.what]) for one in detail.steps]


def _stopped(detail: Detail, prefix: str) -> list[str]:
    """Return the ids of the elements of one process that the entry interrupted."""
    inside = [
        one.element.removeprefix(prefix)
        for one in detail.steps
        if one.what == audit.STOPPED and one.element.startswith(prefix)
    ]
    return [element for element in inside if "/" not in element]


def filled_in(session: Session, found: Course, detail: Detail) -> FormView | None:
    """Return the form as it was filled in; None where there is none any more, or parts of the answers are erased."""
    form = _form(session, detail)
    if form is None or not isinstance(detail.answers, dict) or has_erased(detail.answers):
        return None
    return forms.readonly_view(
        form,
        detail.answers,
        variables=detail.seen,
        now=detail.entry.at,
        choices=CourseChoices(session, found, detail.entry.at),
    )


def _questions(items: Iterable[Item]) -> Iterator[tuple[str, str, str]]:
    """Give each question of a form: the answer's name, what was asked, and the answer as it is read."""
    for item in items:
        if isinstance(item, FieldView):
            yield item.name, item.label, item.said
        elif isinstance(item, ListView):
            yield item.name, item.label, ""
        elif isinstance(item, GroupView | LineView):
            yield from _questions(item.items)


def _scopes(detail: Detail) -> dict[str, str]:
    """Return what the parts of the course are called in which variables changed, by their addresses."""
    if detail.version is None:
        return {}
    steps, named = detail.version.bundle.process.by_id, {}
    for scope in {change.scope for change in detail.changes}:
        node = steps.get(scope.partition("/")[0].partition("#")[0])
        if node is not None and node.name:
            named[scope] = node.name
    return named


def _form(session: Session, detail: Detail) -> forms.Form | None:
    digest = detail.entry.form_digest
    try:
        return forms.load(library.content(session, digest)) if digest else None
    except ForloebError:  # it was removed, or is not what was published; verify says so
        return None


def _drawn(session: Session, found: Course, detail: Detail) -> Drawing:
    """Return the process that the entry is about, in the version in force then, as the course stood after it."""
    house, process = house_of(current_app), request.args.get("process")
    if process is None:
        process = detail.act.element.rpartition("/")[0].rpartition("/")[2]
    version = detail.version or house.runtime.models.get(session, found.version_key)
    return drawing_then(
        session, house.runtime, found, version, detail.act.at, process, detail.progress
    )


def _step(step: Step) -> dict[str, str]:
    times = _("%(count)s gange") % {"count": step.times} if step.times > 1 else ""
    return {"label": step.label, "state": step.state, "detail": times}


def _consents(session: Session, found: Course, detail: Detail) -> list[consents.Consent]:
    """Return the consents that held at the entry's instant, as far as they had been written down."""
    if found.citizen_key is None:
        return []
    valid = consents.valid_consents(session, found.citizen_key, detail.act.at)
    return [one for one in valid if one.recorded_at <= detail.act.at]


def _answers(detail: Detail) -> list[tuple[str, Any]]:
    if isinstance(detail.answers, dict):
        return list(detail.answers.items())
    return [(_("Svarene"), detail.answers)]
