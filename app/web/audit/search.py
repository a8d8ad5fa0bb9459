"""Revision, the front page: find a course, a person, a colleague or a period; nothing is searched before one asks."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, audit, citizens, courses, house_of
from app.access import Person
from app.access.closed import permit
from app.citizens import Citizen
from app.courses import Course, CourseFilters
from app.journal import Wanted
from app.web.audit.filters import midnight
from app.web.courses.pages import courses_of, page_number
from app.web.i18n import gettext as _
from app.web.site.links import keys_in
from app.web.site.pages import pages
from app.web.site.visits import searched, seen
from app.web.words import stories

blueprint = pages("audit", __name__)

MOST_FOUND = 50
"""Citizens of one search."""


@blueprint.get("/audit")
@permit("audit:read")
def index() -> ResponseReturnValue:
    """Search a course by key, kind, citizen or period."""
    return _page()


@blueprint.post("/audit")
@permit("audit:read")
def find_person() -> ResponseReturnValue:
    """Find citizens by name or number; what was typed never comes into an address."""
    text = request.form.get("person", "").strip()[:200]
    if len(text) < 2:
        wrong = [("person", _("Skriv mindst to bogstaver af navnet, eller hele CPR-nummeret."))]
        return _page(wrong=wrong), 422
    with house_of(current_app).database.read() as session:
        found = citizens.search(session, text, limit=MOST_FOUND)
    purpose = searched("Revision: søgning efter borgere", text)
    seen("audit:search", purpose, [one.key for one in found])
    return _page(text=text, people=found)


@blueprint.get("/audit/colleagues")
@permit("audit:read")
def colleagues() -> ResponseReturnValue:
    """Find a colleague, those who left too, and show what they did in a period, in all courses."""
    house, asked = house_of(current_app), request.args
    if "colleague" not in asked:
        return redirect(url_for("audit.index"), 303)
    name = asked["colleague"].strip()[:100]
    since, until = midnight(asked.get("since", "")), midnight(asked.get("until", ""), days=1)
    wrong = _wrong_days()
    if len(name) < 2:
        wrong.append(("colleague", _("Skriv mindst to bogstaver af navnet eller brugernavnet.")))
    if wrong:
        return _page(wrong=wrong), 422
    with house.database.read() as session:
        person = access.person(session, name)
        near = (
            [person] if person is not None else access.colleagues(session, name, limit=MOST_FOUND)
        )
        if len(near) != 1:
            return _page(near=near)
        wanted = Wanted(since=since, until=until)
        number = page_number(asked.get("page", ""))
        found = audit.deeds(session, house.runtime, near[0].username, wanted, number)
        whom = {deed.course.citizen_key for deed in found.rows} - {None}
        people = {one for deed in found.rows for one in (deed.act.actor, deed.act.assignee)} - {""}
        page = render_template(
            "audit/colleague.html",
            person=near[0],
            asked=asked,
            found=found,
            citizens=citizens.citizens(session, [key for key in whom if key is not None]),
            names=access.names(session, people),
            stories=stories,
            previous=_page_url(number - 1, "audit.colleagues") if found.number > 1 else "",
            next=_page_url(number + 1, "audit.colleagues") if found.number < found.pages else "",
        )
    seen("audit:search", "Revision: hvad en kollega har gjort", [k for k in whom if k is not None])
    return page


def _page(
    text: str = "",
    people: list[Citizen] | None = None,
    wrong: list[tuple[str, str]] | None = None,
    near: list[Person] | None = None,
) -> str:
    house, asked = house_of(current_app), request.args
    filters = _filters()
    wrong = wrong or _wrong()
    key = next(iter(keys_in(asked.get("key", "").strip(), 1)), None)
    number = page_number(asked.get("page", ""))
    searched = not wrong and (bool(key) or filters != CourseFilters() or "search" in asked)
    with house.database.read() as session:
        found = courses_of(session, filters, number) if searched and key is None else None
        one = session.get(Course, key) if searched and key is not None else None
        whom = citizens.citizen(session, one.citizen_key) if one and one.citizen_key else None
        page = render_template(
            "audit/index.html",
            asked=asked,
            wrong=wrong,
            searched=searched,
            found=found,
            one=one,
            one_citizen=whom,
            text=text,
            people=people,
            near=near,
            most=MOST_FOUND,
            kinds=courses.kinds(session),
            statuses=courses.STATUS,
            previous=_page_url(number - 1) if found and found.number > 1 else "",
            next=_page_url(number + 1) if found and found.number < found.pages else "",
        )
        shown = [row.citizen.key for row in found.rows if row.citizen] if found else []
        shown += [whom.key] if whom is not None else []
    if shown:
        seen("audit:search", "Revision: søgning efter forløb", shown)
    return page


def _filters() -> CourseFilters:
    asked = request.args
    return CourseFilters(
        status=asked.get("status", "") if asked.get("status") in courses.STATUS else "",
        process_id=asked.get("kind", "")[:200],
        citizen_key=next(iter(keys_in(asked.get("citizen", "").strip(), 1)), None),
        since=midnight(asked.get("since", "")),
        until=midnight(asked.get("until", ""), days=1),
    )


def _wrong() -> list[tuple[str, str]]:
    asked = request.args
    return _wrong_days() + [
        (name, _("En nøgle er et tal."))
        for name in ("key", "citizen")
        if asked.get(name, "").strip() and not keys_in(asked[name].strip(), 1)
    ]


def _wrong_days() -> list[tuple[str, str]]:
    return [
        (name, _("Skriv datoen som 2026-11-23."))
        for name in ("since", "until")
        if request.args.get(name, "").strip() and midnight(request.args[name]) is None
    ]


def _page_url(number: int, endpoint: str = "audit.index") -> str:
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return url_for(endpoint) + "?" + urlencode({**kept, "page": number})
