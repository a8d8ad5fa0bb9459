"""The only writer of teams. A post ends and the next begins at the same instant, so a course is never without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app import access, units
from app.connectors import OperationContext, Registry, Values, operation
from app.errors import DomainError
from app.storage import UnitOfWork
from app.teams.posts import ARRANGEMENTS, AUTHORITY, POSTS
from app.teams.rows import PostRow
from app.teams.schemas import (
    AppointIn,
    AppointOut,
    AssembleIn,
    AssembleOut,
    ConsultantIn,
    ConsultantOut,
    HandOverIn,
)
from app.units import UnitFollowed


@dataclass(frozen=True)
class HandedOver:
    """A course has another responsible person, or another deputy, as of now.

    Attributes:
        before: usernames of coordinator and deputy until now.
        after: of those from now on.
        pair: whether the two share a queue.
    """

    course_key: int
    before: tuple[str, ...]
    after: tuple[str, str]
    pair: bool


@operation(
    "team:appoint",
    AppointIn,
    AppointOut,
    title="Udpeg den ansvarlige",
    description="Gør én medarbejder ansvarlig og en anden til stedfortræder, i den ordning, som forløbet har: "
    "tovholder, makkerpar (fra to områder) eller koordinerende sagsbehandler (fra Myndighed).",
)
def appoint(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Appoint who is responsible and the deputy; who had the post before hands over at the same instant.

    Raises:
        DomainError: both are the same person, one is not staff or does not fit the arrangement, or a handover has no
            note.
    """
    coordinator, deputy = _two(work, values)
    before = [row.username for row in _held(work, context.course_key, "coordinator")]
    if before and before[0] != coordinator.username and not values["handover_note"]:
        text = "Skriv, hvad den nye ansvarlige skal vide, når forløbet skifter hænder."
        raise DomainError("team:handover-note", text, fields={"handover_note": text})
    return _appointed(work, context, values, coordinator, deputy)


