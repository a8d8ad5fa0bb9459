"""A designer's regular expression, kept to those that cannot be made to run for ever.

Python's `re` backtracks: `(a+)+` on thirty characters takes minutes. So a pattern is read with Python's own parser, and
refused when a repetition holds another one or a choice, when it has many open repetitions or choices, or refers back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]  # typeshed leaves the parser out
from re import _parser  # type: ignore[attr-defined]  # typeshed leaves the parser out
from typing import Any

from app.forms.draw import Draw

MAX_PATTERN = 200
MAX_OPEN = 3
MAX_WAYS = 64
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
_PLAIN = (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN, sre.AT)
_ALPHABET = "aA0bB1 -.,@cCæøåÆØÅ23456789defghijklmnopqrstuvwxyzDEFGHIJKLMNOPQRSTUVWXYZ/_+()"


class PatternError(Exception):
    """The pattern cannot be used; the text says why, in Danish."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that has been found safe; searched for, not anchored, as form-js does."""

    source: str

    def found_in(self, text: str) -> bool:
        """Whether `text` holds the pattern."""
        return _compiled(self.source).search(text) is not None

    def example(self, draw: Draw) -> str:
        """Write a text that probably holds the pattern."""
        return "".join(_written(_parser.parse(self.source, re.ASCII), draw))


@lru_cache(maxsize=512)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source, re.ASCII)


def read_pattern(source: str) -> Pattern:
    """Check a regular expression.

    Raises:
        PatternError: it is too long, cannot be read, or could run for too long.
    """
    if len(source) > MAX_PATTERN:
        raise PatternError(f"Mønsteret er for langt: højst {MAX_PATTERN} tegn.")
    try:
        tree = _parser.parse(source, re.ASCII)
        _compiled(source)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(f"Mønsteret kan ikke læses: {error}.") from error
    cost = _cost(tree, inside=False)
    if cost.open + (not source.startswith("^")) > MAX_OPEN or cost.ways > MAX_WAYS:
        raise PatternError(
            "Mønsteret har så mange åbne gentagelser og valg, at det kan tage for lang tid. "
            "Begynd det med ^, og gør det enklere."
        )
    return Pattern(source)


@dataclass(frozen=True, slots=True)
class _Cost:
    """What makes backtracking slow: open repetitions (a power of the text's length), and ways to choose."""

    open: int = 0
    ways: int = 1

    def then(self, other: _Cost) -> _Cost:
        return _Cost(self.open + other.open, self.ways * other.ways)


def _cost(tree: Iterable[Any], *, inside: bool) -> _Cost:
    """Add up what a pattern costs; raise where a repetition could multiply a choice."""
    cost = _Cost()
    for op, argument in tree:
        if op in _REPEATS:
            cost = cost.then(_repeat_cost(*argument, inside=inside))
        elif op is sre.SUBPATTERN:
            cost = cost.then(_cost(argument[3], inside=inside))
        elif op is sre.BRANCH:
            if inside:
                raise PatternError(
                    "Mønsteret har et valg inde i en gentagelse og kan tage for lang tid."
                )
            branches = [_cost(branch, inside=False) for branch in argument[1]]
            opened, ways = max(item.open for item in branches), sum(item.ways for item in branches)
            cost = cost.then(_Cost(opened, ways))
        elif op not in _PLAIN:
            raise PatternError(
                "Mønsteret bruger noget, som Forløb ikke tillader (fx henvisning tilbage)."
            )
    return cost


def _repeat_cost(low: int, high: int, body: Iterable[Any], *, inside: bool) -> _Cost:
    if low != high and inside:
        raise PatternError(
            "Mønsteret har en gentagelse inde i en gentagelse og kan tage for lang tid."
        )
    within = _cost(body, inside=inside or high > 1)
    if low == high:
        return within
    return within.then(_Cost(0, 2) if high == 1 else _Cost(1, 1))


def _written(tree: Iterable[Any], draw: Draw) -> Iterable[str]:
    for op, argument in tree:
        if op is sre.LITERAL:
            yield chr(argument)
        elif op is sre.ANY:
            yield draw.pick("abcdefghij")
        elif op in {sre.IN, sre.NOT_LITERAL}:
            yield _one_of(op, argument, draw)
        elif op in _REPEATS:
            low, high, body = argument
            for _ in range(draw.between(low, min(high, low + 3))):
                yield from _written(body, draw)
        elif op is sre.SUBPATTERN:
            yield from _written(argument[3], draw)
        elif op is sre.BRANCH:
            yield from _written(draw.pick(argument[1]), draw)


def _one_of(op: Any, argument: Any, draw: Draw) -> str:
    """Pick a character that the class holds: by asking it, so that every kind of class is understood."""
    items = [(op, argument)] if op is sre.NOT_LITERAL else argument
    chosen = [chr(item) for kind, item in items if kind is sre.LITERAL]
    letters = [letter for letter in _ALPHABET if _holds(items, letter)]
    return draw.pick(letters or chosen or ["x"])


def _holds(items: Any, letter: str) -> bool:
    point, negated, held = ord(letter), False, False
    for kind, item in items:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.NOT_LITERAL:
            held = held or point != item
        elif kind is sre.LITERAL:
            held = held or point == item
        elif kind is sre.RANGE:
            held = held or item[0] <= point <= item[1]
        else:
            held = held or _in_category(item, letter)
    return held != negated


def _in_category(category: Any, letter: str) -> bool:
    name = str(category)
    test = re.compile(
        {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.rsplit("_", 1)[-1]], re.ASCII
    )
    return (test.match(letter) is not None) != ("NOT_" in name)
