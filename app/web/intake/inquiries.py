"""Inquiries as pages show them: about whom, whose turn it is, and the words of the form they were written in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import citizens, courses, forms
from app.access.session import current_principal
from app.citizens import Citizen
from app.courses import Course
from app.definitions import library
from app.forms import Form
from app.intake import Inquiry
from app.web.citizens.pages import ground_for_citizen

REGISTER = "register_inquiry"
"""The form in which an inquiry is written down; every course of ours begins with it."""


def whom(session: Session, inquiry: Inquiry) -> Citizen | None:
    """Return whom an inquiry is about, if the person at the page may see them."""
    key = inquiry.citizen_key
    if key is None or ground_for_citizen(session, key) is None:
        return None
    return citizens.citizen(session, key)


def task_of(session: Session, inquiry: Inquiry) -> int | None:
    """Return the key of the open task in the inquiry's course that the person could do."""
    person = current_principal()
    course = session.get(Course, inquiry.course_key)
    if course is None:
        return None
    return next(
        (one.key for one in courses.tasks_of(session, course.key) if courses.may_work(one, person)),
        None,
    )


def register_form(session: Session) -> Form | None:
    """Return the newest published form of a new inquiry, or None before one is published."""
    published = library.latest_resource(session, "form", REGISTER)
    if published is None:
        return None
    return forms.load(library.content(session, published.digest))


def labels(session: Session) -> dict[str, str]:
    """Return the words of the choices in that form, by field and value: `channel:phone` → Telefon."""
    form = register_form(session)
    if form is None:
        return {}
    return {
        f"{component.path[-1]}:{option.text}": option.label
        for component in form.all_components()
        for option in component.options.fixed
    }