@operation(
    "team:hand_over",
    HandOverIn,
    AppointOut,
    title="Overdrag ansvaret",
    description="Flytter ansvaret ved fravær, orlov eller skift, med en note til den næste. Åbne opgaver følger med.",
)
def hand_over(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Move the responsibility to somebody else; the courses move the open tasks and what the models know.

    Raises:
        DomainError: nobody is responsible yet, it is the same person, or as for appointing.
    """
    coordinator, deputy = _two(work, values)
    before = [
        row.username
        for post in ("coordinator", "deputy")
        for row in _held(work, context.course_key, post)
        if row.username
    ]
    if not before:
        text = "Der er ikke udpeget en ansvarlig endnu. Udpeg en først."
        raise DomainError("team:nobody-yet", text, fields={"coordinator": text})
    if before[0] == coordinator.username:
        text = f"{coordinator.name} har allerede ansvaret. Vælg en anden."
        raise DomainError("team:same-coordinator", text, fields={"coordinator": text})
    answer = _appointed(work, context, values, coordinator, deputy)
    work.record(
        HandedOver(
            context.course_key,
            tuple(before),
            (coordinator.username, deputy.username),
            pair=values["arrangement"] == "pair",
        )
    )
    return answer


@operation(
    "team:appoint_consultant",
    ConsultantIn,
    ConsultantOut,
    title="Udpeg borgerkonsulent",
    description="Gør en af teamets udførere til den, der laver dagsordenen med borgeren og indkalder til møde.",
)
def appoint_consultant(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Make one of the team's providers the citizen's consultant.

    Raises:
        DomainError: the person is no provider in the team, or is the one who decides.
    """
    said = values["citizen_consultant"]
    leads = [row.username for row in _held(work, context.course_key, "coordinator")]
    if said in leads:
        text = "Den, der træffer afgørelserne, kan ikke også være borgerkonsulent."
        raise DomainError("team:consultant-decides", text, fields={"citizen_consultant": text})
    for row in _held(work, context.course_key, "member"):
        if said in {row.username, row.name} and row.party_kind == "provider":
            return {"citizen_consultant": row.username, "citizen_consultant_name": row.name}
    text = "Vælg en af udførerne i teamet som borgerkonsulent."
    raise DomainError("team:no-provider", text, fields={"citizen_consultant": text})


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
        DomainError: a row has neither a person nor a name, names a person who is not staff, or would be a third in a
            pair.
    """
    _no_third(work, context.course_key, values["members"])
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
    registry.add(appoint, hand_over, appoint_consultant, assemble)


def _held(work: UnitOfWork, course_key: int, post: str) -> list[PostRow]:
    query = select(PostRow).where(
        PostRow.course_key == course_key, PostRow.post == post, PostRow.valid_to.is_(None)
    )
    return list(work.session.scalars(query.order_by(PostRow.key)))


def _no_third(work: UnitOfWork, course_key: int, members: list[Values]) -> None:
    """Refuse a member who is called to be a third in a pair: it is exactly two."""
    two = [row for post in ("coordinator", "deputy") for row in _held(work, course_key, post)]
    if not any("makker" in row.role.casefold() for row in two):
        return
    for number, one in enumerate(members):
        named = one["person"] or one["name"]
        if "makker" not in one["role"].casefold() or named in {
            name for row in two for name in (row.username, row.name)
        }:
            continue
        pair = " og ".join(row.name for row in two)
        text = f"Et makkerpar er netop to: {pair}. Giv den tredje en anden rolle i teamet."
        raise DomainError("team:third", text, fields={f"members[{number}].role": text})


def _two(work: UnitOfWork, values: Values) -> tuple[access.Person, access.Person]:
    """Return who is to be responsible and who the deputy, if they fit the arrangement.

    Raises:
        DomainError: they do not.
    """
    coordinator = access.staff_member(work.session, values["coordinator"], "coordinator")
    deputy = access.staff_member(work.session, values["deputy"], "deputy")
    if coordinator.username == deputy.username:
        text = "Den ansvarlige og stedfortræderen skal være to forskellige personer."
        raise DomainError("team:same-person", text, fields={"deputy": text})
    if values["arrangement"] == "pair":
        for field, one in (("coordinator", coordinator), ("deputy", deputy)):
            if not one.areas:
                text = f"{one.name} har intet område. De to i et makkerpar kommer fra hvert sit."
                raise DomainError("team:pair-areas", text, fields={field: text})
        if len(coordinator.areas | deputy.areas) < 2:
            text = "De to i et makkerpar skal komme fra forskellige områder. Vælg en fra et andet."
            raise DomainError("team:pair-areas", text, fields={"deputy": text})
    if values["arrangement"] == "coordinating_caseworker":
        for field, one in (("coordinator", coordinator), ("deputy", deputy)):
            if AUTHORITY not in one.groups:
                text = (
                    f"{one.name} er ikke i Myndighed og kan ikke træffe afgørelser. Vælg en anden."
                )
                raise DomainError("team:no-authority", text, fields={field: text})
    return coordinator, deputy


def _appointed(
    work: UnitOfWork,
    context: OperationContext,
    values: Values,
    coordinator: access.Person,
    deputy: access.Person,
) -> Values:
    pair = values["arrangement"] == "pair"
    role = values["title"] or ARRANGEMENTS[values["arrangement"]]
    own = "" if role == POSTS["coordinator"] else role
    _take(work, context, "coordinator", coordinator, values["handover_note"], role=own)
    _take(work, context, "deputy", deputy, role=own if pair else "")
    course, leads = context.course_key, coordinator.username
    units.follow(work, UnitFollowed(course, coordinator.unit, leads, context.actor, context.at))
    two = {"coordinator": coordinator.username, "deputy": deputy.username}
    return {"team": two, **two, "pair": list(two.values()) if pair else None}


def _take(
    work: UnitOfWork,
    context: OperationContext,
    post: str,
    person: access.Person,
    note: str = "",
    *,
    role: str = "",
) -> None:
    held = _held(work, context.course_key, post)
    if [row.username for row in held] == [person.username]:
        return
    for row in held:
        row.valid_to = context.at
    what = {
        "username": person.username,
        "name": person.name,
        "role": role,
        "handover_note": note,
    }
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
