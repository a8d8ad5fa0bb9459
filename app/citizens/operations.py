"""The only writer of citizens, guardians and households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.citizens.cpr import Cpr
from app.citizens.names import fold
from app.citizens.queries import Citizen, by_cpr, household, of_row
from app.citizens.rows import CitizenRow, GuardianRow, HouseholdMemberRow, HouseholdRow
from app.clock import LOCAL
from app.errors import DomainError
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork


@dataclass(frozen=True)
class NewCitizen:
    """What is known of a citizen when they are registered."""

    cpr: str
    first_name: str
    last_name: str
    address: str = ""
    address_protected: bool = False
    municipality_code: str = ""
    phone: str = ""


@dataclass(frozen=True)
class NewGuardian:
    """Someone with (or without) custody of a child."""

    name: str
    relation: str
    custody: bool = True
    phone: str = ""
    citizen_key: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    username: str | None = None


def find_or_register(work: UnitOfWork, keyring: Keyring, new: NewCitizen, by: str) -> Citizen:
    """Return the citizen with this CPR number, registered now if it is not known.

    What is known already is not changed by it.

    Args:
        work: the caller's transaction.
        keyring: seals the journal entry.
        new: who it is.
        by: username of who registers.

    Raises:
        DomainError: a CPR number that cannot be, or no name.
    """
    found = by_cpr(work.session, Cpr.parse(new.cpr))
    if found is not None:
        return found
    made = insert(work, new)
    row = work.session.get_one(CitizenRow, made.key)
    journal_row(work, keyring, row, "citizen:registered", by)
    return made


def insert(work: UnitOfWork, new: NewCitizen) -> Citizen:
    """Register a citizen whose number is new; who calls this sees to the journal (`journal_row`).

    Raises:
        DomainError: a CPR number that cannot be, or no name.
    """
    cpr = Cpr.parse(new.cpr)
    if cpr.birth_date > work.now.astimezone(LOCAL).date():
        text = "CPR-nummeret har en fødselsdato, der ikke er kommet endnu."
        raise DomainError("cpr:future", text, fields={"cpr": text})
    first_name, last_name = new.first_name.strip(), new.last_name.strip()
    for field, value in (("first_name", first_name), ("last_name", last_name)):
        if not value:
            text = "Skriv borgerens fornavn." if field == "first_name" else "Skriv efternavnet."
            raise DomainError("citizen:name", text, fields={field: text})
    row = CitizenRow(
        key=work.next_key(),
        cpr=cpr.digits,
        first_name=first_name,
        last_name=last_name,
        search=fold(f"{first_name} {last_name}"),
        birth_date=cpr.birth_date,
        address=new.address,
        address_protected=new.address_protected,
        municipality_code=new.municipality_code,
        phone=new.phone,
        registered_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return of_row(row)


def set_address_protection(
    work: UnitOfWork, keyring: Keyring, citizen_key: int, *, protected: bool, by: str
) -> None:
    """Turn the protection of a citizen's address on or off; it is masked from the next page on.

    Turned on, it goes for those at home with the same address too: theirs would tell it.
    """
    row = work.session.get_one(CitizenRow, citizen_key)
    row.address_protected = protected
    for changed in (row, *(protect_home(work, row) if protected else ())):
        journal_row(work, keyring, changed, "citizen:changed", by)


def protect_home(work: UnitOfWork, whose: CitizenRow) -> list[CitizenRow]:
    """Protect the address of those who live with somebody at the same one; return who was not before."""
    home = household(work.session, whose.key, work.now)
    rows = [work.session.get_one(CitizenRow, one.key) for one in (home.members if home else ())]
    changed = [
        row
        for row in rows
        if not row.address_protected and row.address and fold(row.address) == fold(whose.address)
    ]
    for row in changed:
        row.address_protected = True
    work.session.flush()
    return changed


def add_guardian(work: UnitOfWork, citizen_key: int, new: NewGuardian) -> int:
    """Register a child's guardian and return the key; valid from today in Denmark unless told otherwise.

    Whose login is given is let in from the same day on.
    """
    since = new.valid_from or work.now.astimezone(LOCAL).date()
    row = GuardianRow(
        key=work.next_key(),
        citizen_key=citizen_key,
        name=new.name,
        relation=new.relation,
        custody=new.custody,
        phone=new.phone,
        guardian_citizen_key=new.citizen_key,
        username=new.username,
        access_from=since if new.username else None,
        valid_from=since,
        valid_to=new.valid_to,
    )
    work.session.add(row)
    work.session.flush()
    return row.key


def end_custody(work: UnitOfWork, citizen_key: int, at: datetime) -> int:
    """End what is left of a citizen's guardianships as of the instant's day; return how many.

    At the 18th birthday the day before is the last one (værgemålsloven § 1), so that it is over at 00:00 in Denmark.
    """
    last = at.astimezone(LOCAL).date() - timedelta(days=1)
    rows = work.session.scalars(
        select(GuardianRow).where(
            GuardianRow.citizen_key == citizen_key,
            GuardianRow.valid_to.is_(None) | (GuardianRow.valid_to > last),
        )
    ).all()
    for row in rows:
        row.valid_to = last
    return len(rows)


def end_guardian(work: UnitOfWork, key: int, *, last: date) -> None:
    """End one guardianship; `last` is its last day. The row stays."""
    work.session.get_one(GuardianRow, key).valid_to = last


def join_household(
    work: UnitOfWork, name: str, members: list[tuple[int, str, str]], since: date
) -> int | None:
    """Let people live together from a day on, in the household that one of them has; return its key.

    Args:
        work: the caller's transaction.
        name: what a new household is called.
        members: citizen's key, relation and custody (none, sole, joint or "") of each.
        since: the first day.
    """
    if not members:
        return None
    keys = [key for key, _, _ in members]
    lives = HouseholdMemberRow.valid_to.is_(None)
    there = {
        row.citizen_key: row
        for row in work.session.scalars(
            select(HouseholdMemberRow).where(HouseholdMemberRow.citizen_key.in_(keys), lives)
        )
    }
    home = next((row.household_key for row in there.values()), None)
    if home is None:
        home = add_household(work, name, [], since)
    for key, relation, custody in members:
        if key in there and there[key].household_key != home:
            there[key].valid_to = since - timedelta(days=1)
            del there[key]
        row = there.get(key)
        if row is None:
            row = HouseholdMemberRow(household_key=home, citizen_key=key, valid_from=since)
            work.session.add(row)
        row.relation, row.custody = relation, custody
    work.session.flush()
    return home


def add_household(work: UnitOfWork, name: str, citizen_keys: list[int], since: date) -> int:
    """Register people who live together from a day on, and return the household's key."""
    row = HouseholdRow(key=work.next_key(), name=name)
    work.session.add(row)
    work.session.flush()
    work.session.add_all(
        HouseholdMemberRow(household_key=row.key, citizen_key=key, valid_from=since)
        for key in citizen_keys
    )
    work.session.flush()
    return row.key


def journal_row(work: UnitOfWork, keyring: Keyring, row: CitizenRow, kind: str, by: str) -> None:
    """Write what is known of the citizen now; the citizen's own key seals it."""
    payload = {
        "cpr": row.cpr,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "address": row.address,
        "address_protected": row.address_protected,
        "municipality_code": row.municipality_code,
        "phone": row.phone,
    }
    append(work, NewEntry(f"citizen:{row.key}", kind, by, payload), keyring)
