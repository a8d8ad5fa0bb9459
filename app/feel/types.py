"""FEEL's types as `instance of` names them: reading them, and asking whether a value is of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from decimal import Decimal
from functools import lru_cache

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
    promised = _known(function.result)
    if promised.name != "Any" and not conforms(promised, result):
        return False
    if function.parameters is None or len(function.parameters) != len(parameters):
        return function.parameters is None
    given = function.types or (None,) * len(parameters)
    return all(conforms(other, _known(own)) for own, other in zip(given, parameters, strict=True))


@lru_cache(maxsize=256)
def _known(text: str | None) -> Type:
    """A type from its text: Any where nothing is said, a type of the caller's where it is none of FEEL's."""
    try:
        return read_type(Cursor(text or "Any", {}))
    except FeelError:
        return Type(0, text or "Any")


def type_text(named: Type) -> str:
    """A type as it is written."""
    if not named.arguments:
        return named.name
    inside = [type_text(each) for each in named.arguments]
    if named.name == "function":
        return f"function<{', '.join(inside[:-1])}> -> {inside[-1]}"
    if named.names:
        inside = [f"{name}: {text}" for name, text in zip(named.names, inside, strict=True)]
    return f"{named.name}<{', '.join(inside)}>"


def conforms(given: Type, wanted: Type) -> bool:
    """Whether every value of a type is one of another (DMN 1.5 §10.3.2.9.2)."""
    if wanted.name == "Any" or given.name == "Null":
        return True
    if _KINDS.get(given.name, given.name) != _KINDS.get(wanted.name, wanted.name):
        return False
    if wanted.name == "context":
        has = dict(zip(given.names, given.arguments, strict=True))
        pairs = zip(wanted.names, wanted.arguments, strict=True)
        return all(name in has and conforms(has[name], each) for name, each in pairs)
    if wanted.name == "function" and given.arguments and wanted.arguments:
        # A function that takes more may stand for one that takes less.
        *takes, gives = given.arguments
        *parameters, result = wanted.arguments
        if len(takes) != len(parameters) or not conforms(gives, result):
            return False
        return all(map(conforms, parameters, takes))
    if len(given.arguments) != len(wanted.arguments):
        return not wanted.arguments
    return all(map(conforms, given.arguments, wanted.arguments))


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
