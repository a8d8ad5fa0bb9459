"""Times, deadlines, CPR numbers and ages, as the pages say them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.clock import LOCAL
from app.web.i18n import LANGUAGES
from app.web.site.frame import age, date_phrase, deadline_chip, exact_time, time_phrase

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=LOCAL)
ENGLISH = LANGUAGES["en"]


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LOCAL)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("instant", "words", "english"),
    [
        (local(2026, 11, 23, 10, 42), "i dag kl. 10.42", "today at 10:42"),
        (local(2026, 11, 23, 9, 5), "i dag kl. 9.05", "today at 9:05"),
        (local(2026, 11, 24, 10, 0), "i morgen kl. 10", "tomorrow at 10:00"),
        (local(2026, 11, 22, 23, 59), "i går kl. 23.59", "yesterday at 23:59"),
        (local(2026, 11, 3, 9, 10), "3. nov. 2026 kl. 9.10", "3 Nov 2026 at 9:10"),
        (local(2027, 5, 1, 0, 0), "1. maj 2027 kl. 0.00", "1 May 2027 at 0:00"),
    ],
)
def test_a_time_is_said_as_people_say_it(instant: datetime, words: str, english: str) -> None:
    assert time_phrase(instant, NOW) == words
    assert time_phrase(instant, NOW, ENGLISH) == english


def test_the_days_are_danish_ones_whatever_the_offset_of_the_instant() -> None:
    # Half past eleven in the evening in UTC is the next day in Denmark.
    assert time_phrase(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), NOW) == "i morgen kl. 0.30"


def test_the_exact_time_has_weekday_and_year() -> None:
    assert exact_time(NOW) == "mandag 23. november 2026 kl. 10.42"
    assert exact_time(local(2026, 11, 23, 0, 5)) == "mandag 23. november 2026 kl. 0.05"
    assert exact_time(NOW, ENGLISH) == "Monday 23 November 2026 at 10:42"


def test_a_date_is_short() -> None:
    assert date_phrase(date(2026, 11, 3)) == "3. nov. 2026"
    assert date_phrase(date(2026, 11, 3), ENGLISH) == "3 Nov 2026"


@pytest.mark.parametrize(
    ("due", "kind", "words"),
    [
        (local(2026, 11, 23, 10, 41), "late", "1 minut over"),
        (local(2026, 11, 23, 10, 22), "late", "20 minutter over"),
        (local(2026, 11, 23, 10, 10), "late", "½ time over"),
        (local(2026, 11, 23, 9, 40), "late", "1 time over"),
        (local(2026, 11, 23, 9, 10), "late", "1½ time over"),
        (local(2026, 11, 23, 8, 10), "late", "2½ timer over"),
        (local(2026, 11, 22, 23, 59), "late", "1 dag over"),
        (local(2026, 11, 20, 23, 59), "late", "3 dage over"),
        (local(2026, 11, 23, 15, 0), "soon", "I dag"),
        (local(2026, 11, 24, 0, 1), "soon", "I morgen"),
        (local(2026, 11, 25, 23, 59), "soon", "2 dage tilbage"),
        (local(2026, 11, 26, 23, 59), "soon", "3 dage tilbage"),
        (local(2026, 11, 27, 0, 0), "time", "4 dage tilbage"),
        (local(2026, 12, 12, 23, 59), "time", "19 dage tilbage"),
        (None, "none", "Ingen frist"),
    ],
)
def test_a_deadline_says_how_long_is_left(due: datetime | None, kind: str, words: str) -> None:
    chip = deadline_chip(due, NOW)
    assert (chip.kind, chip.words) == (kind, words)


def test_a_broken_deadline_counts_in_english_too() -> None:
    assert deadline_chip(NOW - timedelta(days=3), NOW, ENGLISH).words == "3 days over"


@pytest.mark.parametrize(
    ("today", "years"),
    [(date(2026, 3, 1), 17), (date(2026, 3, 2), 18), (date(2027, 3, 1), 18)],
)
def test_age_turns_on_the_birthday(today: date, years: int) -> None:
    assert age(date(2008, 3, 2), today) == years


def test_someone_born_on_29_february_turns_on_1_march_in_other_years() -> None:
    born = date(2008, 2, 29)
    assert age(born, date(2026, 2, 28)) == 17
    assert age(born, date(2026, 3, 1)) == 18
