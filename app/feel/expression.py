"""The language at hand: parse a text once, evaluate it many times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias

from app.feel.builtins import BUILTINS
from app.feel.cells import INPUT, compile_tests
from app.feel.code import Code
from app.feel.compiler import compile_node
from app.feel.cursor import Known, Spelling, known_names, spelling
from app.feel.errors import FeelError, FeelWarning
from app.feel.jsonvalue import admit, settle
from app.feel.names import free_names
from app.feel.nodes import Node, measure
from app.feel.parser import parse_expression, parse_tests
from app.feel.properties import SPACED
from app.feel.run import Frame, Run
from app.feel.values import Value

FUEL = 100_000
_RANKED = 6
"""Steps that asking one of several tests takes, when it is asked by itself."""
_CACHED = 2_048


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A text that has been read.

    Attributes:
        text: the text as written.
        names: the variables that it reads from outside (built-in functions are none).
        tree: its syntax tree.
    """

    text: str
    names: frozenset[str]
    tree: Node
    _code: Code = field(repr=False)
    _size: int = field(repr=False)
    _tests: tuple[Code, ...] = field(repr=False)

    def run(self, frame: Frame) -> Value:
        """The value in a scope, as a caller gets it. Raises FeelError, knowing this text."""
        return self._guarded(frame, lambda inner: settle(self._code(inner), inner.run))

    def within(self, frame: Frame) -> Value:
        """The value in a scope, as a part of a larger evaluation. Raises FeelError."""
        return self._guarded(frame, self._code)

    def rank(self, frame: Frame) -> int | None:
        """Which of several unary tests the scope's input (`with_input`) passes first, from 0."""
        for place, passes in enumerate(self._tests):
            if self._guarded(frame, passes, _RANKED) is True:
                return place
        return None

    def _guarded(self, frame: Frame, code: Code, cost: int = 0) -> Value:
        try:
            frame.run.charge(cost or self._size)
            return code(frame)
        except FeelError as error:
            raise error.at(self.text) from None
        except RecursionError:
            # The depth limits stop an expression long before, unless the caller is very deep already.
            raise FeelError("Udtrykket er for dybt.", None, self.text, code="feel:depth") from None


def with_input(value: Value, frame: Frame) -> Frame:
    """A scope in which unary tests ask about a value."""
    return Frame({INPUT: value}, frame, frame.run)


def parse(text: str, names: Iterable[str] = (), types: Iterable[str] = ()) -> Expression:
    """Read an expression; remembered, so that the same text is read once.

    Args:
        text: FEEL, without the leading `=` that BPMN files use.
        names: variables and entries whose names hold spaces or signs, that this text may use as they are.
        types: types that `instance of` and parameters may name besides FEEL's own.

    Raises:
        FeelError: where the text is no expression, or one too long or too deep.
    """
    return _read(text, frozenset(names), frozenset(types), parse_expression)


def parse_unary_tests(
    text: str, names: Iterable[str] = (), types: Iterable[str] = ()
) -> Expression:
    """Read unary tests, as in a cell of a decision table: `-`, `< 5`, `"a", "b"`, `not([1..3])`.

    Raises:
        FeelError: where the text is no list of tests, or one too long or too deep.
    """
    return _read(text, frozenset(names), frozenset(types), parse_tests)


_Reader: TypeAlias = Callable[[str, Known, tuple[Spelling, ...]], Node]


@lru_cache(maxsize=_CACHED)
def _read(text: str, names: frozenset[str], types: frozenset[str], reader: _Reader) -> Expression:
    try:
        tree = reader(text, _known(names) if names else _BUILT_IN, _spellings(types))
        read = free_names(tree) - {INPUT}
        return Expression(
            text,
            frozenset(n for n in read if n not in BUILTINS),
            tree,
            compile_node(tree),
            measure(tree)[0],
            compile_tests(tree, compile_node),
        )
    except FeelError as error:
        raise error.at(text) from None
    except RecursionError:
        raise FeelError("Udtrykket er for dybt.", None, text, code="feel:depth") from None


_BUILT_IN = known_names((*BUILTINS, *SPACED))


@lru_cache(maxsize=64)
def _known(names: frozenset[str]) -> Known:
    return known_names(sorted(names), _BUILT_IN)


@lru_cache(maxsize=64)
def _spellings(types: frozenset[str]) -> tuple[Spelling, ...]:
    spelled = filter(None, map(spelling, types))
    return tuple(sorted(spelled, key=lambda parts: (-len(parts), parts)))


def evaluate(
    expression: Expression | str,
    variables: Mapping[str, object],
    *,
    now: datetime | None = None,
    fuel: int = FUEL,
    trace: list[FeelWarning] | None = None,
) -> Value:
    """The value of an expression; null where types do not fit (DMN 1.5 §10.3.2.13).

    Args:
        expression: an expression, or its text.
        variables: FEEL values or JSON values by name; never changed. An unknown name is null.
        now: the instant that now() and today() answer with, aware; without it they are an error.
        fuel: how many steps it may take (about 0.3 µs each).
        trace: a list that warnings are added to: why a part became null.

    Raises:
        FeelError: see `FeelError.code`.
    """
    if isinstance(expression, str):
        expression = parse(expression, (name for name in variables if not name.isidentifier()))
    run = Run(variables, fuel, now, trace)
    return expression.run(Frame(run.admitted, None, run))


def test(
    expression: Expression | str,
    value: object,
    variables: Mapping[str, object],
    *,
    now: datetime | None = None,  # noqa: PT028 -- a test of FEEL's, none of pytest's
    fuel: int = FUEL,  # noqa: PT028 -- as above
    trace: list[FeelWarning] | None = None,  # noqa: PT028 -- as above
) -> bool | None:
    """Whether a value passes unary tests; None where that has no answer.

    Args:
        expression: unary tests, or their text.
        value: the input, `?` in the tests; a FEEL or JSON value.
        variables: what names stand for, as in `evaluate`.
        now: the instant that now() and today() answer with.
        fuel: how many steps it may take.
        trace: a list that warnings are added to.

    Raises:
        FeelError: see `FeelError.code`.
    """
    parsed = parse_unary_tests(expression) if isinstance(expression, str) else expression
    run = Run(variables, fuel, now, trace)
    result = parsed.run(with_input(admit(value, run), Frame(run.admitted, None, run)))
    return result if isinstance(result, bool) else None
