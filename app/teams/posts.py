"""Posts in a team as values, and the rule that there is always exactly one coordinator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from app.clock import LOCAL

POSTS = {"coordinator": "Tovholder", "deputy": "Stedfortræder", "member": "Teammedlem"}
"""Post → Danish."""

ARRANGEMENTS = {
    "coordinator": "Tovholder",
    "pair": "Makker",
    "coordinating_caseworker": "Koordinerende sagsbehandler",
}
"""How a kind of course is led (decision table `course_roles`) → what the responsible person is called there."""

AUTHORITY = "authority"
"""The group of those who may decide."""

PARTY_KINDS = {"authority": "Myndighed", "provider": "Udfører", "network": "Netværk"}
"""Kind of party → Danish."""


@dataclass(frozen=True)
class Post:
    """One person's time in one post: from `valid_from` until just before `valid_to`; None: still.

    Attributes:
        username: None for people without a login here.
        access_until: the last day of access, for partners outside; None: as long as the post lasts.
        handover_note: what the one before left to this coordinator.
    """

    key: int
    course_key: int
    citizen_key: int | None
    post: str
    username: str | None
    name: str
    role: str
    area: str
    party_kind: str
    access_until: date | None
    valid_from: datetime
    valid_to: datetime | None
    handover_note: str

    @property
    def title(self) -> str:
        """What the person is in the team, in Danish: the role where one is given, else the post."""
        return self.role or POSTS[self.post]

    def valid(self, at: datetime) -> bool:
        """Tell whether the post is held, with access, at an instant."""
        if at < self.valid_from or (self.valid_to is not None and at >= self.valid_to):
            return False
        return self.access_until is None or at.astimezone(LOCAL).date() <= self.access_until


@dataclass(frozen=True)
class Gap:
    """A time in which a course had no coordinator, or more than one."""

    start: datetime
    end: datetime
    coordinators: int


def gaps_between(posts: Iterable[Post], until: datetime) -> list[Gap]:
    """Return the times, from the first coordinator's appointment to `until`, without exactly one coordinator."""
    held = [post for post in posts if post.post == "coordinator" and post.valid_from < until]
    if not held:
        return []
    ends = {post.valid_to for post in held if post.valid_to is not None and post.valid_to < until}
    edges = sorted({post.valid_from for post in held} | ends | {until})
    found = []
    for start, end in pairwise(edges):
        count = sum(post.valid(start) for post in held)
        if count != 1:
            found.append(Gap(start, end, count))
    return found
