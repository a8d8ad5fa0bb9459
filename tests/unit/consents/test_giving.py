"""Who may consent for a citizen: refused with a reason that a caseworker understands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import citizens, consents
from app.access import Principal
from app.citizens import Citizen, NewCitizen, NewGuardian
from app.clock import SetClock
from app.errors import DomainError
from app.journal import Keyring
from app.storage import Database
from tests.unit.consents.test_register import GIVEN
from tests.unit.nouns import NOON, Course

EIGHTEEN = datetime(2027, 3, 13, 23, 0, tzinfo=UTC)
"""00:00 in Denmark of Noah's 18th birthday."""


@pytest.fixture
def ane(database: Database, keyring: Keyring, staff: dict[str, Principal]) -> Citizen:
    """Ane, who is 13; Lise and Tom share custody, their father's new wife Gerda has none."""
    assert staff
    with database.write() as work:
        new = NewCitizen("200513-4002", "Ane", "Holm")
        child = citizens.find_or_register(work, keyring, new, "ina")
        for name, custody in (("Lise Holm", True), ("Tom Holm", True), ("Gerda Krag", False)):
            born = child.birth_date
            guardian = NewGuardian(name, "parent", custody=custody, valid_from=born)
            citizens.add_guardian(work, child.key, guardian)
    return child


YOUNG = (
    "Ane er under 15 år og kan ikke give samtykke alene."
    " Skriv først svaret fra Lise Holm og Tom Holm."
)


def says(course: Course, giver: str, **more: Any) -> dict[str, Any]:
    return course.do("consent:record", **GIVEN | {"consent_giver": giver} | more)


def covered(course: Course, at: datetime) -> bool:
    with course.database.read() as session:
        return consents.covering(session, course.citizen.key, ["school"], at) is not None


@pytest.mark.parametrize(
    ("giver", "name", "because"),
    [
        ("guardian_1", "Gerda Krag", "Gerda Krag har ikke forældremyndigheden over Ane."),
        (
            "guardian_1",
            "Nabo Nis",
            "Nabo Nis er ikke registreret som forælder eller værge for Ane.",
        ),
        ("legal_guardian", "", "Lise Holm har forældremyndigheden over Ane. Spørg der."),
        (
            "citizen",
            "",
            YOUNG,
        ),
    ],
)
def test_who_may_not_consent_for_a_child_is_refused(
    database: Database, ane: Citizen, giver: str, name: str, because: str
) -> None:
    with pytest.raises(DomainError) as raised:
        says(Course(database, ane), giver, giver_name=name)
    assert raised.value.fields == {"giver_name" if name else "consent_giver": because}
    with database.read() as session:
        assert consents.consents(session, ane.key) == [], "nothing was written"


def test_a_second_guardian_who_is_not_there_is_refused(course: Course) -> None:
    with course.database.write() as work:
        citizens.add_guardian(work, course.citizen.key, NewGuardian("Mette Ågård", "mother"))
    with pytest.raises(DomainError, match="Registreret er: Mette Ågård"):
        says(course, "guardian_2")


def test_a_childs_data_is_shared_only_when_everyone_with_custody_has_said_yes(
    database: Database, ane: Citizen
) -> None:
    course = Course(database, ane)
    says(course, "guardian_1")
    assert not covered(course, NOON), "the other one has not said anything"
    says(course, "guardian_2", recipient_parties=["health"])
    assert not covered(course, NOON), "the other one has said yes to somebody else"
    says(course, "guardian_2", giver_name="Tom Holm")
    assert covered(course, NOON)
    says(course, "citizen")


def test_a_parent_who_loses_custody_no_longer_stands_in_the_way_nor_opens(
    database: Database, ane: Citizen, clock: SetClock
) -> None:
    course = Course(database, ane)
    says(course, "guardian_1")
    says(course, "guardian_2")
    with database.write() as work:
        lise, tom, _ = citizens.guardians(work.session, ane.key)
        citizens.end_guardian(work, tom.key, last=date(2026, 11, 2))
    clock.advance(timedelta(days=1))
    with database.read() as session:
        assert [one.state(clock.now()) for one in consents.consents(session, ane.key)] == [
            "lapsed",
            "valid",
        ]
        found = consents.covering(session, ane.key, ["school"], clock.now())
    assert found is not None
    assert found.guardian_key == lise.key


def test_from_15_the_young_persons_own_consent_is_needed_and_enough(course: Course) -> None:
    with course.database.write() as work:
        citizens.add_guardian(work, course.citizen.key, NewGuardian("Mette Ågård", "mother"))
    says(course, "guardian_1")
    assert not covered(course, NOON)
    says(course, "citizen")
    assert covered(course, NOON)


def test_after_18_only_the_citizen_may(course: Course, clock: SetClock) -> None:
    with course.database.write() as work:
        citizens.add_guardian(work, course.citizen.key, NewGuardian("Mette Ågård", "mother"))
    clock.set(EIGHTEEN - timedelta(minutes=1))
    says(course, "guardian_1", given_at="2027-03-13")
    clock.set(EIGHTEEN)
    with pytest.raises(DomainError, match="kun Noah selv"):
        says(course, "guardian_1", given_at="2027-03-14")
    says(course, "citizen", given_at="2027-03-14")


def test_guardians_are_none_from_midnight_of_the_birthday_without_any_job(course: Course) -> None:
    with course.database.write() as work:
        citizens.add_guardian(work, course.citizen.key, NewGuardian("Mette Ågård", "mother"))
    before = EIGHTEEN - timedelta(minutes=1)
    with course.database.read() as session:
        assert len(citizens.guardians(session, course.citizen.key, before)) == 1
        assert citizens.guardians(session, course.citizen.key, EIGHTEEN) == []
