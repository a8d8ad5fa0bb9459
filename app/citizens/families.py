"""A family as it is mapped: one household, custody from a day on, who must have no access, and what each child says.

Who is not registered with a CPR number stays a name in the course: no household, no guardians, no chain of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields as plain
from sqlalchemy.orm import Session

from app.citizens.barring import BlockListChanged, bar
from app.citizens.birthdays import OF_AGE
from app.citizens.cpr import Cpr
from app.citizens.names import fold
from app.citizens.operations import (
    NewCitizen,
    NewGuardian,
    add_guardian,
    insert,
    join_household,
    journal_row,
    protect_home,
)
from app.citizens.queries import Citizen, by_cpr, citizen, guardians
from app.citizens.rows import CitizenRow
from app.clock import LOCAL
from app.connectors import (
    Choice,
    Flag,
    Input,
    Items,
    OperationContext,
    Output,
    Ref,
    Registry,
    Text,
    Values,
    operation,
)
from app.errors import DomainError
from app.journal import Keyring, NewEntry, append, read
from app.storage import Facts, UnitOfWork

CUSTODY = ("none", "sole", "joint")
"""Whether a parent has custody: not, alone, or with the other."""


class MemberIn(Input):
    """A row of the form's table. The CPR number stays in the register; the course never gets it."""

    name = Text(required=True)
    family_relation = Text(load_default="")
    cpr = Text(load_default="")
    custody = Choice(*CUSTODY, load_default=None, allow_none=True)
    lives_at_home = Flag(load_default=True)
    address_protected = Flag(load_default=False)


class NoAccessIn(Input):
    """Somebody who must have no access, and why."""

    name = Text(required=True)
    reason = Text(load_default="")


class FamilyIn(Input):
    """Of the form that maps the family."""

    family_members = Items(MemberIn, required=True)
    no_access = Items(NoAccessIn, load_default=list)


class FamilyOut(Output):
    """The members as the course knows them from then on: with keys, without CPR numbers."""

    family_members = plain.List(plain.Dict())


class ViewIn(Input):
    """What one child said."""

    key = Ref(load_default=None, allow_none=True)
    name = Text(required=True)
    held = Flag(load_default=False)
    view = Text(load_default="")


class ViewsIn(Input):
    """What the children said."""

    child_views = Items(ViewIn, required=True)


class ViewsOut(Output):
    """Which children were heard; the words of those with a chain of their own are there and not in the course."""

    child_views = plain.List(plain.Dict())


@dataclass(frozen=True)
class BecameKnown:
    """A citizen was registered by an operation, which has no keyring: the journal follows in the same transaction."""

    citizen_key: int
    by: str


@dataclass(frozen=True)
class BecameProtected:
    """A citizen's address was protected by an operation: the journal follows in the same transaction."""

    citizen_key: int
    by: str


@dataclass(frozen=True)
class ChildView:
    """What a child said in its own words, when, and who wrote it down."""

    words: str
    at: datetime
    by: str


@dataclass(frozen=True)
class ChildSaid:
    """A child said something of their own, to be sealed with the child's own key."""

    citizen_key: int
    view: str
    course_key: int | None
    by: str


