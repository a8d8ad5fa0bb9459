"""How a built-in function is declared: its signature as the specification writes it, and its code.

    @metered("substring(string: string, start position: number, length?: number)")
    def substring(run, text, start, length=None): ...

A `?` marks a parameter that may be left out, a `*` one that takes all that remain. Kinds are joined by
`|`; `any` takes null as well, every other kind makes the call null when an argument does not fit, after
the two conversions of DMN 1.5 §10.3.2.9.4 (a list of one is its element, and a value a list of one).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

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
    danish_kind,
)

_KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (Date,),
    "time": (Time,),
    "datetime": (DateTime,),
    "days": (DaysTimeDuration,),
    "months": (YearsMonthsDuration,),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
    "null": (type(None),),
}


@dataclass(frozen=True, slots=True)
class BuiltinParameter:
    """A parameter: its name and the types that it takes (None: any value, null included)."""

    name: str
    kinds: frozenset[type] | None
    optional: bool
    rest: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to invoke a built-in."""

    text: str
    parameters: tuple[BuiltinParameter, ...]
    code: Callable[..., Value]

    def takes(self, count: int) -> bool:
        """Whether so many arguments in order fit."""
        if self.parameters and self.parameters[-1].rest:
            return count >= len(self.parameters)
        needed = sum(not parameter.optional for parameter in self.parameters)
        return needed <= count <= len(self.parameters)

    def fit(self, arguments: list[Value]) -> list[Value] | None:
        """The arguments, converted where they must be; None when one of them does not fit."""
        parameters = self.parameters
        if parameters and parameters[-1].rest:
            last = parameters[-1]
            parameters = parameters[:-1] + (last,) * (len(arguments) - len(parameters) + 1)
        fitted: list[Value] = []
        for parameter, value in zip(parameters, arguments, strict=False):
            kinds = parameter.kinds
            if kinds is None or type(value) in kinds:
                fitted.append(value)
            elif isinstance(value, list) and len(value) == 1 and type(value[0]) in kinds:
                fitted.append(value[0])
            elif list in kinds and value is not None:
                fitted.append([value])
            else:
                return None
        return fitted

    def begins(self, names: list[str]) -> bool:
        """Whether the named arguments stand in the order of the parameters."""
        return [each.name for each in self.parameters[: len(names)]] == names

    def arrange(self, given: dict[str, Value]) -> list[Value] | None:
        """Named arguments in the order of the parameters; None when the names do not fit."""
        known = [parameter.name for parameter in self.parameters]
        if not given.keys() <= set(known):
            return None
        needed = {each.name for each in self.parameters if not each.optional}
        if not needed <= given.keys():
            return None
        last = max((known.index(name) for name in given), default=-1)
        return [given.get(name) for name in known[: last + 1]]


Declared = dict[str, list[Signature]]


Code = Callable[..., Value]
Declare = Callable[[str], Callable[[Code], Code]]


def declare(table: Declared) -> tuple[Declare, Declare]:
    """Two decorators that put a function under the name of its signature in a family's table.

    The first is for functions of their arguments alone, whose work is small; the second for those that
    also take the run, to pay for work or to say why they answer null.
    """

    def builtin(text: str) -> Callable[[Code], Code]:
        def register(code: Code) -> Code:
            _enter(table, text, lambda _, *arguments: code(*arguments))
            return code

        return register

    def metered(text: str) -> Callable[[Code], Code]:
        def register(code: Code) -> Code:
            _enter(table, text, code)
            return code

        return register

    return builtin, metered


def _enter(table: Declared, text: str, code: Code) -> None:
    name, parameters = text.removesuffix(")").split("(", 1)
    read = tuple(_parameter(part) for part in parameters.split(",") if part.strip())
    table.setdefault(name, []).append(Signature(text, read, code))


def _parameter(text: str) -> BuiltinParameter:
    name, kinds = (part.strip() for part in text.split(":"))
    types: frozenset[type] | None = None
    if kinds != "any":
        types = frozenset(kind for word in kinds.split("|") for kind in _KINDS[word])
    return BuiltinParameter(name.strip("*?"), types, name.endswith("?"), name.startswith("*"))


def function_of(name: str, signatures: list[Signature]) -> Function:
    """The function value of a built-in with its signatures, the first that fits being the one used."""

    def refuse(run: Run, arguments: list[Value]) -> Value:
        kinds = ", ".join(danish_kind(value) for value in arguments[:5])
        return run.warn("feel:call", f"{name}() kan ikke bruges på ({kinds}).")

    def positional(run: Run, arguments: list[Value]) -> Value:
        for signature in signatures:
            if signature.takes(len(arguments)):
                fitted = signature.fit(arguments)
                if fitted is not None:
                    return signature.code(run, *fitted)
        return refuse(run, arguments)

    def named(run: Run, given: dict[str, Value]) -> Value:
        # Two signatures may have the same names: before(point, range) and before(range, point).
        order = list(given)
        run.charge(6 * len(signatures))
        for signature in sorted(signatures, key=lambda each: not each.begins(order)):
            arguments = signature.arrange(given)
            fitted = None if arguments is None else signature.fit(arguments)
            if fitted is not None:
                return signature.code(run, *fitted)
        return refuse(run, list(given.values()))

    parameters = (
        tuple(each.name for each in signatures[0].parameters) if len(signatures) == 1 else None
    )
    return Function(name, parameters, positional, named)
