"""Sets of characters, as functions that say whether one is in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

CharacterTest: TypeAlias = Callable[[str], bool]

_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)


def one(character: str, *, ignore_case: bool) -> CharacterTest:
    """A single character, in either case where that is asked for."""
    if ignore_case:
        folded = character.casefold()
        return lambda c: c.casefold() == folded
    return lambda c: c == character


def span(first: str, last: str, *, ignore_case: bool) -> CharacterTest:
    """All characters from one to another."""
    if ignore_case:
        return lambda c: (
            first <= c <= last or first <= c.lower() <= last or first <= c.upper() <= last
        )
    return lambda c: first <= c <= last


def category(name: str) -> CharacterTest | None:
    r"""`\p{Lu}`: a Unicode general category; None when there is none of that name."""
    if name not in _CATEGORIES:
        return None
    return lambda c: unicodedata.category(c).startswith(name)


def negated(test: CharacterTest) -> CharacterTest:
    """All characters that are not in a set."""
    return lambda c: not test(c)


def union(tests: list[CharacterTest]) -> CharacterTest:
    """All characters that are in one of the sets."""
    if len(tests) == 1:
        return tests[0]
    return lambda c: any(test(c) for test in tests)


def without(test: CharacterTest, taken: CharacterTest) -> CharacterTest:
    """The characters of one set that are not in the other."""
    return lambda c: test(c) and not taken(c)


def anything(_: str) -> bool:
    """Any character (`.` with the flag s)."""
    return True


def in_line(character: str) -> bool:
    """Any character but the end of a line (`.`)."""
    return character not in "\n\r"


def _space(character: str) -> bool:
    return character in " \t\n\r"


def _digit(character: str) -> bool:
    return unicodedata.category(character) == "Nd"


def _word(character: str) -> bool:
    return unicodedata.category(character)[0] not in "PZC"


def _name_start(character: str) -> bool:
    return character in "_:" or character.isalpha()


def _name(character: str) -> bool:
    return (
        character in "_:.-\u00b7"
        or character.isalnum()
        or unicodedata.category(character)[0] == "M"
    )


ESCAPES: dict[str, CharacterTest] = {
    "s": _space,
    "d": _digit,
    "w": _word,
    "i": _name_start,
    "c": _name,
}
ESCAPES |= {letter.upper(): negated(test) for letter, test in ESCAPES.items()}
