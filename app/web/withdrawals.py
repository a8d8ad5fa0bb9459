"""Taking a consent back: first what stops and for whom, then the act."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import consents, courses, house_of, teams
from app.access.closed import permit
from app.access.session import current_principal
from app.consents import Consent
from app.courses import CONSENT_WITHDRAWN, Course
from app.errors import NotFound
from app.web.course_head import Head
from app.web.course_page import draw, open_course, words_of
from app.web.i18n import gettext as _
from app.web.pages import pages

blueprint = pages("withdrawals", __name__)

MOST_WORDS = 2000


@dataclass(frozen=True)
class Preview:
    """What taking a consent back sets off.

    Attributes:
        told: courses that stop sharing by themselves and get a task about it.
        untold: the citizen's other running courses: people must look at them.
        losing: partners outside who see nothing of the citizen from that moment, with their course.
    """

    told: tuple[Course, ...]
    untold: tuple[Course, ...]
    losing: tuple[tuple[teams.Post, Course], ...]


@blueprint.get("/courses/<key:key>/consents/<key:consent_key>/withdraw")
@permit("consent:withdraw")
def ask(key: int, consent_key: int) -> ResponseReturnValue:
    """Show what follows, and ask."""
    house = house_of(current_app)
    with house.database.read() as session:
        head, consent = _find(session, key, consent_key)
        if not consent.valid(house.clock.now()):
            flash(_("Samtykket gælder ikke længere."), "info")
            return redirect(url_for("courses.consents", key=key), 303)
        return draw(
            session,
            head,
            "withdraw",
            consent=consent,
            preview=_preview(session, consent),
            words=words_of(session, head, "record_consent"),
            givers=consents.GIVERS,
        )


@blueprint.post("/courses/<key:key>/consents/<key:consent_key>/withdraw")
@permit("consent:withdraw")
def withdraw(key: int, consent_key: int) -> ResponseReturnValue:
    """Take the consent back; the courses act on it in the same transaction."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        _find(session, key, consent_key)
    reason = request.form.get("reason", "").strip()[:MOST_WORDS]
    house.database.run(
        lambda work: consents.withdraw(
            work, house.runtime.keyring, consent_key, by=person.username, reason=reason
        )
    )
    flash(_("Samtykket er trukket tilbage. Delingen er stoppet."), "success")
    return redirect(url_for("courses.consents", key=key), 303)


def _find(session: Session, key: int, consent_key: int) -> tuple[Head, Consent]:
    """Return the course and the consent, if the person may see the one and the other is its citizen's."""
    head = open_course(session, key, "consents")
    found = next((one for one in head.consents if one.key == consent_key), None)
    if found is None:
        raise NotFound("consent:unknown", _("Samtykket findes ikke."))
    return head, found


def _preview(session: Session, consent: Consent) -> Preview:
    now = house_of(current_app).clock.now()
    told = courses.waiting_for_message(session, CONSENT_WITHDRAWN, str(consent.citizen_key))
    running = [
        one for one in courses.of_citizen(session, consent.citizen_key) if one.status != "ended"
    ]
    others = [
        one
        for one in consents.valid_consents(session, consent.citizen_key, now)
        if one.key != consent.key
    ]
    losing = []
    for course in running:
        for post in teams.members(session, course.key, now):
            names = [name for name in (post.name, post.area, post.role, post.party_kind) if name]
            outside = post.post == "member" and post.party_kind != "authority"
            if outside and consent.covers(names) and not any(o.covers(names) for o in others):
                losing.append((post, course))
    keys = {course.key for course in told}
    return Preview(tuple(told), tuple(one for one in running if one.key not in keys), tuple(losing))
