"""A family: household, custody from a day on, who must have no access, and each child's own words."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app import citizens
from app.citizens import Citizen, NewCitizen
from app.citizens.rows import HouseholdMemberRow
from app.connectors import OperationContext, Registry, perform
from app.errors import DomainError
from app.journal import Keyring, read
from app.storage import Database
from tests.unit.nouns import NOON

FAMILY = [
    {"name": "Lise", "family_relation": "parent", "custody": "joint", "lives_at_home": "yes"},
    {"name": "Henrik Holm", "family_relation": "parent", "custody": "joint", "lives_at_home": "no"},
    {"name": "Ane", "family_relation": "child", "cpr": "200513-4002", "lives_at_home": "yes"},
    {"name": "Bo", "family_relation": "child", "cpr": "110816-4003", "lives_at_home": "yes"},
    {"name": "Cilla", "family_relation": "child", "lives_at_home": "yes"},
]
VIOLENT = [{"name": "Henrik Holm", "reason": "Vold gennem otte år"}]


@pytest.fixture
def lise(database: Database, keyring: Keyring) -> Citizen:
    citizens.listen(database.facts, keyring)
    new = NewCitizen("120485-4002", "Lise", "Holm", address="Åvej 3", address_protected=True)
    with database.write() as work:
        return citizens.find_or_register(work, keyring, new, "ina")


def do(database: Database, whom: Citizen, name: str, **variables: Any) -> dict[str, Any]:
    registry = Registry()
    citizens.register(registry)
    with database.write() as work:
        context = OperationContext(77, whom.key, "maja", work.now)
        return perform(work, registry, name, context, variables)


def mapped(database: Database, lise: Citizen) -> list[dict[str, Any]]:
    told = do(database, lise, "family:register", family_members=FAMILY, no_access=VIOLENT)
    found: list[dict[str, Any]] = told["family_members"]
    return found


def test_who_lives_together_is_one_household_with_custody_from_today_on(
    database: Database, lise: Citizen, keyring: Keyring
) -> None:
    members = mapped(database, lise)
    assert all("cpr" not in one for one in members), "the number stays in the register"
    assert [one["key"] is not None for one in members] == [True, False, True, True, False]
    ane = int(members[2]["key"])
    with database.read() as session:
        home = citizens.household(session, ane, NOON)
        assert home is not None
        assert [one.first_name for one in home.members] == ["Lise", "Ane", "Bo"]
        rows = session.scalars(select(HouseholdMemberRow))
        assert {row.citizen_key: (row.relation, row.custody) for row in rows} == {
            lise.key: ("parent", "joint"),
            ane: ("child", ""),
            int(members[3]["key"]): ("child", ""),
        }
        held = citizens.guardians(session, ane, NOON)
        assert [(one.name, one.custody) for one in held] == [
            ("Lise Holm", True),
            ("Henrik Holm", True),
        ]
        child = citizens.citizen(session, ane)
        assert child.shown_address == citizens.PROTECTED, "as its mother's is"
        entries = list(read(session, f"citizen:{ane}", keyring))
        assert [one.kind for one in entries] == [
            "citizen:registered",
            "citizen:barred",
        ]


def test_mapping_twice_changes_nothing(database: Database, lise: Citizen) -> None:
    first = mapped(database, lise)
    assert mapped(database, lise) == first
    with database.read() as session:
        assert len(citizens.guardians(session, int(first[2]["key"]))) == 2
        assert len(citizens.barred(session, lise.key, NOON)) == 1


def test_a_violent_father_is_barred_from_all_of_them_although_he_has_custody(
    database: Database, lise: Citizen
) -> None:
    members = mapped(database, lise)
    with database.read() as session:
        for key in (lise.key, int(members[2]["key"]), int(members[3]["key"])):
            assert citizens.is_barred(session, key, NOON, names=["henrik holm"])


@pytest.mark.parametrize(
    ("custody", "because"),
    [
        (("sole", "joint"), "Lise har forældremyndigheden alene. Så kan Henrik Holm ikke også"),
        (("sole", "sole"), "Lise har forældremyndigheden alene. Så kan Henrik Holm ikke også"),
    ],
)
def test_custody_that_contradicts_itself_is_refused(
    database: Database, lise: Citizen, custody: tuple[str, str], because: str
) -> None:
    told = [{**FAMILY[0], "custody": custody[0]}, {**FAMILY[1], "custody": custody[1]}]
    with pytest.raises(DomainError, match=because):
        do(database, lise, "family:register", family_members=told)


def test_a_number_that_cannot_be_is_refused_with_the_name(
    database: Database, lise: Citizen
) -> None:
    told = [FAMILY[0], {**FAMILY[2], "cpr": "310299-4000"}]
    with pytest.raises(DomainError, match="Ane: De første seks cifre"):
        do(database, lise, "family:register", family_members=told)


def test_a_childs_words_are_sealed_with_its_own_key_and_leave_the_course(
    database: Database, lise: Citizen, keyring: Keyring
) -> None:
    ane, bo = (int(one["key"]) for one in mapped(database, lise)[2:4])
    said = "Jeg vil ikke hjem til far."
    kept = do(
        database,
        lise,
        "family:hear",
        child_views=[
            {"key": str(ane), "name": "Ane", "held": "yes", "view": said},
            {"key": None, "name": "Cilla", "held": "yes", "view": "Fodbold"},
        ],
    )["child_views"]
    assert kept[0] == {"name": "Ane", "held": True, "key": str(ane)}
    assert kept[1]["view"] == "Fodbold", "a child without a number has no chain of its own"
    with database.read() as session:
        [kept] = citizens.child_views(session, keyring, ane)
        assert (kept.words, kept.by) == (said, "maja")
        assert citizens.child_views(session, keyring, bo) == []


def test_protection_holds_for_who_was_known_before_and_for_the_home(
    database: Database, keyring: Keyring
) -> None:
    """Given a mother and a child who are registered already; the form says that hers is protected."""
    citizens.listen(database.facts, keyring)
    with database.write() as work:
        lise, ane = (
            citizens.find_or_register(work, keyring, new, "ina")
            for new in (
                NewCitizen("120485-4002", "Lise", "Holm", address="Åvej 3"),
                NewCitizen("200513-4002", "Ane", "Holm", address="Åvej 3"),
            )
        )
    told = [{**FAMILY[0], "address_protected": "yes"}, *FAMILY[1:]]
    do(database, lise, "family:register", family_members=told)
    with database.read() as session:
        for key in (lise.key, ane.key):
            assert citizens.citizen(session, key).shown_address == citizens.PROTECTED
            *_, last = read(session, f"citizen:{key}", keyring)
            assert (last.kind, last.payload["address_protected"]) == ("citizen:changed", True)


def test_protecting_one_covers_those_at_home_with_the_same_address(
    database: Database, keyring: Keyring
) -> None:
    with database.write() as work:
        new = [
            NewCitizen("120485-4002", "Lise", "Holm", address="Åvej 3"),
            NewCitizen("200513-4002", "Ane", "Holm", address="åvej 3"),
            NewCitizen("110816-4003", "Bo", "Holm", address="Kollegiet 1"),
            NewCitizen("120388-1111", "Nabo", "Dal", address="Åvej 3"),
        ]
        lise, ane, bo, neighbour = (
            citizens.find_or_register(work, keyring, one, "ina") for one in new
        )
        since = NOON.date()
        citizens.add_household(work, "Holm", [lise.key, ane.key, bo.key], since)
        citizens.set_address_protection(work, keyring, lise.key, protected=True, by="maja")
    with database.read() as session:
        shown = citizens.citizens(session, [lise.key, ane.key, bo.key, neighbour.key])
        hidden = {key for key, one in shown.items() if one.address_protected}
    assert hidden == {lise.key, ane.key}
