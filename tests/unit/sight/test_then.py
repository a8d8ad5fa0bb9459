"""What a colleague was allowed to see at an instant that has gone by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app import access, citizens, consents, units
from app.access import NewPerson, Principal
from app.citizens import NewCitizen, NewGuardian
from app.clock import SetClock
from app.journal import Keyring
from app.sight import Saw, Subject, saw
from app.storage import Database
from app.units import Unit
from app.units.rows import CourseUnitRow
from tests.unit.intake.test_inquiries import INQUIRY, TREATED
from tests.unit.nouns import Course

Staff = dict[str, Principal]
HOUR = timedelta(hours=1)


def then(course: Course, username: str, at: datetime, subject: Subject | None = None) -> Saw:
    subject = subject or Subject(course.citizen.key, course.key)
    with course.database.read() as session:
        return saw(session, username, subject, at)


def code(found: Saw) -> str | None:
    return found.ground.code if found.ground else None


def test_who_left_the_team_saw_the_course_while_they_were_in_it(
    course: Course, staff: Staff, clock: SetClock
) -> None:
    before = clock.now()
    clock.advance(HOUR)
    course.do("team:appoint", coordinator="maja", deputy="ole")
    during = clock.now()
    clock.advance(timedelta(days=1))
    course.do("team:appoint", coordinator="ole", deputy="ina", handover_note="Ring om morgenen")

    assert code(then(course, "maja", before)) is None
    assert code(then(course, "maja", during)) == "coordinator"
    assert code(then(course, "maja", clock.now())) is None


def test_a_consent_that_was_withdrawn_later_opened_until_then(
    course: Course, staff: Staff, keyring: Keyring, clock: SetClock
) -> None:
    course.do("team:assemble", members=[{"person": "lars", "area": "school"}])
    unasked = clock.now()
    clock.advance(HOUR)
    given = course.do(
        "consent:record",
        consent_giver="citizen",
        decision="given",
        recipient_parties=["school"],
        given_at="2026-11-02",
    )
    told = clock.now()
    clock.advance(HOUR)
    with course.database.write() as work:
        consents.withdraw(work, keyring, int(given["consent"]["key"]), by="maja")

    assert code(then(course, "lars", unasked)) is None, "given on that day, written down later"
    assert code(then(course, "lars", told)) == "member-consent"
    assert code(then(course, "lars", clock.now())) is None


def test_a_guardian_saw_until_the_child_came_of_age(
    database: Database, keyring: Keyring, staff: Staff
) -> None:
    with database.write() as work:
        access.add_person(work, NewPerson("hanne", "Hanne Ågård", ["external_participant"]))
        child = citizens.find_or_register(
            work, keyring, NewCitizen("140309-4003", "Noah", "Ågård"), "ina"
        )
        new = NewGuardian("Hanne Ågård", "Mor", username="hanne")
        citizens.add_guardian(work, child.key, new)
    last = datetime(2027, 3, 13, 22, 59, tzinfo=UTC)
    with database.read() as session:
        found = [saw(session, "hanne", Subject(child.key), at) for at in (last, last + HOUR)]
    assert [code(one) for one in found] == ["guardian", None]
    assert "custody" in found[0].gaps, "when it was written down is not known"


def test_roles_count_as_they_were(course: Course, staff: Staff, clock: SetClock) -> None:
    course.actor = "tina"
    course.do("inquiry:register", **INQUIRY)
    open_then = clock.now()
    clock.advance(HOUR)
    with course.database.write() as work:
        access.set_roles(work, "ina", ["process_designer"], [])
    clock.advance(HOUR)
    with course.database.write() as work:
        access.deactivate(work, "ina")

    assert code(then(course, "ina", open_then)) == "intake"
    changed = then(course, "ina", open_then + HOUR)
    assert changed.was.principal is not None
    assert changed.was.principal.roles == {"process_designer"}
    assert code(changed) is None
    assert then(course, "ina", clock.now()).was.principal is None


def test_who_was_not_registered_yet_saw_nothing(course: Course, staff: Staff) -> None:
    assert then(course, "maja", course.database.clock.now() - HOUR).was.principal is None
    assert then(course, "nobody", course.database.clock.now()).was.principal is None


def test_an_inquiry_counts_as_it_stood(course: Course, staff: Staff, clock: SetClock) -> None:
    course.actor = "tina"
    inquiry = course.do("inquiry:register", **INQUIRY)["inquiry"]
    waiting = clock.now()
    clock.advance(HOUR)
    course.do("inquiry:assign", inquiry=inquiry, **TREATED | {"responsible": "maja"})
    given = clock.now()
    clock.advance(HOUR)
    course.do("inquiry:close", inquiry=inquiry, outcome="advice_only")

    assert code(then(course, "ina", waiting)) == "intake"
    assert code(then(course, "maja", waiting)) is None
    assert code(then(course, "ina", given)) is None
    assert code(then(course, "maja", given)) == "inquiry"
    assert code(then(course, "maja", clock.now())) is None


def test_what_cannot_be_known_is_said(course: Course, staff: Staff, clock: SetClock) -> None:
    course.actor = "tina"
    inquiry = course.do("inquiry:register", **INQUIRY)["inquiry"]
    course.do("inquiry:assign", inquiry=inquiry, **TREATED | {"responsible": "maja"})
    given = clock.now()
    clock.advance(HOUR)
    course.do("inquiry:assign", inquiry=inquiry, **TREATED | {"responsible": "ole"})

    found = then(course, "maja", given)
    assert found.gaps == ("inquiry",)
    assert found.ground is None, "nobody is let in on a guess"


def test_a_leader_led_whose_unit_it_was(course: Course, staff: Staff, clock: SetClock) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    led = clock.now()
    clock.advance(HOUR)
    course.do("team:appoint", coordinator="ina", deputy="ole", handover_note="Flyttet")
    assert code(then(course, "tina", led)) == "team-leader"
    assert code(then(course, "tina", clock.now())) is None


@pytest.mark.parametrize(("username", "expected"), [("maja", None), ("ole", "coordinator")])
def test_a_block_of_the_day_counted(
    course: Course, staff: Staff, clock: SetClock, username: str, expected: str | None
) -> None:
    course.do("team:appoint", coordinator=username, deputy="ina")
    with course.database.write() as work:
        citizens.bar(work, course.citizen.key, "Maja Holm", by="tina", username="maja")
    clock.advance(timedelta(days=30))
    at = clock.now() - timedelta(days=20)
    assert code(then(course, username, at)) == expected


def test_a_leader_of_the_unit_then_saw_it_and_one_of_todays_did_not(
    course: Course, staff: Staff, keyring: Keyring, clock: SetClock
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    then_theirs = clock.now()
    clock.advance(timedelta(days=1))
    with course.database.write() as work:
        units.belong(work, course.key, "modtagelsen", work.now)
    clock.advance(HOUR)
    assert code(then(course, "tina", then_theirs)) == "team-leader"
    assert code(then(course, "tina", clock.now())) is None
    assert then(course, "tina", then_theirs).gaps == ()
    told = [Unit("forvaltning", "Unge"), Unit("ungecenter", "Ungecentret", "forvaltning")]
    with course.database.write() as work:
        units.load(work, keyring, told, "bo")
        work.session.execute(update(CourseUnitRow).values(assumed=True))
    assert then(course, "tina", then_theirs).gaps == ("unit", "hierarchy")
