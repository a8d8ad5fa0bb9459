"""Dates, times and durations (DMN 1.5 §10.3.2.3.4-8, §10.3.4.1, tables 56-61), across summer time too.

In 2026 Denmark's clocks go from 02:00 to 03:00 on 29 March, and back from 03:00 to 02:00 on 25 October.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app import feel
from tests.unit.feel.conftest import Answer

CPH = "@Europe/Copenhagen"
ROWS = [
    ('date("2026-02-28")', "2026-02-28"),
    ('date("2026-02-29")', None),
    ('date("2024-02-29")', "2024-02-29"),
    ('date("26-02-01")', None),
    ('date("2026-2-1")', None),
    ("date(2026, 2, 3)", "2026-02-03"),
    ("date(2026, 13, 1)", None),
    ("date(year: 2026, month: 2, day: 3)", "2026-02-03"),
    ('date(from: "2026-02-03")', "2026-02-03"),
    ('date(date and time("2026-02-03T10:00:00"))', "2026-02-03"),
    ("date(null)", None),
    ('time("10:30:00")', "10:30:00"),
    ('time("10:30:00.5")', "10:30:00.5"),
    ('time("10:30:00+01:00")', "10:30:00+01:00"),
    (f'time("10:30:00{CPH}")', f"10:30:00{CPH}"),
    ('time("25:00:00")', None),
    ('time("10:30:00@Ingen/Steder")', None),
    ("time(10, 30, 0)", "10:30:00"),
    ('time(10, 30, 0, @"PT1H")', "10:30:00+01:00"),
    ("time(10, 30, 60)", None),
    (f'time(@"2026-02-03T10:00:00{CPH}")', f"10:00:00{CPH}"),
    ('date and time("2026-02-03T10:00:00")', "2026-02-03T10:00:00"),
    ('date and time("2026-02-03T24:00:00")', "2026-02-04T00:00:00"),
    ('date and time("2026-02-03")', "2026-02-03T00:00:00"),
    ('date and time(@"2026-02-03", @"10:00:00Z")', "2026-02-03T10:00:00Z"),
    ('date and time("2026-02-03T10:00")', None),
    ('date and time(@"2026-02-03T10:00:00Z", "Europe/Copenhagen")', f"2026-02-03T11:00:00{CPH}"),
    ('duration("P1DT2H3M4.5S")', "P1DT2H3M4.5S"),
    ('duration("PT36H")', "P1DT12H"),
    ('duration("-PT90M")', "-PT1H30M"),
    ('duration("P14M")', "P1Y2M"),
    ('duration("P0D")', "PT0S"),
    ('duration("P0M")', "P0M"),
    ('duration("P1Y2D")', None),
    ('duration("P")', None),
    ('duration("PT")', None),
    ('years and months duration(@"2011-12-22", @"2013-08-24")', "P1Y8M"),
    ('years and months duration(@"2013-08-24", @"2011-12-22")', "-P1Y8M"),
    ('years and months duration(@"2026-01-31", @"2026-02-28")', "P0M"),
    # Properties
    ('@"2026-02-03".year', 2026),
    ('@"2026-02-03".month', 2),
    ('@"2026-02-03".day', 3),
    ('@"2026-02-03".weekday', 2),
    ('@"2026-02-08".weekday', 7),
    ('@"2026-02-03".hour', None),
    ('@"2026-02-03T10:20:30".minute', 20),
    ('@"10:20:30".second', 30),
    ('@"10:20:30+01:00".time offset', "PT1H"),
    ('@"10:20:30".time offset', None),
    (f'@"2026-07-03T10:20:30{CPH}".timezone', "Europe/Copenhagen"),
    (f'@"2026-07-03T10:20:30{CPH}".time offset', "PT2H"),
    ('@"P1DT2H3M4S".days', 1),
    ('@"P1DT2H3M4S".hours', 2),
    ('@"P1DT2H3M4S".minutes', 3),
    ('@"-P1DT2H3M4S".seconds', -4),
    ('@"P1Y2M".years', 1),
    ('@"P1Y2M".months', 2),
    ('@"P1Y2M".days', None),
    # Arithmetic
    ('@"2026-01-31" + @"P1M"', "2026-02-28"),
    ('@"2024-02-29" + @"P1Y"', "2025-02-28"),
    ('@"2026-03-31" - @"P1M"', "2026-02-28"),
    ('@"P1M" + @"2026-01-31"', "2026-02-28"),
    ('@"2026-01-31" + @"P1D"', "2026-02-01"),
    ('@"2026-01-31" + @"PT23H"', "2026-01-31"),
    ('@"2026-01-31" + 1', None),
    ('@"2026-03-01" - @"2026-02-01"', "P28D"),
    ('@"2026-02-01" - @"2026-03-01"', "-P28D"),
    ('@"2026-01-01T12:00:00" - @"2026-01-01T10:30:00"', "PT1H30M"),
    ('@"2026-01-01T12:00:00Z" - @"2026-01-01T10:30:00"', None),
    ('@"2026-01-02T00:00:00Z" - @"2026-01-01"', "P1D"),
    ('@"10:00:00" - @"09:30:00"', "PT30M"),
    ('@"23:30:00" + @"PT1H"', "00:30:00"),
    ('@"00:30:00" - @"PT1H"', "23:30:00"),
    ('@"P1D" + @"PT12H"', "P1DT12H"),
    ('@"P1Y" - @"P1M"', "P11M"),
    ('@"P1D" + @"P1M"', None),
    ('@"P1D" * 2.5', "P2DT12H"),
    ('2 * @"P1M"', "P2M"),
    ('@"P1D" / 2', "PT12H"),
    ('@"P1D" / 0', None),
    ('@"P1D" / @"PT1H"', 24),
    ('@"P1Y" / @"P1M"', 12),
    ('-@"P1D"', "-P1D"),
    ('@"9999-12-31" + @"P1D"', "10000-01-01"),
    ('@"0001-01-01" - @"P1M"', "0000-12-01"),
    ('@"999999999-12-31" + @"P1D"', None),
    ('@"-999999999-01-01" - @"PT1H"', None),
    ('@"-2021-01-01" + @"P1Y"', "-2020-01-01"),
    ('@"-0004-02-29" + @"P1Y"', "-0003-02-28"),
    ('@"-0001-12-31" + @"P1D"', "0000-01-01"),
    ('date("-0000-01-01")', None),
    ('date("012026-01-01")', None),
    ('@"-2021-01-01T10:10:10+11:00" + @"P1D"', "-2021-01-02T10:10:10+11:00"),
    (f'@"12026-07-01T10:00:00{CPH}".time offset', "PT2H"),
    (f'@"12026-03-28T12:00:00{CPH}" + @"P1D"', f"12026-03-29T13:00:00{CPH}"),
    ('@"10:30:00.123456789"', "10:30:00.123456789"),
    ('@"10:30:00.000000001" - @"10:30:00"', "PT0.000000001S"),
    ('@"2026-01-01T00:00:00.999999999" + @"PT0.000000001S"', "2026-01-01T00:00:01"),
    ('day of week(@"0000-01-01")', "Saturday"),
    ('day of week(@"12026-03-02")', "Monday"),
    ('week of year(@"-0400-12-31")', 52),
    ('years and months duration(@"-2016-01-30", @"-2017-02-28")', "-P11M"),
    ('@"2026-01-01" + @"2026-01-01"', None),
    # Functions
    ('day of week(@"2026-03-02")', "Monday"),
    ('day of year(@"2026-03-02")', 61),
    ('week of year(@"2026-01-01")', 1),
    ('week of year(@"2027-01-01")', 53),
    ('month of year(@"2026-03-02")', "March"),
    ('last day of month(@"2024-02-03")', "2024-02-29"),
    ('is(@"2026-01-01", @"2026-01-01T00:00:00")', False),
    ('is(@"10:00:00Z", @"11:00:00+01:00")', False),
    ("is(1, 1.0)", True),
    # Summer time: an exact length moves the clock, a calendar month does not
    (f'@"2026-03-28T12:00:00{CPH}" + @"P1D"', f"2026-03-29T13:00:00{CPH}"),
    (f'@"2026-03-29T01:59:59{CPH}" + @"PT1S"', f"2026-03-29T03:00:00{CPH}"),
    (f'@"2026-10-24T12:00:00{CPH}" + @"P1D"', f"2026-10-25T11:00:00{CPH}"),
    (f'@"2026-02-28T12:00:00{CPH}" + @"P1M"', f"2026-03-28T12:00:00{CPH}"),
    (f'@"2026-03-15T12:00:00{CPH}" + @"P1M"', f"2026-04-15T12:00:00{CPH}"),
    (f'@"2026-03-29T12:00:00{CPH}" - @"2026-03-28T12:00:00{CPH}"', "PT23H"),
    (f'@"2026-10-25T12:00:00{CPH}" - @"2026-10-24T12:00:00{CPH}"', "P1DT1H"),
    (f'@"2026-10-25T03:00:00{CPH}" > @"2026-10-25T02:59:00{CPH}"', True),
    (f'@"2026-03-28T12:00:00{CPH}".time offset', "PT1H"),
    (f'@"2026-03-29T12:00:00{CPH}".time offset', "PT2H"),
    ('@"2026-03-28T12:00:00" + @"P1D"', "2026-03-29T12:00:00"),
    ('@"2026-03-28" + @"P1D"', "2026-03-29"),
    # The citizen's 18th birthday
    ('date("2008-02-29") + duration("P18Y")', "2026-02-28"),
    ('date("2008-03-02") + duration("P18Y") <= today()', True),
    ('years and months duration(@"2008-03-03", today()).years', 17),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_dates_times_and_durations(text: str, expected: Any, answer: Answer) -> None:
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("instant", "now", "today"),
    [
        (datetime(2026, 3, 2, 9, 30, tzinfo=UTC), f"2026-03-02T10:30:00{CPH}", "2026-03-02"),
        # Given it is past midnight in Denmark, but not in Greenwich
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), f"2026-07-02T00:30:00{CPH}", "2026-07-02"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), f"2027-01-01T00:30:00{CPH}", "2027-01-01"),
    ],
)
def test_now_and_today_are_the_commands_instant_in_denmark(
    instant: datetime | None, now: str, today: str
) -> None:
    assert feel.to_json(feel.evaluate("now()", {}, now=instant)) == now
    assert feel.to_json(feel.evaluate("today()", {}, now=instant)) == today


@pytest.mark.parametrize("instant", [None, datetime(2026, 3, 2)])  # noqa: DTZ001 -- that it is refused
def test_without_an_instant_the_time_cannot_be_asked(instant: datetime | None) -> None:
    for text in ("now()", "today()"):
        with pytest.raises(feel.FeelError) as caught:
            feel.evaluate(text, {}, now=instant)
        assert caught.value.code == "feel:clock"