@operation(
    "family:register",
    FamilyIn,
    FamilyOut,
    title="Gem familien",
    description="Gemmer husstanden, forældremyndigheden og dem, der ikke må få adgang. CPR-numre bliver i registret.",
)
def register_family(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Register who belongs together from today on.

    Raises:
        DomainError: a number that cannot be, or custody that contradicts itself.
    """
    told = values["family_members"]
    _agree_on_custody(told)
    own = citizen(work.session, context.citizen)
    people = [_person(work, context, own, one) for one in told]
    home = [
        (person.key, one["family_relation"], one["custody"] or "")
        for one, person in zip(told, people, strict=True)
        if person is not None and one["lives_at_home"]
    ]
    today = context.at.astimezone(LOCAL).date()
    join_household(work, f"Familien {own.last_name}", home, today)
    _protect(work, context.actor, told, people)
    for child, person in zip(told, people, strict=True):
        if person is not None and child["family_relation"] == "child":
            _give_guardians(work, person.key, told, people)
    known = {own.key} | {person.key for person in people if person is not None}
    for one in values["no_access"]:
        for key in sorted(known):
            bar(work, key, one["name"], by=context.actor, reason=one["reason"])
    return {
        "family_members": [
            {**{name: value for name, value in one.items() if name != "cpr"}, "key": _text(person)}
            for one, person in zip(told, people, strict=True)
        ]
    }


@operation(
    "family:hear",
    ViewsIn,
    ViewsOut,
    title="Gem børnenes egne ord",
    description="Gemmer hvert barns ord forseglet i barnets egen historik, så de ikke følger de voksnes.",
)
def hear_children(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Keep each child's words in the child's own chain; the course keeps that the child was heard (barnets lov § 3)."""
    heard: list[dict[str, Any]] = []
    for one in values["child_views"]:
        key = one["key"]
        if key is not None and one["view"]:
            work.record(ChildSaid(key, one["view"], context.course_key, context.actor))
        kept = {"name": one["name"], "held": one["held"], "key": None if key is None else str(key)}
        heard.append(kept if key is not None else {**kept, "view": one["view"]})
    return {"child_views": heard}


def child_views(session: Session, keyring: Keyring, citizen_key: int) -> list[ChildView]:
    """Return what a child has said in its own words, the oldest first, opened with the child's own key."""
    entries = read(session, f"citizen:{citizen_key}", keyring)
    return [
        ChildView(entry.payload["view"], entry.at, entry.actor)
        for entry in entries
        if entry.kind == "citizen:child-heard" and isinstance(entry.payload, dict)
    ]


def hear(work: UnitOfWork, citizen_key: int, words: str, *, by: str) -> None:
    """Keep what a child said outside any course, in the child's own chain (barnets lov § 5).

    Raises:
        DomainError: nothing was written, or the citizen is no child any more.
    """
    words = words.strip()
    text = ""
    if not words:
        text = "Skriv det, barnet har sagt, med barnets egne ord."
    elif citizen(work.session, citizen_key).age(work.now) >= OF_AGE:
        text = "Borgeren er fyldt 18 år og taler for sig selv: skriv det i planen."
    if text:
        raise DomainError("citizen:child-view", text, fields={"view": text})
    work.record(ChildSaid(citizen_key, words, None, by))


def register(registry: Registry) -> None:
    """Add the citizens' operations."""
    registry.add(register_family, hear_children)


def listen(facts: Facts, keyring: Keyring) -> None:
    """Write into the citizens' chains what their operations did, in the same transaction."""

    def known(work: UnitOfWork, fact: BecameKnown) -> None:
        row = work.session.get_one(CitizenRow, fact.citizen_key)
        journal_row(work, keyring, row, "citizen:registered", fact.by)

    def protected(work: UnitOfWork, fact: BecameProtected) -> None:
        row = work.session.get_one(CitizenRow, fact.citizen_key)
        journal_row(work, keyring, row, "citizen:changed", fact.by)

    def said(work: UnitOfWork, fact: ChildSaid) -> None:
        course = None if fact.course_key is None else str(fact.course_key)
        payload = {"view": fact.view, "course_key": course}
        stream = f"citizen:{fact.citizen_key}"
        append(work, NewEntry(stream, "citizen:child-heard", fact.by, payload), keyring)

    def block_list(work: UnitOfWork, fact: BlockListChanged) -> None:
        stream = f"citizen:{fact.citizen_key}"
        append(work, NewEntry(stream, fact.kind, fact.by, fact.payload), keyring)

    facts.subscribe(BecameKnown, known)
    facts.subscribe(BecameProtected, protected)
    facts.subscribe(BlockListChanged, block_list)
    facts.subscribe(ChildSaid, said)


def _agree_on_custody(told: list[Values]) -> None:
    alone = [one["name"] for one in told if one["custody"] == "sole"]
    shared = [one["name"] for one in told if one["custody"] == "joint"]
    if len(alone) > 1 or (alone and shared):
        other = (alone[1:] + shared)[0]
        text = f"{alone[0]} har forældremyndigheden alene. Så kan {other} ikke også have den."
        raise DomainError("family:custody", text, fields={"family_members": text})


def _person(
    work: UnitOfWork, context: OperationContext, own: Citizen, told: Values
) -> Citizen | None:
    """Return the registered citizen of a row, registered now where the number is new; None without a number."""
    if not told["cpr"]:
        is_own = fold(told["name"]) in {fold(own.first_name), fold(own.name)}
        return own if is_own else None
    try:
        cpr = Cpr.parse(told["cpr"])
    except DomainError as wrong:
        text = f"{told['name']}: {wrong}"
        raise DomainError(wrong.code, text, fields={"family_members": text}) from wrong
    found = by_cpr(work.session, cpr)
    if found is not None:
        return found
    first, _, last = told["name"].rpartition(" ")
    new = NewCitizen(
        cpr.full,
        first or last,
        last if first else own.last_name,
        address=own.address if told["lives_at_home"] else "",
        address_protected=told["address_protected"] or own.address_protected,
        municipality_code=own.municipality_code,
    )
    made = insert(work, new)
    work.record(BecameKnown(made.key, context.actor))
    return made


def _give_guardians(
    work: UnitOfWork, child_key: int, told: list[Values], people: list[Citizen | None]
) -> None:
    """Register the parents as the child's guardians, with or without custody; who is there already stays."""
    known = {fold(one.name) for one in guardians(work.session, child_key)}
    for one, person in zip(told, people, strict=True):
        if one["family_relation"] != "parent" or one["custody"] is None:
            continue
        name = person.name if person is not None else one["name"]
        if fold(name) not in known:
            new = NewGuardian(
                name,
                "parent",
                custody=one["custody"] != "none",
                citizen_key=person.key if person is not None else None,
            )
            add_guardian(work, child_key, new)


def _protect(work: UnitOfWork, by: str, told: list[Values], people: list[Citizen | None]) -> None:
    """Protect the addresses that the form says are, of who was known before too, and those of who lives there too."""
    for one, person in zip(told, people, strict=True):
        if person is None or not (one["address_protected"] or person.address_protected):
            continue
        row = work.session.get_one(CitizenRow, person.key)
        changed = [] if row.address_protected else [row]
        row.address_protected = True
        for other in (*changed, *protect_home(work, row)):
            work.record(BecameProtected(other.key, by))


def _text(person: Citizen | None) -> str | None:
    return None if person is None else str(person.key)
