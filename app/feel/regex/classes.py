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


# Unicode blocks by the names of XML Schema (part 2, appendix F), with their first and last character.
_BLOCKS = {
    name: (int(first, 16), int(last, 16))
    for name, first, last in (
        line.split()
        for line in """
    BasicLatin 0 7F
    Latin-1Supplement 80 FF
    LatinExtended-A 100 17F
    LatinExtended-B 180 24F
    IPAExtensions 250 2AF
    SpacingModifierLetters 2B0 2FF
    CombiningDiacriticalMarks 300 36F
    Greek 370 3FF
    GreekandCoptic 370 3FF
    Cyrillic 400 4FF
    CyrillicSupplement 500 52F
    Armenian 530 58F
    Hebrew 590 5FF
    Arabic 600 6FF
    Syriac 700 74F
    ArabicSupplement 750 77F
    Thaana 780 7BF
    Devanagari 900 97F
    Bengali 980 9FF
    Gurmukhi A00 A7F
    Gujarati A80 AFF
    Oriya B00 B7F
    Tamil B80 BFF
    Telugu C00 C7F
    Kannada C80 CFF
    Malayalam D00 D7F
    Sinhala D80 DFF
    Thai E00 E7F
    Lao E80 EFF
    Tibetan F00 FFF
    Myanmar 1000 109F
    Georgian 10A0 10FF
    HangulJamo 1100 11FF
    Ethiopic 1200 137F
    Cherokee 13A0 13FF
    UnifiedCanadianAboriginalSyllabics 1400 167F
    Ogham 1680 169F
    Runic 16A0 16FF
    Tagalog 1700 171F
    Khmer 1780 17FF
    Mongolian 1800 18AF
    PhoneticExtensions 1D00 1D7F
    LatinExtendedAdditional 1E00 1EFF
    GreekExtended 1F00 1FFF
    GeneralPunctuation 2000 206F
    SuperscriptsandSubscripts 2070 209F
    CurrencySymbols 20A0 20CF
    CombiningMarksforSymbols 20D0 20FF
    CombiningDiacriticalMarksforSymbols 20D0 20FF
    LetterlikeSymbols 2100 214F
    NumberForms 2150 218F
    Arrows 2190 21FF
    MathematicalOperators 2200 22FF
    MiscellaneousTechnical 2300 23FF
    ControlPictures 2400 243F
    OpticalCharacterRecognition 2440 245F
    EnclosedAlphanumerics 2460 24FF
    BoxDrawing 2500 257F
    BlockElements 2580 259F
    GeometricShapes 25A0 25FF
    MiscellaneousSymbols 2600 26FF
    Dingbats 2700 27BF
    BraillePatterns 2800 28FF
    CJKRadicalsSupplement 2E80 2EFF
    KangxiRadicals 2F00 2FDF
    IdeographicDescriptionCharacters 2FF0 2FFF
    CJKSymbolsandPunctuation 3000 303F
    Hiragana 3040 309F
    Katakana 30A0 30FF
    Bopomofo 3100 312F
    HangulCompatibilityJamo 3130 318F
    Kanbun 3190 319F
    BopomofoExtended 31A0 31BF
    EnclosedCJKLettersandMonths 3200 32FF
    CJKCompatibility 3300 33FF
    CJKUnifiedIdeographsExtensionA 3400 4DBF
    CJKUnifiedIdeographs 4E00 9FFF
    YiSyllables A000 A48F
    YiRadicals A490 A4CF
    HangulSyllables AC00 D7A3
    PrivateUse E000 F8FF
    PrivateUseArea E000 F8FF
    CJKCompatibilityIdeographs F900 FAFF
    AlphabeticPresentationForms FB00 FB4F
    ArabicPresentationForms-A FB50 FDFF
    CombiningHalfMarks FE20 FE2F
    CJKCompatibilityForms FE30 FE4F
    SmallFormVariants FE50 FE6F
    ArabicPresentationForms-B FE70 FEFF
    HalfwidthandFullwidthForms FF00 FFEF
    Specials FFF0 FFFF
    OldItalic 10300 1032F
    Gothic 10330 1034F
    Deseret 10400 1044F
    ByzantineMusicalSymbols 1D000 1D0FF
    MusicalSymbols 1D100 1D1FF
    MathematicalAlphanumericSymbols 1D400 1D7FF
    Emoticons 1F600 1F64F
    CJKUnifiedIdeographsExtensionB 20000 2A6DF
    CJKCompatibilityIdeographsSupplement 2F800 2FA1F
    Tags E0000 E007F
    """.strip().splitlines()
    )
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
