"""What was agreed at a meeting falls to somebody: who that is, and in which of the citizen's courses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app import access, teams
from app.connectors import OperationContext, Values
from app.storage import UnitOfWork


@dataclass(frozen=True)
class AgreementMade:
    """An agreement of a meeting; recorded for the courses, which open a task for it.

    Attributes:
        course_key: the course whose task it is: the meeting's own, or the citizen's other course that the person is in.
        seq: its number among the meeting's agreements.
        who: as it was written.
        responsible: their username; None for somebody who has none.
    """

    citizen_key: int | None
    course_key: int
    meeting_key: int
    seq: int
    what: str
    who: str
    responsible: str | None
    due: date | None
    by: str

    @property
    def key(self) -> str:
        """Return how models call it: its meeting's key and its number there."""
        return f"{self.meeting_key}/{self.seq}"


def share_out(
    work: UnitOfWork, context: OperationContext, meeting_key: int, seq: int, one: Values
) -> AgreementMade:
    """Find who is to do an agreement, and tell the courses."""
    username = _username(work, context, one["who"])
    made = AgreementMade(
        context.citizen_key,
        _course(work, context, username),
        meeting_key,
        seq,
        one["what"],
        one["who"],
        username,
        one["due"],
        context.actor,
    )
    work.record(made)
    return made


def _username(work: UnitOfWork, context: OperationContext, who: str) -> str | None:
    """Return the username of somebody written as username or by name: of the team first, else of the house."""
    said = who.strip().casefold()
    team = teams.members(work.session, context.course_key, context.at)
    for post in team:
        if post.username and said in {post.name.casefold(), post.username.casefold()}:
            return post.username
    named = [
        person.username
        for person in access.staff(work.session, text=who)
        if said in {person.username.casefold(), person.name.casefold()}
    ]
    return named[0] if len(named) == 1 else None


def _course(work: UnitOfWork, context: OperationContext, username: str | None) -> int:
    """Return the course that somebody works in for this citizen: the meeting's own if they are in its team."""
    if username is None or context.citizen_key is None:
        return context.course_key
    held = [
        post.course_key
        for post in teams.posts_of(work.session, username, context.at)
        if post.citizen_key == context.citizen_key
    ]
    return context.course_key if context.course_key in held or not held else held[0]
