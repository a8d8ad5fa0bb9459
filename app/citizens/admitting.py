"""Registering a child's guardian, and letting one in by days: no longer than custody and childhood last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from app import access
from app.access import Person
from app.citizens.barring import is_barred, same_name
from app.citizens.birthdays import OF_AGE
from app.citizens.operations import NewGuardian, add_guardian, end_guardian
from app.citizens.queries import Citizen, Guardian, citizen, guardians
from app.citizens.rows import GuardianRow
from app.clock import LOCAL
from app.errors import DomainError, NotFound
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork

RELATIONS = {
    "mother": "Mor",
    "father": "Far",
    "parent": "Forælder",
    "legal_guardian": "Værge",
    "other": "Anden",
}
"""What a guardian is to a child → Danish."""


def register_guardian(
    work: UnitOfWork, keyring: Keyring, child_key: int, new: NewGuardian, *, by: str
) -> int:
    """Register a guardian from a page, and return the key.

    Raises:
        DomainError: no name, no relation, somebody who is there already, or a child that is no child any more.
    """
    child = citizen(work.session, child_key)
    wrong = {}
    if not new.name.strip():
        wrong["name"] = "Skriv navnet på forælderen eller værgen."
    elif any(same_name(one.name, new.name) for one in guardians(work.session, child_key, work.now)):
        wrong["name"] = f"{new.name} står der allerede."
    if new.relation not in RELATIONS:
        wrong["relation"] = f"Vælg, hvad personen er for {child.first_name}."
    if child.age(work.now) >= OF_AGE:
        wrong["name"] = f"{child.first_name} er fyldt 18 år. Forældre skrives ikke ind længere."
    if wrong:
        raise DomainError("guardian:wrong", "Ret svarene, og send igen.", fields=wrong)
    key = add_guardian(work, child_key, new)
    payload = {
        "guardian": new.name,
        "relation": new.relation,
        "custody": "yes" if new.custody else "no",
    }
    _journal(work, keyring, child_key, "citizen:guardian-registered", by, payload)
    return key


def let_in(
    work: UnitOfWork,
    keyring: Keyring,
    whose: tuple[int, int],
    username: str,
    days: tuple[date | None, date | None],
    *,
    by: str,
) -> None:
    """Let a guardian's login open the child's case in those days; what was given before is replaced.

    Args:
        work: the caller's transaction.
        keyring: seals the entry in the child's chain.
        whose: the child's key, and the guardianship's.
        username: a login of somebody who is no member of staff.
        days: first and last day; no last day means until the guardianship or childhood ends.
        by: username of who lets them in.

    Raises:
        NotFound: the child has no such guardian.
        DomainError: no custody, a login that cannot be used, contradictory days, or somebody on the block list.
    """
    child_key, guardian_key = whose
    child = citizen(work.session, child_key)
    guardian = _guardian(work, child_key, guardian_key)
    person = access.person(work.session, username)
    wrong = _wrong_with(person) | _wrong_days(work, child, guardian, days)
    names = {guardian.name} | ({person.name} if person is not None else set())
    if is_barred(work.session, child_key, work.now, username=username, names=names):
        text = f"{guardian.name} står på listen over dem, der ikke må få adgang til {child.first_name}."
        wrong = {"username": text}
    if wrong or person is None:
        raise DomainError("guardian:not-let-in", "Adgangen er ikke givet.", fields=wrong)
    row = work.session.get_one(GuardianRow, guardian_key)
    row.username, (row.access_from, row.access_to) = person.username, days
    work.session.flush()
    payload = {
        "guardian": guardian.name,
        "username": person.username,
        "from": _text(days[0]),
        "to": _text(days[1]),
    }
    _journal(work, keyring, child_key, "citizen:guardian-let-in", by, payload)


def shut_out(
    work: UnitOfWork, keyring: Keyring, child_key: int, guardian_key: int, *, by: str
) -> None:
    """End a guardian's access at once; the guardianship itself stays.

    Raises:
        NotFound: the child has no such guardian, or they are not let in.
    """
    guardian = _guardian(work, child_key, guardian_key)
    yesterday = work.now.astimezone(LOCAL).date() - timedelta(days=1)
    if guardian.access_from is None or (guardian.access_to or date.max) <= yesterday:
        raise NotFound("guardian:not-in", f"{guardian.name} har ingen adgang, der kan afsluttes.")
    row = work.session.get_one(GuardianRow, guardian_key)
    row.access_to = yesterday
    work.session.flush()
    payload = {"guardian": guardian.name, "username": guardian.username}
    _journal(work, keyring, child_key, "citizen:guardian-shut-out", by, payload)


def lose_custody(
    work: UnitOfWork,
    keyring: Keyring,
    whose: tuple[int, int],
    last: date | None,
    reason: str,
    *,
    by: str,
) -> None:
    """End a guardian's custody of a child: nobody asks for their consent any more, and their access ends with it.

    Args:
        work: the caller's transaction.
        keyring: seals what the journal is told.
        whose: keys of the child and of the guardian.
        last: the last day with custody; None where none was typed.
        reason: the decision or agreement that ended it.
        by: username.

    Raises:
        NotFound: the child has no such guardian.
        DomainError: no day or none that can be, no reason, or custody that has ended already.
    """
    guardian = _guardian(work, whose[0], whose[1])
    today = work.now.astimezone(LOCAL).date()
    wrong = {}
    if not guardian.custody or not guardian.valid(today):
        wrong["last"] = f"{guardian.name} har ikke forældremyndigheden i dag."
    elif last is None:
        wrong["last"] = "Skriv den sidste dag med forældremyndighed."
    elif last < guardian.valid_from:
        first = guardian.valid_from
        wrong["last"] = (
            f"{guardian.name} er skrevet ind fra {first.day}.{first.month}.{first.year}. Vælg den dag eller en senere."
        )
    elif last > today:
        wrong["last"] = "Vælg en dag, der er kommet. Kom tilbage, når forældremyndigheden er slut."
    if not reason.strip():
        wrong["reason"] = "Skriv, hvad der afsluttede forældremyndigheden, for eksempel en dom."
    if wrong or last is None:
        raise DomainError("guardian:wrong", "Ret svarene, og send igen.", fields=wrong)
    end_guardian(work, guardian.key, last=last)
    payload = {"guardian": guardian.name, "last": _text(last), "reason": reason.strip()}
    _journal(work, keyring, whose[0], "citizen:guardian-ended", by, payload)


def _guardian(work: UnitOfWork, child_key: int, guardian_key: int) -> Guardian:
    for one in guardians(work.session, child_key):
        if one.key == guardian_key:
            return one
    raise NotFound("guardian:unknown", "Den forælder eller værge er ikke registreret.")


def _wrong_with(person: Person | None) -> dict[str, str]:
    if person is None or not person.active:
        return {"username": "Vælg det login, som forælderen bruger."}
    if person.is_staff:
        return {"username": f"{person.name} er medarbejder. Vælg et login til forældre."}
    if "external_participant" not in person.roles:
        return {"username": f"{person.name} kan ikke åbne forløb med det login."}
    return {}


def _wrong_days(
    work: UnitOfWork, child: Citizen, guardian: Guardian, days: tuple[date | None, date | None]
) -> dict[str, str]:
    first, last = days
    today = work.now.astimezone(LOCAL).date()
    end = child.turns_18 - timedelta(days=1)
    wrong = {}
    if today > end:
        wrong["access_from"] = (
            f"{child.first_name} er fyldt 18 år. Forældre har ikke adgang længere."
        )
    elif not guardian.custody or not guardian.valid(today):
        wrong["access_from"] = f"{guardian.name} har ikke forældremyndigheden i dag."
    elif first is None:
        wrong["access_from"] = "Skriv den første dag med adgang."
    if last is not None and first is not None and last < first:
        wrong["access_to"] = "Den sidste dag kommer før den første."
    elif last is not None and last < today:
        wrong["access_to"] = "Den sidste dag er allerede gået."
    elif last is not None and last > end:
        day = f"{end.day}.{end.month}.{end.year}"
        wrong["access_to"] = (
            f"Adgangen slutter senest {day}, dagen før {child.first_name} bliver 18."
        )
    return wrong


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _journal(
    work: UnitOfWork,
    keyring: Keyring,
    child_key: int,
    kind: str,
    by: str,
    payload: Mapping[str, str | None],
) -> None:
    append(work, NewEntry(f"citizen:{child_key}", kind, by, payload), keyring)
