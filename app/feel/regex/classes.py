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


# Unicode blocks by XML Schema's names, those of scripts and signs that a pattern here may ask for.
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "Devanagari": (0x0900, 0x097F),
    "Thai": (0x0E00, 0x0E7F),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
}


def one(character: str, *, ignore_case: bool) -> CharacterTest:
    """A single character, in either case where that is asked for."""
    if ignore_case:
        folded = character.casefold()
        return lambda c: c.casefold() == folded
    return lambda c: c == character


def span(first: str, last: str, *, ignore_case: bool) -> CharacterTest:
    """All characters from one to another."""
    if ignore_case:
        return lambda c: any(first <= each <= last for each in _cases(c))
    return lambda c: first <= c <= last


def _cases(character: str) -> tuple[str, ...]:
    """A character in its cases; the Kelvin sign is a k, and so a K."""
    small, large = character.lower(), character.upper()
    return character, small, large, small.upper(), large.lower()


def category(name: str) -> CharacterTest | None:
    r"""`\p{Lu}`, `\p{IsGreek}`: a Unicode category or block; None when there is none of that name."""
    if name.startswith("Is") and name[2:] in _BLOCKS:
        first, last = map(chr, _BLOCKS[name[2:]])
        return span(first, last, ignore_case=False)
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
