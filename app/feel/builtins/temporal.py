"""Date and time functions (DMN 1.5 §10.3.4.7, §10.3.4.10).

Days and months have their English names, as the standard has them.
"""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

from app.feel import calendar, temporal
from app.feel.builtins.signature import Declared, declare
from app.feel.compare import equals
from app.feel.errors import FeelError
from app.feel.run import Run
from app.feel.values import Date, DateTime, Time, Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)

HOME = "Europe/Copenhagen"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def _instant(run: Run) -> DateTime:
    run.charge(20)
    if run.now is None or run.now.tzinfo is None:
        raise FeelError(
            "Udtrykket spørger efter tiden, men har intet tidspunkt.", code="feel:clock"
        )
    now = temporal.from_python(run.now.astimezone(ZoneInfo(HOME)))
    assert isinstance(now, DateTime)  # noqa: S101 -- made of a datetime
    return now


@metered("now()")
def now(run: Run) -> Value:
    """The command's instant, in Danish time."""
    return _instant(run)


@metered("today()")
def today(run: Run) -> Value:
    """The command's date in Denmark."""
    return _instant(run).date


@builtin("day of week(date: date|datetime)")
def day_of_week(day: Date | DateTime) -> Value:
    """The day's English name."""
    return _DAYS[calendar.weekday(temporal.day_of(day)) - 1]


@builtin("day of year(date: date|datetime)")
def day_of_year(day: Date | DateTime) -> Value:
    """Which day of the year, from 1."""
    return Decimal(calendar.day_of_year(temporal.day_of(day)))


@builtin("week of year(date: date|datetime)")
def week_of_year(day: Date | DateTime) -> Value:
    """The ISO 8601 week."""
    return Decimal(calendar.iso_week(temporal.day_of(day)))


@builtin("month of year(date: date|datetime)")
def month_of_year(day: Date | DateTime) -> Value:
    """The month's English name."""
    return _MONTHS[temporal.day_of(day).month - 1]


@builtin("last day of month(date: date|datetime)")
def last_day_of_month(day: Date | DateTime) -> Value:
    """The last date of a date's month (Camunda)."""
    of = temporal.day_of(day)
    return Date(of.year, of.month, calendar.days_in_month(of.year, of.month))


@metered("is(value1: any, value2: any)")
def same(run: Run, one: Value, other: Value) -> Value:
    """Whether two values are the same, kind and zone included."""
    run.charge(12)
    if type(one) is not type(other):
        return False
    if isinstance(one, Time | DateTime):
        return isinstance(other, Time | DateTime) and _written(one) == _written(other)
    return equals(one, other, run) is True


def _written(value: Time | DateTime) -> str:
    """A time as its text: the same clock in the same zone is written the same."""
    return temporal.temporal_text(value)
