"""A household's one plan, as far as somebody outside may read it: it is about more people than the course is."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from app import house_of, plans
from app.access.session import current_principal
from app.sight import Subject, is_barred, sees
from app.web.courses.head import Head


def for_them(session: Session, head: Head, shown: plans.Plan | None) -> plans.Plan | None:
    """Return a household's plan for who may read all of it: a consent and custody are about one person in it."""
    person, now = current_principal(), house_of(current_app).clock.now()
    if shown is None or head.ground.basis == "statute":
        return shown
    about = {shown.citizen_key, *shown.shared_with}
    barred = any(is_barred(session, person, key, now) for key in about)
    own = head.citizen is not None and head.citizen.key == shown.citizen_key
    if barred or not (own or sees(session, person, Subject(shown.citizen_key), now)):
        return None
    return shown
