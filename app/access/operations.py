"""The only writer of people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.access.passwords import MIN_LENGTH, hash_password
from app.access.permits import ROLES
from app.access.queries import find_row
from app.access.rows import PersonRow, PersonWasRow
from app.errors import Conflict, DomainError
from app.storage import UnitOfWork

_USERNAME = re.compile(r"[a-z0-9æøå][a-z0-9æøå._@-]{1,99}")

_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class PersonMoved:
    """A person works in another unit from now on."""

    username: str
    unit: str


@dataclass(frozen=True)
class NewPerson:
    """What is known of a person who gets access; `password` None: logs in otherwise or not at all.

    `invented`: nobody real, but one of the demo municipality, whose password everyone knows and may be short.
    """

    username: str
    name: str
    roles: Iterable[str]
    groups: Iterable[str] = ()
    areas: Iterable[str] = ()
    unit: str = ""
    phone: str = ""
    email: str = ""
    password: str | None = None
    invented: bool = False


def add_person(work: UnitOfWork, new: NewPerson) -> int:
    """Register a person and return the key.

    Raises:
        DomainError: no name, a username or role that cannot be used, a password too short.
        Conflict: the username is taken.
    """
    username = new.username.strip().casefold()
    if not _USERNAME.fullmatch(username):
        text = "Brugernavnet skal have mindst to tegn: små bogstaver, tal eller tegnene . - _ @"
        raise DomainError("person:username", text, fields={"username": text})
    if not new.name.strip():
        text = "Skriv personens navn."
        raise DomainError("person:name", text, fields={"name": text})
    roles = _known_roles(new.roles)
    if find_row(work.session, username) is not None:
        raise Conflict("person:taken", f"Brugernavnet {username} er optaget. Vælg et andet.")
    shortest = 1 if new.invented else MIN_LENGTH
    row = PersonRow(
        key=work.next_key(),
        username=username,
        name=new.name.strip(),
        phone=new.phone,
        email=_known_address(new.email),
        roles=roles,
        groups=sorted(set(new.groups)),
        areas=sorted(set(new.areas)),
        unit=new.unit,
        password=(None if new.password is None else hash_password(new.password, shortest=shortest)),
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row.key


def set_password(work: UnitOfWork, username: str, password: str) -> None:
    """Give a person a new password; sessions that were opened with the old one end."""
    _row(work, username).password = hash_password(password)


def set_roles(work: UnitOfWork, username: str, roles: Iterable[str], groups: Iterable[str]) -> None:
    """Give a person other roles and groups, from the next request on."""
    row, known = _row(work, username), _known_roles(roles)
    _remember(work, row)
    row.roles = known
    row.groups = sorted(set(groups))


def set_unit(work: UnitOfWork, username: str, unit: str) -> None:
    """Move a person to another unit, by its code, from the next request on."""
    row = _row(work, username)
    if row.unit == unit:
        return
    _remember(work, row)
    row.unit = unit
    work.session.flush()
    work.record(PersonMoved(row.username, unit))


def set_mail(
    work: UnitOfWork, username: str, *, address: str | None = None, wanted: bool | None = None
) -> None:
    """Give a person another mail address, or write down whether they want mail about their work; None leaves it.

    Raises:
        DomainError: what was given is no mail address.
    """
    row = _row(work, username)
    if address is not None:
        row.email = _known_address(address)
    if wanted is not None:
        row.mails = wanted
    work.session.flush()


def deactivate(work: UnitOfWork, username: str) -> None:
    """Close a person's access from the next request on; the name stays in the history."""
    row = _row(work, username)
    _remember(work, row)
    row.active = False


def _remember(work: UnitOfWork, row: PersonRow) -> None:
    """Keep what a person was until now: who looks at the past asks what they might do then."""
    if work.session.get(PersonWasRow, (row.key, work.now)) is None:
        work.session.add(
            PersonWasRow(
                person_key=row.key,
                until=work.now,
                roles=row.roles,
                groups=row.groups,
                areas=row.areas,
                unit=row.unit,
                active=row.active,
            )
        )
        work.session.flush()


def _known_address(text: str) -> str:
    address = text.strip()
    if address and not _ADDRESS.fullmatch(address):
        wrong = "Mailadressen kan ikke bruges. Skriv den som navn@kommune.example."
        raise DomainError("person:email", wrong, fields={"email": wrong})
    return address


def _known_roles(roles: Iterable[str]) -> list[str]:
    codes = sorted(set(roles))
    unknown = [code for code in codes if code not in ROLES]
    if unknown:
        text = f"Rollen {unknown[0]} findes ikke."
        raise DomainError("person:role", text, fields={"roles": text})
    return codes


def _row(work: UnitOfWork, username: str) -> PersonRow:
    row = find_row(work.session, username)
    if row is None:
        raise DomainError("person:unknown", f"Der er ingen bruger med navnet {username}.")
    return row
