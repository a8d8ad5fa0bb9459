from __future__ import annotations

from datetime import timedelta

import pytest

from app import consents, units
from app.access import Principal
from app.clock import SetClock
from app.journal import Keyring
from app.sight import Subject, sees
from app.units import Unit
from tests.unit.intake.test_inquiries import INQUIRY, TREATED
from tests.unit.nouns import Course

Staff = dict[str, Principal]


def ground(course: Course, who: Principal, subject: Subject | None = None) -> str | None:
    subject = subject or Subject(course.citizen.key, course.key)
    with course.database.read() as session:
        found = sees(session, who, subject, course.database.clock.now())
    return found.code if found else None


def test_nobody_sees_a_citizen_without_a_ground(course: Course, staff: Staff) -> None:
    everyone = {name: ground(course, who) for name, who in staff.items() if name != "rita"}
    assert set(everyone.values()) == {None}


def test_the_team_sees_the_course_and_its_citizen(course: Course, staff: Staff) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    course.do("team:assemble", members=[{"person": "ina"}])
    assert ground(course, staff["maja"]) == "coordinator"
    assert ground(course, staff["ole"]) == "deputy"
    assert ground(course, staff["ina"]) == "member"
    assert ground(course, staff["maja"], Subject(course.citizen.key)) == "coordinator"
    assert ground(course, staff["maja"], Subject(course.citizen.key, 78)) is None
    assert ground(course, staff["maja"], Subject(1)) is None


def test_yesterdays_coordinator_sees_nothing_today(
    course: Course, staff: Staff, clock: SetClock
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    clock.advance(timedelta(days=1))
    course.do("team:appoint", coordinator="ole", deputy="ina", handover_note="Ring om morgenen")
    assert ground(course, staff["maja"]) is None


def test_a_partner_outside_sees_by_consent_until_it_is_withdrawn(
    course: Course, staff: Staff, keyring: Keyring, clock: SetClock
) -> None:
    course.do("team:assemble", members=[{"person": "lars", "area": "school"}])
    lars = staff["lars"]
    assert ground(course, lars) is None
    given = course.do(
        "consent:record",
        consent_giver="citizen",
        decision="given",
        recipient_parties=["school"],
        given_at="2026-11-02",
    )
    assert ground(course, lars) == "member-consent"
    tasks = Subject(course.citizen.key, course.key, frozenset({"lars"}))
    clock.advance(timedelta(hours=1))
    with course.database.write() as work:
        consents.withdraw(work, keyring, int(given["consent"]["key"]), by="maja")
    assert ground(course, lars) is None
    assert ground(course, lars, tasks) is None, "a task is no way round a consent"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ({"task_users": frozenset({"maja"})}, "task"),
        ({"task_groups": frozenset({"youth"})}, "task-group"),
        ({"task_groups": frozenset({"intake"})}, None),
    ],
)
def test_an_open_task_opens_the_course_for_whom_it_is_for(
    course: Course, staff: Staff, subject: dict[str, frozenset[str]], expected: str | None
) -> None:
    asked = Subject(course.citizen.key, course.key, **subject)
    assert ground(course, staff["maja"], asked) == expected


def test_the_intake_sees_who_has_an_open_inquiry_then_only_the_responsible_does(
    course: Course, staff: Staff
) -> None:
    course.actor = "tina"
    inquiry = course.do("inquiry:register", **INQUIRY)["inquiry"]
    assert ground(course, staff["ina"]) == "intake"
    assert ground(course, staff["maja"]) is None
    course.do("inquiry:assign", inquiry=inquiry, **TREATED | {"responsible": "maja"})
    assert ground(course, staff["ina"]) is None
    assert ground(course, staff["maja"]) == "inquiry"
    course.do("concern:open", inquiry=inquiry)
    course.do("inquiry:close", inquiry=inquiry, outcome="advice_only")
    assert ground(course, staff["maja"]) == "concern"


def test_a_team_leader_sees_the_courses_of_the_unit(
    course: Course, staff: Staff, clock: SetClock
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    assert ground(course, staff["tina"]) == "team-leader"
    clock.advance(timedelta(days=1))
    course.do("team:appoint", coordinator="ina", deputy="ole", handover_note="Flyttet")
    assert ground(course, staff["tina"]) is None, (
        "it went over to another unit with its coordinator"
    )
    with course.database.write() as work:
        units.belong(work, course.key, "ungecenter", work.now + timedelta(seconds=1))
    assert ground(course, staff["tina"]) == "team-leader", "whoever coordinates it"


def test_who_leads_a_unit_sees_the_courses_of_those_below_it(
    course: Course, staff: Staff, keyring: Keyring
) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    leads = {
        unit: Principal(9, "eva", "Eva Bro", frozenset({"team_leader"}), unit=unit)
        for unit in ("forvaltning", "vejledning")
    }
    assert ground(course, leads["forvaltning"]) is None, "nobody has told what stands above"
    with course.database.write() as work:
        above, below = Unit("forvaltning", "Unge"), Unit("vejledning", "Vejledning", "ungecenter")
        units.load(work, keyring, [above, Unit("ungecenter", "UC", "forvaltning"), below], "bo")
    assert ground(course, leads["forvaltning"]) == "team-leader"
    assert ground(course, leads["vejledning"]) is None


def test_the_auditor_sees_on_a_ground_of_its_own(course: Course, staff: Staff) -> None:
    assert ground(course, staff["rita"]) == "audit"


def test_a_course_about_nobody_is_for_operators_designers_and_auditors(
    course: Course, staff: Staff
) -> None:
    nobody = Subject(None, 5, frozenset({"maja"}))
    assert ground(course, staff["per"], nobody) == "technical"
    assert ground(course, staff["maja"], nobody) is None


def test_each_ground_says_in_danish_why(course: Course, staff: Staff) -> None:
    course.do("team:appoint", coordinator="maja", deputy="ole")
    with course.database.read() as session:
        subject = Subject(course.citizen.key, course.key)
        found = sees(session, staff["maja"], subject, course.database.clock.now())
    assert found is not None
    assert (found.words, found.basis) == ("Du er tovholder i forløbet.", "statute")
