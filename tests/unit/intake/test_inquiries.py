from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app import intake
from app.errors import DomainError, NotFound
from tests.unit.nouns import NOON, Course

INQUIRY = {
    "received_at": "2026-11-02T11:30",
    "channel": "phone",
    "sender_name": "Mette Ågård",
    "sender_relation": "parent",
    "sender_contact": "12 34 56 78",
    "topics": ["absence"],
    "description": "Noah er holdt op med at komme i skole.",
    "concern_for_child": "no",
}
TREATED = {
    "assessment": "Der er brug for et samlet forløb.",
    "outcome": "open_course",
    "responsible": "ina",
    "first_contact_due": "2026-11-05",
}


@pytest.fixture
def inquiry(course: Course) -> dict[str, Any]:
    course.actor = "ina"
    given: dict[str, Any] = course.do("inquiry:register", **INQUIRY)["inquiry"]
    return given


def stand(course: Course, inquiry: dict[str, Any]) -> intake.Inquiry:
    with course.database.read() as session:
        return intake.inquiry(session, int(inquiry["key"]))


def test_a_registered_inquiry_is_open_and_about_the_courses_citizen(
    course: Course, inquiry: dict[str, Any]
) -> None:
    assert inquiry["concern"] is False
    found = stand(course, inquiry)
    assert (found.status, found.responsible) == ("open", None)
    assert (found.citizen_key, found.course_key) == (course.citizen.key, course.key)
    assert found.received_at == NOON - timedelta(minutes=30)
    with course.database.read() as session:
        assert intake.inquiries(session, status="open", course_key=course.key) == [found]
        assert intake.inquiries(session, status="closed") == []


def test_nothing_is_received_in_the_future(course: Course) -> None:
    with pytest.raises(DomainError) as raised:
        course.do("inquiry:register", **INQUIRY | {"received_at": "2026-11-02T12:01"})
    assert list(raised.value.fields) == ["received_at"]


def test_a_treated_inquiry_has_exactly_one_responsible_person(
    course: Course, inquiry: dict[str, Any]
) -> None:
    answer = course.do("inquiry:assign", inquiry=inquiry, **TREATED)["inquiry"]
    assert answer["responsible"] == "ina"
    found = stand(course, inquiry)
    assert (found.status, found.outcome) == ("assigned", "open_course")
    assert found.first_contact_due == date(2026, 11, 5)


@pytest.mark.parametrize("responsible", ["ukendt", "lars", "", None])
def test_nobody_or_somebody_outside_cannot_be_responsible(
    course: Course, inquiry: dict[str, Any], responsible: str | None
) -> None:
    with pytest.raises(DomainError) as raised:
        course.do("inquiry:assign", inquiry=inquiry, **TREATED | {"responsible": responsible})
    assert list(raised.value.fields) == ["responsible"]
    assert stand(course, inquiry).status == "open"


def test_when_consent_is_refused_the_inquiry_goes_back_to_one_person_and_the_concern_stays_open(
    course: Course, inquiry: dict[str, Any]
) -> None:
    concern = course.do("concern:open", inquiry=inquiry, reason="Slag i hjemmet")["concern"]
    course.do("inquiry:assign", inquiry=inquiry, **TREATED)
    course.do("inquiry:return", inquiry=inquiry, responsible="maja", reason="Intet samtykke")
    found = stand(course, inquiry)
    assert (found.status, found.responsible, found.concern) == ("open", "maja", True)
    course.do("inquiry:close", inquiry=inquiry, outcome="advice_only")
    assert stand(course, inquiry).status == "closed"
    with course.database.read() as session:
        [still] = intake.concerns(session, course.citizen.key)
        assert (still.status, still.responsible) == ("open", "ina")
        assert [line.what for line in intake.chronology(session, found.key)] == [
            "registered",
            "concern_opened",
            "assigned",
            "returned",
            "closed",
        ]
    assert concern["due"] == "2026-11-03T12:00:00+01:00"


def test_a_model_may_set_another_limit_for_a_concern(
    course: Course, inquiry: dict[str, Any]
) -> None:
    concern = course.do("concern:open", inquiry=inquiry, due_hours=48)["concern"]
    assert concern["due"] == "2026-11-04T12:00:00+01:00"


def test_an_unknown_inquiry_is_named(course: Course) -> None:
    with pytest.raises(DomainError) as raised:
        course.do("inquiry:close", inquiry="1", outcome="advice_only")
    assert list(raised.value.fields) == ["inquiry"]
    with course.database.read() as session, pytest.raises(NotFound):
        intake.inquiry(session, 1)
