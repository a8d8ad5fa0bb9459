"""Taking a consent back: first what stops and for whom, then the act."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import consents, courses, house_of, meetings, teams
from app.access.closed import permit
from app.access.session import current_principal
from app.consents import Consent
from app.courses import CONSENT_WITHDRAWN, Course, Delivery
from app.errors import NotFound
from app.meetings import Meeting
from app.web.courses.frame import draw, open_course, words_of
from app.web.courses.head import Head
from app.web.i18n import gettext as _
from app.web.site.pages import pages

blueprint = pages("withdrawals", __name__)

MOST_WORDS = 2000


@dataclass(frozen=True)
class Preview:
    """What taking a consent back sets off.

    Attributes:
        told: courses that stop sharing by themselves and get a task about it.
        untold: the citizen's other running courses: people must look at them.
        losing: partners outside who see nothing of the citizen from that moment, with their course.
        uninvited: who is no longer invited to a coming meeting.
        held: from which course to which messages are held back from then on.
        statutes: paragraphs that keep the municipality's own work open.
    """

    told: tuple[Course, ...]
    untold: tuple[Course, ...]
    losing: tuple[tuple[teams.Post, Course], ...]
    uninvited: tuple[tuple[Meeting, str], ...]
    held: tuple[tuple[Course, Course], ...]
    statutes: tuple[str, ...]


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
    needed = _Needed(session, consent, consents.valid_consents(session, consent.citizen_key, now))
    keys = {course.key for course in told}
    return Preview(
        told=tuple(told),
        untold=tuple(one for one in running if one.key not in keys),
        losing=tuple(
            (post, course)
            for course in running
            for post in teams.members(session, course.key, now)
            if post.post == "member"
            and post.party_kind != "authority"
            and needed.by(courses.names_of(post), now)
        ),
        uninvited=tuple(
            (meeting, one.name)
            for course in running
            for meeting in meetings.meetings(session, course.key)
            if meeting.status == "convened" and meeting.starts_at > now
            for one in meeting.participants
            if one.external and needed.by(one.parties or (one.name, one.party_kind), now)
        ),
        held=tuple(_held(session, running, consent, now)),
        statutes=tuple(_statutes(session, running, now)),
    )


@dataclass(frozen=True)
class _Needed:
    """Who hears of the citizen on this consent alone."""

    session: Session
    consent: Consent
    valid: list[Consent]

    def by(self, names: Collection[str], now: datetime) -> bool:
        """Tell whether a party is covered now, and not without the consent."""
        rest = [one for one in self.valid if one.key != self.consent.key]
        citizen = self.consent.citizen_key
        with_it, without = (
            consents.open_to(self.session, citizen, names, valid, now)
            for valid in (self.valid, rest)
        )
        return with_it is not None and without is None


def _held(
    session: Session, running: list[Course], consent: Consent, now: datetime
) -> Iterator[tuple[Course, Course]]:
    """Find the pairs of courses between which a message passes on this consent alone."""
    for sender, receiver in permutations(running, 2):
        message = Delivery(
            "", str(consent.citizen_key), sender.key, receiver.process_id, receiver.key
        )
        passes = courses.passage(session, message, now)
        without = courses.passage(session, message, now, without=[consent.key])
        if not passes.objection and without.objection:
            yield sender, receiver


def _statutes(session: Session, running: list[Course], now: datetime) -> Iterator[str]:
    """Name the paragraphs on which the municipality's own people go on working with the citizen."""
    bases = {one.words: one for course in running for one in courses.statutes(session, course, now)}
    for words, basis in bases.items():
        yield f"{words} ({basis.title.lower()})"
