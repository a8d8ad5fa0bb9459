"""Who is invited, what calendars show, and how a meeting is moved, called off and agreed upon."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar, Event

from app import access, consents, meetings
from app.access import NewPerson
from app.citizens import NewCitizen, find_or_register
from app.errors import Conflict, DomainError
from app.journal import Keyring
from app.meetings import AgreementMade, Meeting, MeetingsClash
from app.storage import UnitOfWork
from tests.unit.meetings.test_meetings import ALONE, CONSENT, CONVENED
from tests.unit.nouns import NOON, Course

LATER = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)


@pytest.fixture
def met(course: Course) -> int:
    return int(course.do("meeting:convene", **CONVENED)["meeting"]["key"])


def stand(course: Course, key: int) -> Meeting:
    with course.database.read() as session:
        return meetings.meeting(session, key)


def invited(course: Course, key: int, at: datetime = NOON) -> dict[str, bool]:
    with course.database.read() as session:
        found = meetings.invitations(session, meetings.meeting(session, key), at)
    return {one.participant.name: one.invited for one in found}


def event_of(file: bytes) -> tuple[str, Event]:
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["method"]), event


def file(course: Course, key: int, **more: Any) -> bytes:
    said: dict[str, Any] = {"organiser": "Nørreå Kommune", "secrets": [], "protected": False}
    return meetings.ics(stand(course, key), **{**said, "at": NOON, **more})


def test_only_whom_a_consent_covers_is_invited_and_the_others_are_told_why_not(
    course: Course, met: int
) -> None:
    assert invited(course, met) == {
        "Maja Holm": True,
        "Noah": True,
        "Lars Lærer": False,
        "Mette": False,
    }
    with course.database.read() as session:
        found = meetings.invitations(session, meetings.meeting(session, met), NOON)
    assert "Intet samtykke dækker Mette" in found[-1].why_not


def test_a_consent_given_afterwards_invites_and_its_withdrawal_takes_the_invitation_back(
    course: Course, met: int, keyring: Keyring
) -> None:
    key = course.do("consent:record", **CONSENT, recipient_parties=["network"])["consent"]["key"]
    again = int(course.do("meeting:convene", **CONVENED)["meeting"]["key"])
    assert invited(course, met)["Mette"]
    with course.database.write() as work:
        consents.withdraw(work, keyring, int(key), by="maja")
    after = NOON + timedelta(seconds=1)
    assert not invited(course, met, after)["Mette"]
    with course.database.read() as session:
        taken_back = meetings.invitations(session, meetings.meeting(session, again), after)[-1]
    assert "trukket tilbage" in taken_back.why_not


def test_a_calendar_shows_a_meeting_and_nobody_in_it(course: Course, met: int) -> None:
    method, event = event_of(file(course, met))
    assert (method, str(event["summary"]), int(event["sequence"])) == ("PUBLISH", "Møde", 0)
    assert event["uid"] == f"meeting-{met}@forloeb"
    assert event.decoded("dtstart") == datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=60)
    assert str(event["location"]) == "Ungecentret, lokale 2"
    text = file(course, met).decode()
    assert not any(name in text for name in ("Noah", "Mette", "Maja", "Praktikplads"))


@pytest.mark.parametrize(
    "hidden", [{"protected": True}, {"secrets": ["lokale 2"]}, {"secrets": ["", "UNGECENTRET"]}]
)
def test_a_place_that_tells_of_the_citizen_stays_out_of_calendars(
    course: Course, met: int, hidden: dict[str, Any]
) -> None:
    _method, event = event_of(file(course, met, **hidden))
    assert "location" not in event


def test_a_move_updates_the_same_event_and_a_cancellation_removes_it(
    course: Course, met: int
) -> None:
    with course.database.write() as work:
        meetings.move(work, met, starts_at=LATER, minutes=45, place="Biblioteket", by="maja")
    method, event = event_of(file(course, met))
    assert (method, int(event["sequence"]), event["uid"]) == (
        "PUBLISH",
        1,
        f"meeting-{met}@forloeb",
    )
    assert event.decoded("dtstart") == LATER
    with course.database.write() as work:
        meetings.cancel(work, met, by="maja", reason="Noah er syg")
    method, event = event_of(file(course, met))
    assert (method, int(event["sequence"]), str(event["status"])) == ("CANCEL", 2, "CANCELLED")
    found = stand(course, met)
    assert [(one.kind, one.reason) for one in found.changes] == [
        ("moved", ""),
        ("cancelled", "Noah er syg"),
    ]
    with pytest.raises(Conflict), course.database.write() as work:
        meetings.cancel(work, met, by="maja", reason="Igen")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"starts_at": NOON}, "starts_at"), ({"minutes": 5}, "minutes"), ({"place": " "}, "place")],
)
def test_a_meeting_is_not_moved_into_the_past_or_nowhere(
    course: Course, met: int, wrong: dict[str, Any], field: str
) -> None:
    right: dict[str, Any] = {"starts_at": LATER, "minutes": 45, "place": "Biblioteket"}
    with pytest.raises(DomainError) as refused, course.database.write() as work:
        meetings.move(work, met, by="maja", **{**right, **wrong})
    assert list(refused.value.fields) == [field]
    with pytest.raises(DomainError), course.database.write() as work:
        meetings.cancel(work, met, by="maja", reason=" ")


def test_a_meeting_without_the_citizen_needs_a_reason(course: Course, met: int) -> None:
    without = {name: value for name, value in ALONE.items() if name != "absence_reason"}
    with pytest.raises(DomainError) as refused:
        course.do("meeting:minutes", meeting={"key": str(met)}, attended=["Mette"], **without)
    assert list(refused.value.fields) == ["absence_reason"]
    course.do("meeting:minutes", meeting={"key": str(met)}, attended=["Mette"], **ALONE)
    assert stand(course, met).absence_reason == ALONE["absence_reason"]


def test_an_agreement_falls_to_its_person_in_the_course_they_work_in(
    course: Course, met: int
) -> None:
    told: list[AgreementMade] = []

    def keep(_work: UnitOfWork, fact: AgreementMade) -> None:
        told.append(fact)

    course.database.facts.subscribe(AgreementMade, keep)
    ole = NewPerson("oda", "Oda Holst", ["caseworker"], ["family"])
    with course.database.write() as work:
        access.add_person(work, ole)
    other = Course(course.database, course.citizen, key=78)
    other.do("team:appoint", coordinator="oda", deputy="ole")
    answer = course.do(
        "meeting:minutes",
        meeting={"key": str(met)},
        attended=["Mette"],
        agreements=[
            {"what": "Ringer til skolen", "who": "maja", "due": "2026-11-20"},
            {"what": "Søger fritidspas", "who": "Oda Holst", "due": "2026-11-20"},
            {"what": "Henter Noah", "who": "Mette", "due": "2026-11-20"},
        ],
    )
    assert [(one["responsible"], one["course"]) for one in answer["agreed"]] == [
        ("maja", "77"),
        ("oda", "78"),
        (None, "77"),
    ]
    assert [(one.course_key, one.seq, one.due) for one in told] == [
        (77, 1, date(2026, 11, 20)),
        (78, 2, date(2026, 11, 20)),
        (77, 3, date(2026, 11, 20)),
    ]


def test_meetings_of_two_courses_in_one_week_ask_for_coordination(
    course: Course, met: int, keyring: Keyring
) -> None:
    told: list[MeetingsClash] = []

    def keep(_work: UnitOfWork, fact: MeetingsClash) -> None:
        told.append(fact)

    course.database.facts.subscribe(MeetingsClash, keep)
    other = Course(course.database, course.citizen, key=78)
    next_week = other.do("meeting:convene", **{**CONVENED, "starts_at": "2026-11-16T13:00"})
    assert (next_week["clashes"], told) == ([], [])
    same_week = other.do("meeting:convene", **{**CONVENED, "starts_at": "2026-11-09T09:00"})
    assert [(one["key"], one["course"]) for one in same_week["clashes"]] == [(str(met), "77")]
    assert [(one.course_key, one.citizen_key) for one in told] == [(78, course.citizen.key)]

    with course.database.write() as work:
        someone = find_or_register(work, keyring, NewCitizen("120388-1111", "Ida", "Ø"), "ina")
    third = Course(course.database, someone, key=79)
    assert third.do("meeting:convene", **CONVENED)["clashes"] == []


def test_an_agenda_is_suggested_from_what_is_due() -> None:
    found = meetings.suggestions(
        date(2026, 11, 12),
        goals=[("Op om morgenen", date(2026, 12, 1)), ("Venner", date(2027, 6, 1))],
        decisions=[("Træf afgørelse om mentor", date(2026, 11, 20)), ("Klage", None)],
        consents=[("Borgeren selv", date(2026, 12, 12)), ("Værge", date(2027, 11, 1))],
        taken=["klage "],
    )
    assert [(one.kind, one.title) for one in found] == [
        ("decision", "Træf afgørelse om mentor"),
        ("goal", "Op om morgenen"),
        ("consent", "Borgeren selv"),
    ]
