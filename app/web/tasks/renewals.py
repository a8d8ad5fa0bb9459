"""Consents that run out soon, for whom to ask the citizen anew: said in the inbox of who is responsible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import citizens, consents, courses, teams
from app.access import Principal
from app.citizens import Citizen
from app.consents import Consent
from app.courses import Course


@dataclass(frozen=True)
class Renewal:
    """A consent that ends within `consents.RENEW_WITHIN`, and the course whose responsible person asks anew."""

    citizen: Citizen
    course: Course
    consent: Consent


def renewals(session: Session, who: Principal, now: datetime) -> list[Renewal]:
    """Return what the person must ask about as coordinator or deputy, the first to end first.

    The clock decides, no job: a consent is here from 30 days before its last day until a later one takes its place.
    """
    held = [
        post
        for post in teams.posts_of(session, who.username, now)
        if post.post != "member" and post.citizen_key is not None
    ]
    running = {
        post.citizen_key: session.get_one(Course, post.course_key)
        for post in reversed(held)
        if session.get_one(Course, post.course_key).status != "ended"
    }
    ending = consents.ending(session, [key for key in running if key is not None], now)
    whose = citizens.citizens(session, {one.citizen_key for one in ending})
    return [
        Renewal(whose[one.citizen_key], running[one.citizen_key], one)
        for one in ending
        if courses.ground_for(session, who, running[one.citizen_key], now) is not None
    ]
