"""Stikprøver: courses drawn at random for review, what was found in them, and what came of it."""

from __future__ import annotations

from datetime import date

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, audit, citizens, courses, house_of, units
from app.access.closed import permit
from app.access.session import current_principal
from app.audit import NewFinding, SampleRow, Wish
from app.clock import LOCAL
from app.courses import Course
from app.errors import DomainError, NotFound
from app.web.audit.film import open_for_audit
from app.web.audit.filters import midnight
from app.web.i18n import gettext as _
from app.web.site.pages import pages
from app.web.site.visits import seen

blueprint = pages("samples", __name__)

Wrong = list[tuple[str, str]]


@blueprint.get("/audit/samples")
@permit("audit:read")
def index() -> ResponseReturnValue:
    """Show all samples and what is still open, and offer to draw another."""
    return _index_page()


@blueprint.post("/audit/samples")
@permit("audit:read")
def draw() -> ResponseReturnValue:
    """Draw a sample."""
    house, asked = house_of(current_app), request.form
    wrong: Wrong = [
        (name, _("Skriv datoen som 2026-11-23."))
        for name in ("since", "until")
        if asked.get(name, "").strip() and midnight(asked[name]) is None
    ]
    wanted = asked.get("wanted", "").strip()
    wish = Wish(
        asked.get("title", ""),
        int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0,
        asked.get("seed", ""),
        midnight(asked.get("since", "")),
        midnight(asked.get("until", ""), days=1),
        asked.get("kind", "")[:200],
        asked.get("unit", "")[:100],
    )
    if wrong:
        return _index_page(wrong), 422
    by, keyring = current_principal().username, house.runtime.keyring
    try:
        key = house.database.run(lambda work: audit.draw_sample(work, keyring, wish, by))
    except DomainError as error:
        return _index_page(list(error.fields.items())), 422
    flash(_("Stikprøven er trukket."), "success")
    return redirect(url_for("samples.show", key=key), 303)


@blueprint.get("/audit/samples/<key:key>")
@permit("audit:read")
def show(key: int) -> ResponseReturnValue:
    """Show a sample's courses, and whether it draws the same ones again."""
    house = house_of(current_app)
    with house.database.read() as session:
        found = audit.sample(session, key)
        held = audit.sampled(session, key)
        whom = {one.course_key: session.get(Course, one.course_key) for one in held}
        known = [one.citizen_key for one in whom.values() if one is not None and one.citizen_key]
        per_course: dict[int, list[object]] = {}
        for finding in audit.findings(session, key):
            per_course.setdefault(finding.course_key, []).append(finding)
        page = render_template(
            "audit/sample.html",
            sample=found,
            held=held,
            courses=whom,
            citizens=citizens.citizens(session, known),
            names=access.names(session, {one.reviewed_by for one in held} | {found.drawn_by}),
            findings=per_course,
            unit=units.names(session, {found.unit}).get(found.unit) if found.unit else "",
            same=audit.drawn_again(session, found),
            kinds=courses.kinds(session),
        )
    seen("audit:sample", _purpose(found), known)
    return page


@blueprint.get("/audit/samples/<key:key>/courses/<key:course_key>")
@permit("audit:read")
def course(key: int, course_key: int) -> ResponseReturnValue:
    """Show one course of a sample, with its findings and the forms for more."""
    return _course_page(key, course_key)


@blueprint.post("/audit/samples/<key:key>/courses/<key:course_key>")
@permit("audit:read")
def reviewed(key: int, course_key: int) -> ResponseReturnValue:
    """Keep that the course has been gone through."""
    house, by = house_of(current_app), current_principal().username
    remark, keyring = request.form.get("remark", ""), house.runtime.keyring
    house.database.run(lambda work: audit.review_course(work, keyring, key, course_key, by, remark))
    flash(_("Forløbet er gennemgået."), "success")
    return redirect(url_for("samples.show", key=key), 303)


@blueprint.post("/audit/samples/<key:key>/courses/<key:course_key>/findings")
@permit("audit:read")
def find(key: int, course_key: int) -> ResponseReturnValue:
    """Keep a finding."""
    house, asked, by = house_of(current_app), request.form, current_principal().username
    due, entry = asked.get("due", "").strip(), asked.get("entry", "").strip()
    wrong: Wrong = []
    if due and _day(due) is None:
        wrong.append(("due", _("Skriv datoen som 2026-11-23.")))
    if entry and not (entry.isascii() and entry.isdigit() and len(entry) < 10):
        wrong.append(("entry", _("Postens nummer er et tal.")))
    if wrong:
        return _course_page(key, course_key, wrong), 422
    new = NewFinding(
        asked.get("severity", ""),
        asked.get("text", ""),
        int(entry) if entry else None,
        asked.get("responsible", "")[:100],
        _day(due),
    )
    keyring = house.runtime.keyring
    try:
        house.database.run(
            lambda work: audit.record_finding(work, keyring, key, course_key, new, by)
        )
    except NotFound:
        raise
    except DomainError as error:
        return _course_page(key, course_key, list(error.fields.items())), 422
    flash(_("Fundet er gemt."), "success")
    return redirect(url_for("samples.course", key=key, course_key=course_key), 303)


