from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from app import citizens, consents, journal
from app.citizens import NewGuardian
from app.clock import SetClock
from app.consents import ConsentWithdrawn
from app.errors import Conflict, DomainError, NotFound
from app.journal import Keyring
from tests.unit.nouns import NOON, Course

GIVEN = {
    "consent_giver": "citizen",
    "decision": "given",
    "purposes": ["coordination"],
    "recipient_parties": ["school", "health"],
    "information_categories": ["education"],
    "form": "written",
    "given_at": "2026-11-02",
    "valid_until": "2027-11-01",
}
EIGHTEEN = datetime(2027, 3, 13, 23, 0, tzinfo=UTC)


def state(course: Course, at: datetime) -> list[str]:
    with course.database.read() as session:
        return [one.state(at) for one in consents.consents(session, course.citizen.key)]


def parents(course: Course, *names: str) -> None:
    with course.database.write() as work:
        for name in names:
            citizens.add_guardian(work, course.citizen.key, NewGuardian(name, "mother"))


def test_a_consent_holds_from_its_day_to_its_last_day(course: Course) -> None:
    answer = course.do("consent:record", **GIVEN)["consent"]
    assert (answer["decision"], answer["valid_until"]) == ("given", "2027-11-01")
    assert state(course, NOON) == ["valid"]
    assert state(course, datetime(2026, 11, 1, 22, 59, tzinfo=UTC)) == ["not_yet"]
    assert state(course, datetime(2027, 11, 1, 22, 59, tzinfo=UTC)) == ["valid"]
    assert state(course, datetime(2027, 11, 1, 23, 0, tzinfo=UTC)) == ["expired"]


def test_without_an_end_it_holds_for_a_year(course: Course) -> None:
    old = {"consent_giver": "legal_guardian", "valid_until": None, "given_at": "2024-02-29"}
    course.do("consent:record", **GIVEN | old)
    with course.database.read() as session:
        [found] = consents.consents(session, course.citizen.key)
    assert found.valid_until == date(2025, 2, 28)


def test_it_covers_the_parties_that_it_names(course: Course) -> None:
    key = int(course.do("consent:record", **GIVEN)["consent"]["key"])
    with course.database.read() as session:
        found = consents.covering(session, course.citizen.key, ["Lars Lærer", "School"], NOON)
        assert found is not None
        assert found.key == key
        assert consents.covering(session, course.citizen.key, ["employment"], NOON) is None
        assert consents.covering(session, course.citizen.key, [], NOON) is None


