"""Reading citizens. What of it a person may see is asked of `app.sight`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.citizens.birthdays import age_at, turns_18
from app.citizens.cpr import Cpr
from app.citizens.names import fold
from app.citizens.rows import CitizenRow, GuardianRow, HouseholdMemberRow, HouseholdRow
from app.clock import LOCAL
from app.errors import DomainError, NotFound

PROTECTED = "Beskyttet adresse"
"""What stands where a protected address would (CPR-loven § 28)."""


@dataclass(frozen=True)
class Citizen:
    """A citizen as the house knows them. Lists and heads of pages show `cpr` masked (the filter of that name)."""

    key: int
    cpr: str
    first_name: str
    last_name: str
    birth_date: date
    address: str
    address_protected: bool
    municipality_code: str
    phone: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def shown_address(self) -> str:
        """The address, or the words that stand for a protected one."""
        return PROTECTED if self.address_protected else self.address

    @property
    def turns_18(self) -> date:
        """The day on which the citizen comes of age."""
        return turns_18(self.birth_date)

    def age(self, at: datetime) -> int:
        """Return the age in whole years at an instant."""
        return age_at(self.birth_date, at)

    def as_variables(self, at: datetime) -> dict[str, Any]:
        """Return what every course about the citizen starts with, as JSON: the key as text, never the CPR number."""
        return {
            "key": str(self.key),
            "first_name": self.first_name,
            "birth_date": self.birth_date.isoformat(),
            "turns_18": self.turns_18.isoformat(),
            "age": self.age(at),
        }


@dataclass(frozen=True)
class Guardian:
    """Someone with or without custody of a child, from a day to a day (inclusive; None: until further notice)."""

    key: int
    name: str
    relation: str
    custody: bool
    phone: str
    citizen_key: int | None
    valid_from: date
    valid_to: date | None
    username: str | None = None
    access_from: date | None = None
    access_to: date | None = None

    def valid(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def let_in(self, day: date) -> bool:
        """Tell whether their login opens the child's case on a day."""
        if (
            self.username is None
            or self.access_from is None
            or not (self.custody and self.valid(day))
        ):
            return False
        return self.access_from <= day and (self.access_to is None or day <= self.access_to)


@dataclass(frozen=True)
class Household:
    """People who live together on a day."""

    key: int
    name: str
    members: tuple[Citizen, ...]


def citizen(session: Session, key: int) -> Citizen:
    """Return a citizen.

    Raises:
        NotFound: no citizen has this key.
    """
    row = session.get(CitizenRow, key)
    if row is None:
        raise NotFound("citizen:unknown", "Borgeren findes ikke.")
    return of_row(row)


def citizens(session: Session, keys: Iterable[int]) -> dict[int, Citizen]:
    """Return several citizens by key in one query; unknown keys are left out."""
    rows = session.scalars(select(CitizenRow).where(CitizenRow.key.in_(set(keys))))
    return {row.key: of_row(row) for row in rows}


def protected(session: Session) -> set[int]:
    """Return the keys of all whose address is protected."""
    return set(session.scalars(select(CitizenRow.key).where(CitizenRow.address_protected)))


def by_cpr(session: Session, cpr: Cpr) -> Citizen | None:
    """Return the citizen with this number."""
    row = session.scalar(select(CitizenRow).where(CitizenRow.cpr == cpr.digits))
    return None if row is None else of_row(row)


def search(session: Session, text: str, *, limit: int = 50) -> list[Citizen]:
    """Find citizens by name, or by a whole CPR number.

    Args:
        session: a read session.
        text: words that the name contains, in any order, case and spelling of å, æ and ø; or ten digits. It is personal
            data: it comes in the body of a POST, never in a URL, and is not logged.
        limit: most to return.
    """
    try:
        found = by_cpr(session, Cpr.parse(text))
    except DomainError:
        pass
    else:
        return [found] if found else []
    words = fold(text).split()
    if not words:
        return []
    query = select(CitizenRow).order_by(CitizenRow.search, CitizenRow.key).limit(limit)
    for word in words:
        query = query.where(CitizenRow.search.contains(word, autoescape=True))
    return [of_row(row) for row in session.scalars(query)]


