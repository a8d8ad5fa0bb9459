"""The values of FEEL: what an expression can read and what it can give.

A value is one of None, bool, Decimal, str, list, dict (a context), date, time, datetime (local, or with
an offset or a zone), DaysTimeDuration, YearsMonthsDuration, Range and Function. Numbers that come from
outside as int are accepted wherever a variable is read (see `jsonvalue.admit`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from app.feel.run import Run


@dataclass(frozen=True, slots=True, order=True)
class DaysTimeDuration:
    """A days and time duration (DMN 1.5 §10.3.2.3.7), exact to the microsecond.

    Attributes:
        microseconds: the whole length, negative for a duration backwards.
    """

    microseconds: int


@dataclass(frozen=True, slots=True, order=True)
class YearsMonthsDuration:
    """A years and months duration (DMN 1.5 §10.3.2.3.8).

    Attributes:
        months: the whole length in months, negative for a duration backwards.
    """

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; None as an end means unbounded on that side (DMN 1.5 §10.3.2.7)."""

    start: Value
    end: Value
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be invoked: a built-in, or a function definition with what it captured.

    Attributes:
        name: for messages and printing.
        parameters: names that a named invocation may use; None where there are several signatures.
        positional: invoke with arguments in order.
        named: invoke with arguments by name.
    """

    name: str
    parameters: tuple[str, ...] | None
    positional: Callable[[Run, list[Value]], Value]
    named: Callable[[Run, dict[str, Value]], Value]


Duration: TypeAlias = DaysTimeDuration | YearsMonthsDuration
Value: TypeAlias = (
    bool
    | Decimal
    | str
    | list["Value"]
    | dict[str, "Value"]
    | date
    | time
    | datetime
    | DaysTimeDuration
    | YearsMonthsDuration
    | Range
    | Function
    | None
)

KIND_NAMES: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    DaysTimeDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    Range: "range",
    Function: "function",
}

DANISH_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "ja/nej",
    Decimal: "tal",
    str: "tekst",
    list: "liste",
    dict: "kontekst",
    date: "dato",
    time: "klokkeslæt",
    datetime: "dato og klokkeslæt",
    DaysTimeDuration: "varighed i dage og tid",
    YearsMonthsDuration: "varighed i år og måneder",
    Range: "interval",
    Function: "funktion",
}


def danish_kind(value: Value) -> str:
    """What kind of value this is, in the words that messages use."""
    return DANISH_KINDS.get(type(value), "ukendt værdi")
