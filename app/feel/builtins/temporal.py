"""Date and time functions (DMN 1.5 §10.3.4.7, §10.3.4.10).

Days and months have their English names, as the standard has them.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.feel import temporal
from app.feel.builtins.signature import Declared, declare
from app.feel.compare import equals
from app.feel.errors import FeelError
from app.feel.run import Run
from app.feel.values import Value

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


def _instant(run: Run) -> datetime:
    if run.now is None or run.now.tzinfo is None:
        raise FeelError(
            "Udtrykket spørger efter tiden, men har intet tidspunkt.", code="feel:clock"
        )
    return run.now.astimezone(ZoneInfo(HOME))


@metered("now()")
def now(run: Run) -> Value:
    """The command's instant, in Danish time."""
    return _instant(run)


@metered("today()")
def today(run: Run) -> Value:
    """The command's date in Denmark."""
    return _instant(run).date()


@builtin("day of week(date: date|datetime)")
def day_of_week(day: date) -> Value:
    """The day's English name."""
    return _DAYS[day.weekday()]


@builtin("day of year(date: date|datetime)")
def day_of_year(day: date) -> Value:
    """Which day of the year, from 1."""
    return Decimal(day.timetuple().tm_yday)


@builtin("week of year(date: date|datetime)")
def week_of_year(day: date) -> Value:
    """The ISO 8601 week."""
    return Decimal(day.isocalendar().week)


@builtin("month of year(date: date|datetime)")
def month_of_year(day: date) -> Value:
    """The month's English name."""
    return _MONTHS[day.month - 1]


@builtin("last day of month(date: date|datetime)")
def last_day_of_month(day: date) -> Value:
    """The last date of a date's month (Camunda)."""
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


@metered("is(value1: any, value2: any)")
def same(run: Run, one: Value, other: Value) -> Value:
    """Whether two values are the same, kind and zone included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, time | datetime) and isinstance(other, time | datetime):
        zones = temporal.zone_text(one.tzinfo) == temporal.zone_text(other.tzinfo)
        return zones and one.replace(tzinfo=None) == other.replace(tzinfo=None)
    return equals(one, other, run) is True