def guardians(session: Session, citizen_key: int, at: datetime | None = None) -> list[Guardian]:
    """Return a child's guardians: those of an instant's day in Denmark, or all there ever were.

    From 00:00 of the 18th birthday nobody is one, whether a job has ended their time or not (værgemålsloven § 1).
    """
    rows = session.scalars(
        select(GuardianRow)
        .where(GuardianRow.citizen_key == citizen_key)
        .order_by(GuardianRow.valid_from, GuardianRow.key)
    )
    found = [
        Guardian(
            row.key,
            row.name,
            row.relation,
            row.custody,
            row.phone,
            row.guardian_citizen_key,
            row.valid_from,
            row.valid_to,
            row.username,
            row.access_from,
            row.access_to,
        )
        for row in rows
    ]
    if at is None:
        return found
    day = at.astimezone(LOCAL).date()
    if not found or day >= citizen(session, citizen_key).turns_18:
        return []
    return [guardian for guardian in found if guardian.valid(day)]


def wards(session: Session, username: str, at: datetime) -> list[int]:
    """Return the keys of the children whose cases this login opens by custody at an instant."""
    keys = session.scalars(
        select(GuardianRow.citizen_key).where(GuardianRow.username == username).distinct()
    )
    return [key for key in sorted(keys) if has_custody(session, username, key, at)]


def has_custody(session: Session, username: str, citizen_key: int, at: datetime) -> bool:
    """Tell whether this login opens a child's case by custody at an instant."""
    day = at.astimezone(LOCAL).date()
    return any(
        one.username == username and one.let_in(day) for one in guardians(session, citizen_key, at)
    )


def was_guardian(session: Session, username: str, citizen_key: int) -> bool:
    """Tell whether the person with this login was ever registered as a guardian of a citizen."""
    return any(one.username == username for one in guardians(session, citizen_key))


def custody_until(session: Session, guardian_keys: Iterable[int]) -> dict[int, date]:
    """Return the last day of custody of those guardians, by key, for whom it ends."""
    query = select(GuardianRow.key, GuardianRow.valid_to).where(
        GuardianRow.key.in_(set(guardian_keys)), GuardianRow.valid_to.is_not(None)
    )
    return {key: last for key, last in session.execute(query) if last is not None}


def guardian_names(session: Session, guardian_keys: Iterable[int]) -> dict[int, str]:
    """Return what those guardians are called, by key."""
    query = select(GuardianRow.key, GuardianRow.name).where(GuardianRow.key.in_(set(guardian_keys)))
    return {row.key: row.name for row in session.execute(query)}


def household(session: Session, citizen_key: int, at: datetime) -> Household | None:
    """Return the household in which a citizen lives at an instant, with everyone in it."""
    day = at.astimezone(LOCAL).date()
    lives = (
        HouseholdMemberRow.valid_from <= day,
        or_(HouseholdMemberRow.valid_to.is_(None), HouseholdMemberRow.valid_to >= day),
    )
    home = session.scalar(
        select(HouseholdRow)
        .join(HouseholdMemberRow, HouseholdMemberRow.household_key == HouseholdRow.key)
        .where(HouseholdMemberRow.citizen_key == citizen_key, *lives)
        .order_by(HouseholdMemberRow.valid_from.desc())
        .limit(1)
    )
    if home is None:
        return None
    members = session.scalars(
        select(CitizenRow)
        .join(HouseholdMemberRow, HouseholdMemberRow.citizen_key == CitizenRow.key)
        .where(HouseholdMemberRow.household_key == home.key, *lives)
        .order_by(CitizenRow.birth_date, CitizenRow.key)
    )
    return Household(home.key, home.name, tuple(of_row(row) for row in members))


def of_row(row: CitizenRow) -> Citizen:
    """Return a row's value."""
    return Citizen(
        key=row.key,
        cpr=row.cpr,
        first_name=row.first_name,
        last_name=row.last_name,
        birth_date=row.birth_date,
        address=row.address,
        address_protected=row.address_protected,
        municipality_code=row.municipality_code,
        phone=row.phone,
    )
