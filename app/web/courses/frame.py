"""What every page of one course begins and ends with: who may open it, and the frame around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app, render_template
from sqlalchemy.orm import Session

from app import courses, forms, house_of, meetings, teams
from app.access.session import current_principal
from app.courses import Version
from app.definitions import library
from app.web.courses.head import Head, head_of, may_open, outcome_words, tabs
from app.web.site.grounds import need_ground, not_this_page
from app.web.site.visits import seen

PART_OF = {"meeting": "meetings", "unit": "team", "compare": "plan", "withdraw": "consents"}
"""Pages behind a tab, and the tab."""


def open_course(session: Session, key: int, tab: str) -> Head:
    """Read the head of a course that the person may see, and note that they looked.

    Raises:
        NotFound: no such course.
        Refused: no ground, or not one that opens this page.
    """
    house, person = house_of(current_app), current_principal()
    course = courses.course(session, key)
    ground = need_ground(session, person, course, house.clock.now())
    if not may_open(ground, tab):
        raise not_this_page(course)
    if course.citizen_key is not None:
        seen(f"course:{tab}", ground.words, [course.citizen_key], course_key=key)
    return head_of(session, house.runtime, course, person, ground, house.clock.now())


def draw(session: Session, head: Head, tab: str, **more: Any) -> str:
    """Draw one page of a course."""
    counts = {
        "team": len(teams.members(session, head.course.key, house_of(current_app).clock.now())),
        "consents": len(head.consents),
        "meetings": len(meetings.meetings(session, head.course.key)),
    }
    return render_template(
        f"courses/{tab}.html",
        head=head,
        tabs=tabs(head, counts, PART_OF.get(tab, tab)),
        outcome=outcome_words(head.course, head.version.model)
        if head.course.status == "ended"
        else "",
        may_report=head.course.status != "ended"
        and current_principal().may("task:work")
        and head.ground.works,
        **more,
    )


def words_of(session: Session, head: Head, form_id: str) -> dict[str, dict[str, str]]:
    """Return the labels of a form's fixed options by field and value: the words for the codes that it gave."""
    return words_in(session, (head.version, *head.called.values()), form_id)


def words_in(
    session: Session, versions: Iterable[Version], form_id: str
) -> dict[str, dict[str, str]]:
    """Return the same from the first of these versions that has the form."""
    bundles = [one.bundle for one in versions]
    digest = next((one.forms[form_id] for one in bundles if form_id in one.forms), None)
    if digest is None:
        return {}
    form = forms.load(library.content(session, digest))
    return {
        part.path[-1]: {option.text: option.label for option in part.options.fixed}
        for part in form.all_components()
        if part.options.fixed and part.path
    }
