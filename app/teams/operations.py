"""The only writer of teams. A post ends and the next begins at the same instant, so a course is never without."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import access
from app.connectors import OperationContext, Registry, Values, operation
from app.errors import DomainError
from app.storage import UnitOfWork
from app.teams.rows import PostRow
from app.teams.schemas import AppointIn, AppointOut, AssembleIn, AssembleOut


@operation(
    "team:appoint",
    AppointIn,
    AppointOut,
    title="Udpeg tovholder",
    description="Gør én medarbejder til tovholder og en anden til stedfortræder.",
)
def appoint(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Appoint coordinator and deputy; who had the post before hands over at the same instant.

    Raises:
        DomainError: both are the same person, one is not staff, or a handover has no note.
    """
    coordinator = access.staff_member(work.session, values["coordinator"], "coordinator")
    deputy = access.staff_member(work.session, values["deputy"], "deputy")
    if coordinator.username == deputy.username:
        text = "Tovholder og stedfortræder skal være to forskellige personer."
        raise DomainError("team:same-person", text, fields={"deputy": text})
    note = values["handover_note"]
    before = _held(work, context.course_key, "coordinator")
    if before and before[0].username != coordinator.username and not note:
        text = "Skriv, hvad den nye tovholder skal vide, når forløbet skifter hænder."
        raise DomainError("team:handover-note", text, fields={"handover_note": text})
    _take(work, context, "coordinator", coordinator, note)
    _take(work, context, "deputy", deputy)
    team = {"coordinator": coordinator.username, "deputy": deputy.username}
    return {"team": team, **team}


@operation(
    "team:assemble",
    AssembleIn,
    AssembleOut,
    title="Saml team",
    description="Gemmer, hvem der ellers er i teamet, med rolle, område og adgang. Listen erstatter den forrige.",
)
def assemble(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Make the list the team's members: who is new comes in, who is not on it leaves, who stays keeps their time.

    Raises:
        DomainError: a row has neither a person nor a name, or names a person who is not staff.
    """
    wanted = [_member(work, number, row) for number, row in enumerate(values["members"])]
    held = _held(work, context.course_key, "member")
    for row in held:
        if _what(row) not in wanted:
            row.valid_to = context.at
    known = [_what(row) for row in held]
    for number, one in enumerate(wanted):
        if one not in known and one not in wanted[:number]:
            _add(work, context, "member", one)
    work.session.flush()
    team = [
        row
        for post in ("coordinator", "deputy", "member")
        for row in _held(work, context.course_key, post)
    ]
    return {"team_size": len({row.username or row.name for row in team})}


def end_access(work: UnitOfWork, course_key: int, at: datetime) -> None:
    """End everyone's post but coordinator's and deputy's when a course has ended: questions still need a person."""
    for row in _held(work, course_key, "member"):
        row.valid_to = at


def register(registry: Registry) -> None:
    """Add the teams' operations."""
    registry.add(appoint, assemble)


def _held(work: UnitOfWork, course_key: int, post: str) -> list[PostRow]:
    query = select(PostRow).where(
        PostRow.course_key == course_key, PostRow.post == post, PostRow.valid_to.is_(None)
    )
    return list(work.session.scalars(query.order_by(PostRow.key)))


def _take(
    work: UnitOfWork,
    context: OperationContext,
    post: str,
    person: access.Person,
    note: str = "",
) -> None:
    held = _held(work, context.course_key, post)
    if [row.username for row in held] == [person.username]:
        return
    for row in held:
        row.valid_to = context.at
    what = {"username": person.username, "name": person.name, "handover_note": note}
    _add(work, context, post, what)
    work.session.flush()


def _add(work: UnitOfWork, context: OperationContext, post: str, what: dict[str, Any]) -> None:
    work.session.add(
        PostRow(
            key=work.next_key(),
            course_key=context.course_key,
            citizen_key=context.citizen_key,
            post=post,
            valid_from=context.at,
            **what,
        )
    )


def _member(work: UnitOfWork, number: int, row: Values) -> dict[str, Any]:
    """Return a form's row as a post's columns; a name that is a username is that person."""
    person = row["person"] or row["name"]
    if not person:
        text = "Vælg en person, eller skriv et navn."
        raise DomainError("team:nobody", text, fields={f"members[{number}].name": text})
    known = access.person(work.session, person)
    if row["person"] and (known is None or not known.active):
        text = f"Der er ingen aktiv bruger med navnet {person}."
        raise DomainError("person:unknown", text, fields={f"members[{number}].person": text})
    until: date | None = row["access_until"]
    return {
        "username": known.username if known else None,
        "name": known.name if known else person,
        "role": row["role"],
        "area": row["area"],
        "party_kind": row["party_kind"],
        "access_until": until,
    }


def _what(row: PostRow) -> dict[str, Any]:
    return {
        "username": row.username,
        "name": row.name,
        "role": row.role,
        "area": row.area,
        "party_kind": row.party_kind,
        "access_until": row.access_until,
    }
