"""FEEL's types as `instance of` names them: reading them, and asking whether a value is of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal

from app.feel.cursor import Cursor, Spelling, spelled
from app.feel.errors import FeelError
from app.feel.nodes import Type
from app.feel.run import Run
from app.feel.values import (
    Date,
    DateTime,
    DaysTimeDuration,
    Function,
    Range,
    Time,
    Value,
    YearsMonthsDuration,
)

_WORDS = (
    ("date", "and", "time"),
    ("days", "and", "time", "duration"),
    ("day", "and", "time", "duration"),
    ("years", "and", "months", "duration"),
    ("year", "and", "month", "duration"),
)
_KINDS: dict[str, type | tuple[type, ...]] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": Date,
    "time": Time,
    "date and time": DateTime,
    "days and time duration": DaysTimeDuration,
    "day and time duration": DaysTimeDuration,
    "years and months duration": YearsMonthsDuration,
    "year and month duration": YearsMonthsDuration,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
    "Null": type(None),
}


def read_type(at: Cursor) -> Type:
    """Read a type; raises FeelError."""
    at.deeper()
    position = at.token.start
    name = _type_name(at)
    names: list[str] = []
    arguments: list[Type] = []
    if at.is_op("<") and name in ("list", "range", "context", "function"):
        at.step()
        while not at.is_op(">"):
            if arguments:
                at.expect(",")
            if name == "context":
                names.append(spelled(at.declared_name(":")))
                at.step()
            arguments.append(read_type(at))
        at.step()
    if name == "function" and at.accept("->"):
        arguments.append(read_type(at))
    at.higher()
    return Type(position, name, tuple(names), tuple(arguments))


def _type_name(at: Cursor) -> str:
    for words in _WORDS:
        if all(at.peek(ahead).text == word for ahead, word in enumerate(words)):
            for _ in words:
                at.step()
            return " ".join(words)
    position = at.token.start
    own = at.type_name()
    if own is not None:
        return own
    name = at.step().text if at.is_word("function", "null") else at.name(entry=True)
    if name not in _KINDS and name != "Any":
        raise FeelError(f"{name!r} er ikke en type.", position, at.text)
    return name


Check = Callable[[Value, Run], bool]
_CONSTRUCTED = ("list", "range", "context", "function")


def is_whole(wanted: Type) -> bool:
    """Whether a type says what it is made of, all the way down (§10.3.2.9: `list` alone is no type)."""
    made = bool(wanted.arguments) or wanted.name not in _CONSTRUCTED
    return made and all(map(is_whole, wanted.arguments))


def checker(wanted: Type) -> Check:
    """A function that says whether a value is of a type; null is of type Null and Any only."""
    if wanted.name == "Any":
        return lambda value, _: value is not None
    if wanted.name not in _KINDS:
        return lambda value, run: _is_own(wanted.name, value, run)
    kind = _KINDS[wanted.name]
    inner = [checker(argument) for argument in wanted.arguments]
    if wanted.name == "function" and inner:
        return lambda value, _: isinstance(value, Function) and _takes(value, wanted.arguments)
    if not inner:
        return lambda value, _: type(value) is kind
    if wanted.name == "list":
        return lambda value, run: isinstance(value, list) and _each(value, inner[0], run)
    if wanted.name == "context":
        return lambda value, run: (
            isinstance(value, dict) and _entries(value, wanted.names, inner, run)
        )
    return lambda value, run: (
        isinstance(value, Range) and _each([value.start, value.end], inner[0], run)
    )


def _is_own(name: str, value: Value, run: Run) -> bool:
    """Whether a value is of a type that the caller knows."""
    return value is not None and name in run.types and run.types[name](value, run)


def _takes(function: Function, wanted: tuple[Type, ...]) -> bool:
    """Whether a function has the parameters of a function type, whose result stands last."""
    *parameters, result = wanted
    if function.result not in (None, "Any", result.name) and result.name != "Any":
        return False
    if function.parameters is None or len(function.parameters) != len(parameters):
        return function.parameters is None
    given = function.types or (None,) * len(parameters)
    return all(
        own is None or other.name == own or "Any" in (own, other.name)
        for own, other in zip(given, parameters, strict=True)
    )


def _each(values: list[Value], check: Check, run: Run) -> bool:
    run.charge(len(values))
    return all(value is None or check(value, run) for value in values)


def _entries(
    value: dict[str, Value], names: tuple[str, ...], checks: list[Check], run: Run
) -> bool:
    run.charge(len(names))
    return all(
        name in value and (value[name] is None or check(value[name], run))
        for name, check in zip(names, checks, strict=True)
    )


def conform(value: Value, check: Check, run: Run) -> tuple[Value] | None:
    """A value as a type promises it, itself or converted (§10.3.2.9.4); None where it cannot be.

    A list of one gives its element, an element becomes a list of one, and a date the instant of its midnight in UTC.
    """
    if value is None or check(value, run):
        return (value,)
    if isinstance(value, list):
        one = value[0] if len(value) == 1 else None
        return (one,) if one is not None and check(one, run) else None
    if check([value], run):
        return ([value],)
    if isinstance(value, Date):
        midnight = DateTime(value, Time(0, 0, 0, 0, UTC))
        return (midnight,) if check(midnight, run) else None
    return None


def type_check(text: str, types: tuple[Spelling, ...] = ()) -> Check:
    """A function that says whether a value is of the type that a text names; raises FeelError."""
    at = Cursor(text, {}, types)
    wanted = read_type(at)
    if at.token.kind != "end":
        raise at.error("Her skulle typen slutte")
    return checker(wanted)
