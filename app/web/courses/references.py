"""A course's cases in other systems: pointing to one, and no longer."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, house_of, references
from app.access.closed import permit
from app.access.session import current_principal
from app.errors import DomainError
from app.references import NewExternalCase
from app.web.courses.frame import draw, open_course
from app.web.courses.head import Head
from app.web.i18n import gettext as _
from app.web.site.grounds import need_work
from app.web.site.pages import pages

blueprint = pages("references", __name__)


@blueprint.get("/courses/<key:key>/cases")
@permit("task:work")
def show(key: int) -> ResponseReturnValue:
    """Show the cases, and ask for one more."""
    with house_of(current_app).database.read() as session:
        return _draw(session, open_course(session, key, "cases"))


@blueprint.post("/courses/<key:key>/cases")
@permit("task:work")
def add(key: int) -> ResponseReturnValue:
    """Point to a case."""
    house, person = house_of(current_app), current_principal()
    typed = {name: request.form.get(name, "")[:500] for name in ("system", "reference", "url")}
    new = NewExternalCase(typed["system"][:100], typed["reference"][:100], typed["url"])
    with house.database.read() as session:
        head = open_course(session, key, "cases")
        need_work(head.ground)
    keyring = house.runtime.keyring
    try:
        house.database.run(lambda work: references.add(work, keyring, key, new, by=person.username))
    except DomainError as error:
        if not error.fields:
            raise
        with house.database.read() as session:
            return _draw(session, head, typed, error.fields), 422
    flash(_("Forløbet peger nu på sagen i %(system)s.") % {"system": new.system.strip()}, "success")
    return redirect(url_for("references.show", key=key), 303)


@blueprint.post("/courses/<key:key>/cases/<key:case_key>/remove")
@permit("task:work")
def remove(key: int, case_key: int) -> ResponseReturnValue:
    """No longer point to a case."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        need_work(open_course(session, key, "cases").ground)
    keyring = house.runtime.keyring
    house.database.run(
        lambda work: references.remove(work, keyring, key, case_key, by=person.username)
    )
    flash(_("Henvisningen er fjernet."), "success")
    return redirect(url_for("references.show", key=key), 303)


def _draw(
    session: Session,
    head: Head,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    found = references.of_course(session, head.course.key)
    return draw(
        session,
        head,
        "cases",
        cases=found,
        names=access.names(session, {one.added_by for one in found}),
        typed=typed or {},
        errors=errors or {},
    )
