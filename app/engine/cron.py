"""Cron: the second way to write a cycle, with six fields and the macros that Camunda 8 knows.

`second minute hour day-of-month month day-of-week`, on the Danish clock. A field is `*`, `?` (the two days only),
values, ranges `a-b`, steps `/n` and lists. Months and days have English names. The last day of a month is `L`,
the last Friday `5L` or `FRIL`, the second Monday `MON#2`; Sunday is 0 or 7. Where both days are given, both must hold,
as in Spring, whose cron Camunda 8 takes over (in Unix either would do).

When summer time begins, what stands in the hour that is skipped comes an hour later by the clock. When it ends, the
hour that comes twice counts once, unless the hour field is `*`: then every hour counts, both passes of it.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from app.clock import LOCAL
from app.engine.problems import Problem

MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_DAYS = {"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6}
_MOST_DAYS = 366 * 41
"""How far ahead is looked: 29 February on a given day of the week comes within 40 years, 2100 included."""
_HOUR = timedelta(hours=1)


class _Unreadable(Exception):
    """A field says nothing."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression, read.

    Attributes:
        seconds, minutes, hours, days, months: sorted values of each field.
        every_hour: the hour field is `*`.
        last_day: the day of the month is `L`.
        weekdays: 0 (Sunday) to 6, each with its turn in the month: 0 any, 1–5, -1 the last.
    """

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: frozenset[int]
    every_hour: bool
    days: frozenset[int]
    last_day: bool
    months: frozenset[int]
    weekdays: frozenset[tuple[int, int]]

    def on(self, day: date) -> bool:
        """Whether it comes on this day."""
        if day.month not in self.months:
            return False
        last = calendar.monthrange(day.year, day.month)[1]
        if not (day.day in self.days or (self.last_day and day.day == last)):
            return False
        weekday, turn = day.isoweekday() % 7, (day.day - 1) // 7 + 1
        turns = {0, turn, -1} if day.day + 7 > last else {0, turn}
        return any((weekday, which) in self.weekdays for which in turns)

    def after(self, instant: datetime) -> datetime | None:
        """Return the first instant after this one (aware), in UTC; None if none comes."""
        hour = instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        end = hour + timedelta(days=_MOST_DAYS)
        while hour < end:
            local = hour.astimezone(LOCAL)
            if not self.on(local.date()):
                midnight = datetime.combine(local.date() + timedelta(days=1), time(), LOCAL)
                hour = max(midnight.astimezone(UTC), hour + _HOUR)
                continue
            if self._in(local, (hour - _HOUR).astimezone(LOCAL)):
                for second in self._seconds():
                    found = hour + timedelta(seconds=second)
                    if found > instant:
                        return found
            hour += _HOUR
        return None

    def _in(self, local: datetime, before: datetime) -> bool:
        """Whether it comes in this hour; `before` is the hour before it, which shows a skipped or repeated one."""
        if self.every_hour:
            return True
        if local.hour == before.hour:
            return False
        skipped = (before.hour + 1) % 24
        return local.hour in self.hours or (skipped != local.hour and skipped in self.hours)

    def _seconds(self) -> Iterator[int]:
        return (minute * 60 + second for minute in self.minutes for second in self.seconds)


def read(text: str) -> Cron:
    """Read a cron expression or macro.

    Raises:
        Problem: it is none (`engine:timer`).
    """
    fields = MACROS.get(text.strip().lower(), text).upper().split()
    try:
        if len(fields) != 6:
            raise _Unreadable
        seconds, minutes, hours, days, months, weekdays = fields
        return Cron(
            tuple(sorted(_values(seconds, 0, 59))),
            tuple(sorted(_values(minutes, 0, 59))),
            _values(hours, 0, 23),
            hours == "*",
            frozenset() if days == "L" else _values("*" if days == "?" else days, 1, 31),
            days == "L",
            _values(months, 1, 12, _MONTHS),
            _weekdays("*" if weekdays == "?" else weekdays),
        )
    except _Unreadable:
        raise Problem(
            "engine:timer",
            f"»{text}« er ikke en gentagelse som R3/PT1H, R/P1M eller cron »0 0 8 * * MON-FRI«.",
        ) from None


def _values(field: str, low: int, high: int, names: dict[str, int] | None = None) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span == "*":
            start, stop = low, high
        else:
            start = _value(first, names)
            stop = _value(last, names) if dash else (high if slash else start)
        by = _value(step, None) if slash else 1
        if not low <= start <= stop <= high or by < 1:
            raise _Unreadable
        found |= set(range(start, stop + 1, by))
    return frozenset(found)


def _value(text: str, names: dict[str, int] | None) -> int:
    if names and text in names:
        return names[text]
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        raise _Unreadable
    return int(text)


def _weekdays(field: str) -> frozenset[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for part in field.split(","):
        day, hash_, turn = part.partition("#")
        if hash_:
            if turn not in {"1", "2", "3", "4", "5"}:
                raise _Unreadable
            found |= {(value % 7, int(turn)) for value in _values(day, 0, 7, _DAYS)}
        elif len(part) > 1 and part.endswith("L"):
            found |= {(value % 7, -1) for value in _values(part[:-1], 0, 7, _DAYS)}
        else:
            found |= {(value % 7, 0) for value in _values(part, 0, 7, _DAYS)}
    return frozenset(found)
