"""Reading people: one by username, and lists to pick from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.access.permits import ROLES
from app.access.principal import Principal
from app.access.rows import PersonRow, PersonWasRow
from app.errors import DomainError
from app.storage import Base, Statement

_people = Base.metadata.tables[PersonRow.__tablename__]
_ACTING = ("key", "username", "name", "roles", "groups", "areas", "unit")
_BY_USERNAME = Statement(
    select(*(_people.c[name] for name in (*_ACTING, "password"))).where(
        _people.c.username == bindparam("username"), _people.c.active
    )
)


@dataclass(frozen=True)
class Was:
    """What somebody was at an instant.

    Attributes:
        principal: as one who acts, with the roles of that instant; None where their access was not open.
        assumed: nobody kept it then, so it is taken to have been what it was when keeping began.
        later: roles, groups or access have been changed since.
    """

    principal: Principal | None
    assumed: bool = False
    later: bool = False


@dataclass(frozen=True)
class Person:
    """A person as others see them."""

    key: int
    username: str
    name: str
    phone: str
    email: str
    roles: frozenset[str]
    groups: frozenset[str]
    areas: frozenset[str]
    unit: str
    active: bool
    mails: bool = True

    @property
    def takes_mail(self) -> bool:
        """Whether mail about their work goes to them: staff with an address who have not said no."""
        return self.active and self.is_staff and self.mails and bool(self.email)

    @property
    def is_staff(self) -> bool:
        """Whether the municipality's own, and not only a citizen or a partner outside."""
        return bool(self.roles - {"citizen", "external_participant"})

    @property
    def title(self) -> str:
        """The Danish titles of the person's roles."""
        return ", ".join(role.title for code, role in ROLES.items() if code in self.roles)


def find_row(session: Session, username: str) -> PersonRow | None:
    """Return the row of a username, however it is cased."""
    wanted = username.strip().casefold()
    return session.scalar(select(PersonRow).where(PersonRow.username == wanted))


def who_is(session: Session, username: str) -> tuple[Principal, str | None] | None:
    """Return who acts under a username as it was stored, and their password's hash; None where their access is closed.

    Asked at the beginning of every request, so without the mapper.
    """
    row = _BY_USERNAME.first(session, {"username": username})
    if row is None:
        return None
    key, known, name, roles, groups, areas, unit, password = row
    sets = frozenset(roles), frozenset(groups), frozenset(areas)
    return Principal(key, known, name, *sets, unit), password


def person(session: Session, username: str) -> Person | None:
    """Return the person with this username, active or not."""
    row = find_row(session, username)
    return None if row is None else _person(row)


def staff_member(session: Session, username: str, field: str) -> Person:
    """Return an active member of staff whom an input names.

    Args:
        session: any session.
        username: what the input says.
        field: the input's name, for the error.

    Raises:
        DomainError: nobody active has this username.
    """
    found = person(session, username)
    if found is None or not found.active or not found.is_staff:
        text = f"Der er ingen aktiv medarbejder med brugernavnet {username}."
        raise DomainError("person:unknown", text, fields={field: text})
    return found


def names(session: Session, usernames: set[str]) -> dict[str, str]:
    """Return the names of several usernames in one query; one that is not known is its own name."""
    rows = session.execute(
        select(PersonRow.username, PersonRow.name).where(PersonRow.username.in_(usernames))
    )
    return {username: username for username in usernames} | {row.username: row.name for row in rows}


def staff(
    session: Session, *, role: str | None = None, group: str | None = None, text: str = ""
) -> list[Person]:
    """List the active people to pick from, by name; citizens are never among them.

    Args:
        session: a read session.
        role: only those who have this role.
        group: only those who belong to this candidate group.
        text: part of the name or username.
    """
    rows = session.scalars(select(PersonRow).where(PersonRow.active).order_by(PersonRow.name))
    wanted = text.strip().casefold()
    return [
        _person(row)
        for row in rows
        if set(row.roles) - {"citizen"}
        and (role is None or role in row.roles)
        and (group is None or group in row.groups)
        and (wanted in row.name.casefold() or wanted in row.username)
    ]


def principal_of(row: PersonRow) -> Principal:
    """Return the acting value of a person."""
    return Principal(
        key=row.key,
        username=row.username,
        name=row.name,
        roles=frozenset(row.roles),
        groups=frozenset(row.groups),
        areas=frozenset(row.areas),
        unit=row.unit,
    )


def acting(session: Session, username: str) -> Principal | None:
    """Return an active person as one who acts: for the command line, demo data and workers."""
    row = find_row(session, username)
    return principal_of(row) if row is not None and row.active else None


def as_of(session: Session, username: str, at: datetime) -> Was:
    """Return what the person with this username was at an instant; nobody before they were registered."""
    row = find_row(session, username)
    if row is None or at < row.created_at:
        return Was(None)
    was = session.scalars(
        select(PersonWasRow)
        .where(PersonWasRow.person_key == row.key, PersonWasRow.until > at)
        .order_by(PersonWasRow.until)
        .limit(1)
    ).first()
    if was is None:
        return Was(principal_of(row) if row.active else None)
    now = principal_of(row)
    then = replace(
        now,
        roles=frozenset(was.roles),
        groups=frozenset(was.groups),
        areas=frozenset(was.areas),
        unit=was.unit,
    )
    changed = then != now or was.active != row.active
    return Was(then if was.active else None, was.assumed, changed)


def colleagues(session: Session, text: str, *, limit: int = 50) -> list[Person]:
    """Find people who have or had access, citizens aside, by a part of their name or username, those who left too."""
    wanted = text.strip().casefold()
    rows = session.scalars(select(PersonRow).order_by(PersonRow.name, PersonRow.key))
    found = (
        _person(row)
        for row in rows
        if set(row.roles) - {"citizen"}
        and (wanted in row.name.casefold() or wanted in row.username)
    )
    return [one for one, _ in zip(found, range(limit), strict=False)]


def _person(row: PersonRow) -> Person:
    return Person(
        key=row.key,
        username=row.username,
        name=row.name,
        phone=row.phone,
        email=row.email,
        roles=frozenset(row.roles),
        groups=frozenset(row.groups),
        areas=frozenset(row.areas),
        unit=row.unit,
        active=row.active,
        mails=row.mails,
    )
