"""Guardians see until midnight of the 18th birthday; who is barred sees nothing on any ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app import access, citizens, consents
from app.access import NewPerson, Principal
from app.citizens import NewGuardian
from app.clock import LOCAL, SetClock
from app.sight import Subject
from tests.unit.nouns import Course
from tests.unit.sight.test_sees import ground

BIRTHDAY = datetime(2027, 3, 14, tzinfo=LOCAL)
"""00:00 in Denmark of the day on which Noah comes of age."""


@pytest.fixture
def mother(course: Course, staff: dict[str, Principal]) -> Principal:
    """Hanne, who has custody and a login; she is in the team, too."""
    assert staff
    with course.database.write() as work:
        access.add_person(work, NewPerson("hanne", "Hanne Ågård", ["external_participant"]))
        new = NewGuardian("Hanne Ågård", "mother", username="hanne")
        citizens.add_guardian(work, course.citizen.key, new)
    with course.database.read() as session:
        found = access.acting(session, "hanne")
    assert found is not None
    return found


def given(course: Course, at: datetime) -> None:
    course.do(
        "consent:record",
        consent_giver="citizen",
        decision="given",
        recipient_parties=["network", "Hanne Ågård"],
        given_at=at.astimezone(LOCAL).date().isoformat(),
    )


def test_a_guardian_sees_until_2359_and_not_at_0000_whatever_jobs_have_run(
    course: Course, mother: Principal, clock: SetClock
) -> None:
    clock.set(BIRTHDAY - timedelta(minutes=1))
    assert clock.now().astimezone(LOCAL).strftime("%d %H:%M") == "13 23:59"
    assert ground(course, mother) == "guardian"
    assert ground(course, mother, Subject(course.citizen.key)) == "guardian"
    clock.set(BIRTHDAY)
    assert ground(course, mother) is None
    clock.set(BIRTHDAY + timedelta(hours=12))
    assert ground(course, mother) is None


def test_a_consent_from_before_the_birthday_does_not_carry_a_parent_over_it(
    course: Course, mother: Principal, clock: SetClock
) -> None:
    """Given a mother in the team by Noah's own consent; from 18 he must say it anew."""
    given(course, clock.now())
    course.do(
        "team:assemble",
        members=[{"person": "hanne", "area": "family", "party_kind": "network"}],
    )
    clock.set(BIRTHDAY - timedelta(minutes=1))
    assert ground(course, mother) == "member-consent"
    clock.set(BIRTHDAY)
    assert ground(course, mother) is None
    given(course, clock.now())
    assert ground(course, mother) == "member-consent"


def test_a_guardian_without_custody_sees_nothing(course: Course, mother: Principal) -> None:
    with course.database.write() as work:
        [one] = citizens.guardians(work.session, course.citizen.key)
        citizens.end_guardian(work, one.key, last=one.valid_from - timedelta(days=1))
        new = NewGuardian("Hanne Ågård", "mother", custody=False, username="hanne")
        citizens.add_guardian(work, course.citizen.key, new)
    assert ground(course, mother) is None


@pytest.mark.parametrize("username", ["hanne", None])
def test_who_is_barred_sees_nothing_although_guardian_and_consented(
    course: Course, mother: Principal, clock: SetClock, username: str | None
) -> None:
    """Given a parent with custody, a seat in the team and a consent; when barred, all of it opens nothing."""
    given(course, clock.now())
    course.do("team:assemble", members=[{"person": "hanne", "party_kind": "network"}])
    with course.database.write() as work:
        line = citizens.bar(
            work, course.citizen.key, "hanne  AAGAARD", by="maja", reason="Vold", username=username
        )
    assert ground(course, mother) is None
    assert ground(course, mother, Subject(course.citizen.key)) is None
    tasks = Subject(course.citizen.key, course.key, frozenset({"hanne"}))
    assert ground(course, mother, tasks) is None
    with course.database.read() as session:
        names = ["Hanne Ågård", "network"]
        assert consents.covering(session, course.citizen.key, names, clock.now()) is None
        assert consents.covering(session, course.citizen.key, ["network"], clock.now())
    clock.advance(timedelta(days=1))
    with course.database.write() as work:
        citizens.lift(work, course.citizen.key, line, by="maja", reason="Dommen er ophævet")
    assert ground(course, mother) == "member-consent"


def test_staff_are_barred_by_login_and_namesakes_among_them_are_not(
    course: Course, staff: dict[str, Principal]
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    with course.database.write() as work:
        citizens.bar(work, course.citizen.key, "Maja Holm", by="tina")
    assert ground(course, staff["maja"]) == "coordinator"
    with course.database.write() as work:
        citizens.bar(work, course.citizen.key, "Maja Holm", by="tina", username="maja")
    assert ground(course, staff["maja"]) is None


def test_an_anonymous_course_is_not_for_operators_or_designers(
    course: Course, staff: dict[str, Principal]
) -> None:
    assert ground(course, staff["per"], Subject(None, 5)) == "technical"
    assert ground(course, staff["per"], Subject(None, 5, anonymous=True)) is None
    assert ground(course, staff["rita"], Subject(None, 5, anonymous=True)) is None


def test_a_guardian_is_barred_by_the_name_they_are_registered_by(
    course: Course, mother: Principal
) -> None:
    """Given a mother whose login says another name than the child's case does."""
    assert mother.name == "Hanne Ågård"
    renamed = replace(mother, name="H. Ågård Dal")
    assert ground(course, renamed) == "guardian"
    with course.database.write() as work:
        citizens.bar(work, course.citizen.key, "Hanne Aagaard", by="maja", reason="Vold")
    assert ground(course, renamed) is None
