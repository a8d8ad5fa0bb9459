"""The values of FEEL: what an expression can read and what it can give.

A value is one of None, bool, Decimal, str, list, dict (a context), Date, Time, DateTime (local, or with
an offset or a zone), DaysTimeDuration, YearsMonthsDuration, Range and Function. Python's own int, float,
date, time and datetime are accepted wherever a variable is read (see `jsonvalue.admit`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from app.feel.run import Run


@dataclass(frozen=True, slots=True, order=True)
class Date:
    """A day of the Gregorian calendar, carried on in both directions (DMN 1.5 §10.3.2.3.4).

    Python's own dates end at the year 9999, and begin at the year 1.

    Attributes:
        year: from -999,999,999 to 999,999,999; before the year 1 come 0, -1 …
        month: 1 to 12.
        day: 1 to 31.
    """

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day (DMN 1.5 §10.3.2.3.5).

    Attributes:
        hour: 0 to 23.
        minute: 0 to 59.
        second: 0 to 59.
        nano: nanoseconds after the second.
        zone: an offset (`datetime.timezone`), a zone (`zoneinfo.ZoneInfo`), or None: local.
    """

    hour: int
    minute: int
    second: int
    nano: int = 0
    zone: tzinfo | None = None


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date and time (DMN 1.5 §10.3.2.3.6).

    Attributes:
        date: the day.
        time: the time, which holds the zone.
        fold: 1 for the second of two equal times, when a clock is set back.
    """

    date: Date
    time: Time
    fold: int = 0


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A days and time duration (DMN 1.5 §10.3.2.3.7), exact to the nanosecond.

    Attributes:
        nanoseconds: the whole length, negative for a duration backwards.
    """

    nanoseconds: int


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A years and months duration (DMN 1.5 §10.3.2.3.8).

    Attributes:
        months: the whole length in months, negative for a duration backwards.
    """

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; None as an end means unbounded on that side (DMN 1.5 §10.3.2.7).

    Attributes:
        start: where it begins.
        end: where it ends.
        start_included: whether the start belongs to it.
        end_included: whether the end belongs to it.
        sign: `=` or `!=` for a range written as such a test, `(!= 5)`: all that passes it; else empty.
    """

    start: Value
    end: Value
    start_included: bool
    end_included: bool
    sign: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be invoked: a built-in, or a function definition with what it captured.

    Attributes:
        name: for messages and printing.
        parameters: names that a named invocation may use; None where there are several signatures.
        positional: invoke with arguments in order.
        named: invoke with arguments by name.
        types: the parameters' types as texts, None for one that takes anything; empty: not known.
        result: the type of what it gives as a text, where that is promised.
    """

    name: str
    parameters: tuple[str, ...] | None
    positional: Callable[[Run, list[Value]], Value]
    named: Callable[[Run, dict[str, Value]], Value]
    types: tuple[str | None, ...] = ()
    result: str | None = None


Duration: TypeAlias = DaysTimeDuration | YearsMonthsDuration
Value: TypeAlias = (
    bool
    | Decimal
    | str
    | list["Value"]
    | dict[str, "Value"]
    | Date
    | Time
    | DateTime
    | DaysTimeDuration
    | YearsMonthsDuration
    | Range
    | Function
    | None
)

DANISH_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "ja/nej",
    Decimal: "tal",
    str: "tekst",
    list: "liste",
    dict: "kontekst",
    Date: "dato",
    Time: "klokkeslæt",
    DateTime: "dato og klokkeslæt",
    DaysTimeDuration: "varighed i dage og tid",
    YearsMonthsDuration: "varighed i år og måneder",
    Range: "interval",
    Function: "funktion",
}


def danish_kind(value: Value) -> str:
    """What kind of value this is, in the words that messages use."""
    return DANISH_KINDS.get(type(value), "ukendt værdi")