@blueprint.post("/audit/findings/<key:key>/close")
@permit("audit:read")
def close(key: int) -> ResponseReturnValue:
    """Close a finding with what came of it."""
    house, by = house_of(current_app), current_principal().username
    answer, keyring = request.form.get("answer", ""), house.runtime.keyring
    house.database.run(lambda work: audit.close_finding(work, keyring, key, by, answer))
    flash(_("Fundet er lukket."), "success")
    return redirect(url_for("samples.index"), 303)


@blueprint.get("/findings")
@permit("task:work")
def mine() -> ResponseReturnValue:
    """Show what the auditors found that this person is to put right."""
    return _mine_page()


@blueprint.post("/findings/<key:key>")
@permit("task:work")
def answer(key: int) -> ResponseReturnValue:
    """Keep what the person did about a finding."""
    house, by = house_of(current_app), current_principal().username
    text, keyring = request.form.get("answer", ""), house.runtime.keyring
    try:
        house.database.run(lambda work: audit.answer_finding(work, keyring, key, by, text))
    except NotFound:
        raise
    except DomainError as error:
        return _mine_page([(f"answer-{key}", one) for one in error.fields.values()]), 422
    flash(_("Dit svar er gemt. Revisoren lukker fundet."), "success")
    return redirect(url_for("samples.mine"), 303)


def _index_page(wrong: Wrong | None = None) -> str:
    house = house_of(current_app)
    with house.database.read() as session:
        open_ones = audit.findings(session, all_=False)
        found = audit.samples(session)
        return render_template(
            "audit/samples.html",
            samples=found,
            progress={one.key: _progress(audit.sampled(session, one.key)) for one in found},
            open=open_ones,
            names=access.names(session, {one.responsible for one in open_ones} - {""}),
            severities=_severities(),
            kinds=courses.kinds(session),
            units={one.code: one.name for one in units.belonged_to(session)},
            asked=request.form,
            wrong=wrong or [],
            today=house.clock.now().astimezone(LOCAL).date(),
        )


def _course_page(key: int, course_key: int, wrong: Wrong | None = None) -> str:
    house = house_of(current_app)
    with house.database.read() as session:
        found = audit.sample(session, key)
        held = {one.course_key: one for one in audit.sampled(session, key)}
        if course_key not in held:
            raise NotFound("sample:not-in-it", _("Forløbet er ikke med i stikprøven."))
        one = open_for_audit(session, course_key, "audit:sample")
        whom = citizens.citizen(session, one.citizen_key) if one.citizen_key else None
        recorded = [each for each in audit.findings(session, key) if each.course_key == course_key]
        people = {name for each in recorded for name in (each.responsible, each.closed_by)}
        return render_template(
            "audit/sampled.html",
            sample=found,
            one=held[course_key],
            course=one,
            citizen=whom,
            findings=recorded,
            names=access.names(session, (people | {held[course_key].reviewed_by}) - {""}),
            severities=_severities(),
            staff=access.staff(session),
            asked=request.form,
            wrong=wrong or [],
        )


def _mine_page(wrong: Wrong | None = None) -> str:
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        found = audit.findings(session, responsible=person.username, all_=False)
        about = {one.course_key: session.get(Course, one.course_key) for one in found}
        page = render_template(
            "findings.html",
            findings=found,
            courses=about,
            severities=_severities(),
            asked=request.form,
            wrong=wrong or [],
            today=house.clock.now().astimezone(LOCAL).date(),
        )
    whom = [one.citizen_key for one in about.values() if one is not None and one.citizen_key]
    seen("finding:list", "Fund fra revisionen", whom)
    return page


def _purpose(sample: SampleRow) -> str:
    return f"Stikprøve: {sample.title}"


def _progress(held: list[audit.SampledRow]) -> tuple[int, int]:
    return sum(one.reviewed_at is not None for one in held), len(held)


def _severities() -> dict[str, str]:
    return {"remark": _("Bemærkning"), "error": _("Fejl"), "serious": _("Alvorlig fejl")}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
