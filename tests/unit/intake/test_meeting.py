"""The daily meeting: nothing since the last one is lost, and it ends with one person on every inquiry."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app import intake
from app.clock import SetClock
from app.errors import Conflict, DomainError
from app.intake import Board, NewCarryOver
from app.journal import Keyring, read
from tests.unit.intake.test_inquiries import INQUIRY, TREATED
from tests.unit.nouns import Course

HERE = ["social", "employment", "school"]


@pytest.fixture
def inquiry(course: Course) -> dict[str, Any]:
    course.actor = "ina"
    given: dict[str, Any] = course.do("inquiry:register", **INQUIRY)["inquiry"]
    return given


def opened(course: Course, keyring: Keyring) -> int:
    with course.database.write() as work:
        return intake.open_meeting(work, keyring, "tina")


def closed(course: Course, keyring: Keyring, key: int, present: list[str] = HERE) -> int:
    with course.database.write() as work:
        return intake.close_meeting(work, keyring, key, present, "tina")


def board(course: Course, key: int) -> Board:
    with course.database.read() as session:
        return intake.of_meeting(session, key)


def left(course: Course, keyring: Keyring, key: int, inquiry: dict[str, Any], **more: Any) -> None:
    told = {
        "responsible": "maja",
        "contact_due": date(2026, 11, 3),
        "reason": "Vi mangler svar fra skolen.",
    }
    new = NewCarryOver(int(inquiry["key"]), **(told | more))
    with course.database.write() as work:
        intake.carry_over(work, keyring, key, new, "tina")


def test_a_meeting_collects_what_nobody_has_taken(
    course: Course, keyring: Keyring, inquiry: dict[str, Any]
) -> None:
    found = board(course, opened(course, keyring))

    assert [str(item.inquiry.key) for item in found.unsettled] == [inquiry["key"]]


def test_two_colleagues_who_begin_at_once_are_at_the_same_meeting(
    course: Course, keyring: Keyring
) -> None:
    assert opened(course, keyring) == opened(course, keyring)


def test_it_cannot_close_while_an_inquiry_has_nobody(
    course: Course, keyring: Keyring, clock: SetClock, inquiry: dict[str, Any]
) -> None:
    key = opened(course, keyring)

    with pytest.raises(DomainError) as raised:
        closed(course, keyring, key)

    assert "mangler en ansvarlig og en dato" in raised.value.fields["board"]
    clock.advance(timedelta(minutes=5))
    course.do("inquiry:assign", inquiry=inquiry, **TREATED)
    assert closed(course, keyring, key) == 1


def test_it_cannot_close_with_one_area_at_the_table(course: Course, keyring: Keyring) -> None:
    key = opened(course, keyring)

    with pytest.raises(DomainError) as raised:
        closed(course, keyring, key, ["social", "social"])

    assert list(raised.value.fields) == ["present"]


def test_an_inquiry_that_waits_is_in_one_persons_hands_and_comes_again_next_time(
    course: Course, keyring: Keyring, clock: SetClock, inquiry: dict[str, Any]
) -> None:
    key = opened(course, keyring)
    left(course, keyring, key, inquiry)
    (item,) = board(course, key).items
    assert (item.responsible, item.contact_due) == ("maja", date(2026, 11, 3))
    closed(course, keyring, key)

    clock.advance(timedelta(days=1))

    assert len(board(course, opened(course, keyring)).unsettled) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"responsible": ""}, "responsible"),
        ({"responsible": "nobody-here"}, "responsible"),
        ({"contact_due": None}, "contact_due"),
        ({"contact_due": date(2026, 11, 1)}, "contact_due"),
        ({"reason": "  "}, "reason"),
    ],
)
def test_carrying_over_asks_for_one_person_a_day_to_come_and_a_reason(
    course: Course, keyring: Keyring, inquiry: dict[str, Any], wrong: dict[str, Any], field: str
) -> None:
    key = opened(course, keyring)
    with pytest.raises(DomainError) as raised:
        left(course, keyring, key, inquiry, **wrong)
    assert list(raised.value.fields) == [field]


def test_what_has_been_treated_before_the_meeting_is_on_the_board_as_done(
    course: Course, keyring: Keyring, clock: SetClock, inquiry: dict[str, Any]
) -> None:
    # Given a meeting that was held before, and a next-day appointment given at once
    course.do("inquiry:assign", inquiry=inquiry, **TREATED)
    closed(course, keyring, opened(course, keyring))
    clock.advance(timedelta(hours=2))
    fast = course.do("inquiry:register", **INQUIRY | {"received_at": "2026-11-02T13:30"})["inquiry"]
    course.do("inquiry:assign", inquiry=fast, **TREATED)

    clock.advance(timedelta(days=1))
    found = board(course, opened(course, keyring))

    assert [str(item.inquiry.key) for item in found.items] == [fast["key"]]
    assert found.unsettled == ()


def test_an_inquiry_from_the_weekend_is_not_lost(
    course: Course, keyring: Keyring, clock: SetClock
) -> None:
    closed(course, keyring, opened(course, keyring))
    clock.advance(timedelta(days=5))
    course.do("inquiry:register", **INQUIRY | {"received_at": "2026-11-07T10:00"})
    clock.advance(timedelta(days=2))

    assert len(board(course, opened(course, keyring)).unsettled) == 1


def test_a_treated_inquiry_is_not_carried_over(
    course: Course, keyring: Keyring, inquiry: dict[str, Any]
) -> None:
    key = opened(course, keyring)
    course.do("inquiry:assign", inquiry=inquiry, **TREATED)

    with pytest.raises(Conflict):
        left(course, keyring, key, inquiry)


def test_a_closed_meeting_stays_closed(course: Course, keyring: Keyring) -> None:
    key = opened(course, keyring)
    closed(course, keyring, key)

    with pytest.raises(Conflict):
        closed(course, keyring, key)


def test_the_journal_tells_who_was_there_and_who_took_what(
    course: Course, keyring: Keyring, inquiry: dict[str, Any]
) -> None:
    key = opened(course, keyring)
    left(course, keyring, key, inquiry)
    closed(course, keyring, key)

    with course.database.read() as session:
        entries = list(read(session, f"intake-meeting:{key}", keyring))

    assert [entry.kind for entry in entries] == [
        "intake:meeting-opened",
        "intake:inquiry-carried-over",
        "intake:meeting-closed",
    ]
    assert entries[-1].payload["present"] == ["social", "employment", "school"]
    assert entries[-1].payload["inquiries"] == [
        {"inquiry": inquiry["key"], "responsible": "maja", "carried_over": True}
    ]
