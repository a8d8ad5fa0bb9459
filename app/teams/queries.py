"""Reading teams: who is in one now, who was, and where a person is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import LOCAL
from app.teams.posts import POSTS, Gap, Post, gaps_between
from app.teams.rows import PostRow

_ORDER = {post: number for number, post in enumerate(POSTS)}


def history(session: Session, course_key: int) -> list[Post]:
    """Return everyone who is or was in a course's team, in the order in which they came."""
    rows = session.scalars(
        select(PostRow)
        .where(PostRow.course_key == course_key)
        .order_by(PostRow.valid_from, PostRow.key)
    )
    return [of_row(row) for row in rows]


def members(session: Session, course_key: int, at: datetime | None = None) -> list[Post]:
    """Return a course's team: the coordinator first, then the deputy, then the others.

    Args:
        session: any session.
        course_key: the course.
        at: as of this instant; without one, whoever has not left.
    """
    team = [
        post
        for post in history(session, course_key)
        if (post.valid_to is None if at is None else post.valid(at))
    ]
    return sorted(team, key=lambda post: _ORDER[post.post])


def coordinator(session: Session, course_key: int) -> Post | None:
    """Return a course's coordinator (tovholder), or None before one is appointed."""
    return coordinators(session, [course_key]).get(course_key)


def coordinators(session: Session, course_keys: Iterable[int]) -> dict[int, Post]:
    """Return the coordinators of several courses in one query."""
    rows = session.scalars(
        select(PostRow).where(
            PostRow.course_key.in_(set(course_keys)),
            PostRow.post == "coordinator",
            PostRow.valid_to.is_(None),
        )
    )
    return {row.course_key: of_row(row) for row in rows}


def posts_of(session: Session, username: str, at: datetime) -> list[Post]:
    """Return the posts, with access, that a person holds at an instant, in all courses."""
    rows = session.scalars(
        select(PostRow)
        .where(PostRow.username == username, PostRow.valid_from <= at)
        .order_by(PostRow.valid_from, PostRow.key)
    )
    return [post for post in map(of_row, rows) if post.valid(at)]


def led_by(session: Session, usernames: Collection[str], at: datetime) -> set[int]:
    """Return the courses that one of these people coordinates at an instant: thousands, so as keys and not as posts."""
    rows = session.execute(
        select(PostRow.course_key, PostRow.valid_to, PostRow.access_until).where(
            PostRow.username.in_(usernames),
            PostRow.post == "coordinator",
            PostRow.valid_from <= at,
        )
    )
    day = at.astimezone(LOCAL).date()
    return {
        row.course_key
        for row in rows
        if (row.valid_to is None or at < row.valid_to)
        and (row.access_until is None or day <= row.access_until)
    }


def gaps(session: Session, course_key: int, until: datetime) -> list[Gap]:
    """Return the times until an instant in which the course did not have exactly one coordinator: none, always."""
    return gaps_between(history(session, course_key), until)


def of_row(row: PostRow) -> Post:
    """Return a row's value."""
    return Post(
        key=row.key,
        course_key=row.course_key,
        citizen_key=row.citizen_key,
        post=row.post,
        username=row.username,
        name=row.name,
        role=row.role,
        area=row.area,
        party_kind=row.party_kind,
        access_until=row.access_until,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        handover_note=row.handover_note,
    )