def test_a_refusal_is_kept_and_opens_nothing(course: Course) -> None:
    answer = course.do("consent:record", consent_giver="citizen", decision="refused")["consent"]
    assert answer["decision"] == "refused"
    assert state(course, NOON) == ["refused"]
    with course.database.read() as session:
        assert consents.valid_consents(session, course.citizen.key, NOON) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"given_at": "2026-11-03"}, "given_at"),
        ({"valid_until": "2026-11-02"}, "valid_until"),
        ({"consent_giver": "nabo"}, "consent_giver"),
        ({"decision": "måske"}, "decision"),
    ],
)
def test_what_cannot_be_is_named_by_field(
    course: Course, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(DomainError) as raised:
        course.do("consent:record", **GIVEN | wrong)
    assert list(raised.value.fields) == [field]


def test_a_withdrawal_stops_sharing_at_once_and_changes_no_row(
    course: Course, keyring: Keyring, clock: SetClock
) -> None:
    """Given a consent that is withdrawn on a page; then others hear of it in the same transaction."""
    heard: list[ConsentWithdrawn] = []
    course.database.facts.subscribe(ConsentWithdrawn, lambda _work, fact: heard.append(fact))
    key = int(course.do("consent:record", **GIVEN)["consent"]["key"])
    with course.database.read() as session:
        before = session.execute(text("SELECT * FROM consent")).all()
    clock.advance(timedelta(days=1))
    with course.database.write() as work:
        consents.withdraw(work, keyring, key, by="maja", reason="Vil ikke mere", scope="school")
    assert state(course, clock.now()) == ["withdrawn"]
    assert state(course, NOON) == ["valid"], "what was shared before stays lawful"
    assert heard == [
        ConsentWithdrawn(course.citizen.key, key, course.key, "school", "Vil ikke mere", "maja")
    ]
    with course.database.read() as session:
        assert session.execute(text("SELECT * FROM consent")).all() == before
        entries = list(journal.read(session, f"citizen:{course.citizen.key}", keyring))
        assert entries[-1].kind == "citizen:consent-withdrawn"
        assert entries[-1].payload["consent_key"] == str(key)


def test_what_does_not_hold_cannot_be_withdrawn(course: Course, keyring: Keyring) -> None:
    key = int(course.do("consent:record", **GIVEN)["consent"]["key"])
    with course.database.write() as work:
        consents.withdraw(work, keyring, key, by="maja")
    with pytest.raises(Conflict), course.database.write() as work:
        consents.withdraw(work, keyring, key, by="maja")
    with pytest.raises(NotFound), course.database.write() as work:
        consents.withdraw(work, keyring, 1, by="maja")


def test_consents_of_parents_lapse_by_themselves_at_midnight_of_the_18th_birthday(
    course: Course,
) -> None:
    parents(course, "Mette Ågård", "Bo Ågård")
    course.do("consent:record", **GIVEN | {"consent_giver": "citizen"})
    for giver in ("guardian_1", "guardian_2"):
        course.do("consent:record", **GIVEN | {"consent_giver": giver})
    assert state(course, EIGHTEEN - timedelta(seconds=1)) == ["valid"] * 3
    assert state(course, EIGHTEEN) == ["lapsed", "lapsed", "valid"]


def test_coming_of_age_ends_the_guardians_access_and_their_consents(
    course: Course, clock: SetClock
) -> None:
    with course.database.write() as work:
        citizens.add_guardian(work, course.citizen.key, NewGuardian("Mette Ågård", "mother"))
        citizens.add_guardian(work, course.citizen.key, NewGuardian("Bo Ågård", "father"))
    course.do("consent:record", **GIVEN | {"consent_giver": "guardian_1"})
    clock.set(EIGHTEEN)
    assert course.do("citizen:come_of_age") == {"guardians_ended": 2}
    with course.database.read() as session:
        [found] = consents.consents(session, course.citizen.key)
        assert (found.end, found.end_reason) == ("lapsed", "Borgeren er fyldt 18 år.")
        assert citizens.guardians(session, course.citizen.key, EIGHTEEN) == []
    assert course.do("citizen:come_of_age") == {"guardians_ended": 0}


def test_consent_lapse_ends_what_parents_have_said_and_nothing_else(course: Course) -> None:
    parents(course, "Mette Ågård", "Bo Ågård")
    course.do("consent:record", **GIVEN)
    course.do("consent:record", **GIVEN | {"consent_giver": "guardian_1"})
    course.do("consent:record", consent_giver="guardian_2", decision="refused")
    assert course.do("consent:lapse", reason="Forældremyndigheden er ophørt") == {"lapsed": 1}
    assert course.do("consent:lapse", reason="Igen") == {"lapsed": 0}
    assert state(course, NOON) == ["refused", "lapsed", "valid"]


@pytest.mark.parametrize(
    ("said", "covered"),
    [
        ("", True),
        ("Intet om økonomi.", True),
        ("Alt, bare ikke til  lars\nLÆRER!", False),
        ("Hverken helbred eller Lars Lærers tid", True),
    ],
)
def test_who_is_named_in_what_must_not_be_shared_is_told_nothing(
    course: Course, said: str, covered: bool
) -> None:
    """Given a consent to the school, where one teacher is left out by name."""
    course.do("consent:record", **GIVEN | {"decision": "partly", "excluded": said or "Helbred"})
    with course.database.read() as session:
        citizen = course.citizen.key
        lars = consents.covering(session, citizen, ["Lars Lærer", "school"], NOON)
        other = consents.covering(session, citizen, ["Bo Berg", "school"], NOON)
    assert (lars is not None) is covered
    assert other is not None
