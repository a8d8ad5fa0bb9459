"""The grammar of regular expressions: from a pattern to a tree of what it matches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.feel.regex import classes
from app.feel.regex.classes import CharacterTest

MAX_PATTERN = 1_000
MAX_GROUPS_DEEP = 20
MAX_REPEAT = 1_000

_SELF_ESCAPED = frozenset("\\|.-^?*+{}()[]$")
_GROUP_DIGITS = frozenset("123456789")
_DIGITS = frozenset("0123456789")
_LITERAL_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


class PatternError(Exception):
    """A pattern or replacement that cannot be used; its message is Danish.

    Attributes:
        steps: what finding it out takes, in a run's fuel.
    """

    def __init__(self, message: str, steps: int = 60) -> None:
        super().__init__(message)
        self.steps = steps


@dataclass(frozen=True, slots=True)
class One:
    """One character of a set."""

    test: CharacterTest


@dataclass(frozen=True, slots=True)
class Edge:
    """`^` or `$`."""

    start: bool


@dataclass(frozen=True, slots=True)
class Back:
    r"""`\1`: what a group before it matched, or nothing where it did not."""

    number: int
    ignore_case: bool


@dataclass(frozen=True, slots=True)
class Group:
    """`( … )`; number 0 is one that is not remembered."""

    number: int
    inner: Tree


@dataclass(frozen=True, slots=True)
class Repeat:
    """A quantifier; most is None where there is no limit."""

    inner: Tree
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after another."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One or another."""

    branches: tuple[Tree, ...]


Tree: TypeAlias = One | Edge | Back | Group | Repeat | Sequence | Choice


class Reader:
    """Reads a pattern from left to right.

    Args:
        pattern: the regular expression.
        flags: any of s (dot takes line ends), m (edges of lines), i (either case), x (blanks in the
            pattern are no part of it), q (every character stands for itself).
    """

    def __init__(self, pattern: str, flags: str) -> None:
        if len(pattern) > MAX_PATTERN:
            raise PatternError(f"Mønsteret er for langt: højst {MAX_PATTERN} tegn.")
        if not set(flags) <= set("smixq"):
            raise PatternError("Flag kan være s, m, i, x og q.")
        self.groups = 0
        self._ignore_case = "i" in flags
        self._dot = classes.anything if "s" in flags else classes.in_line
        self._blanks = "x" in flags and "q" not in flags
        self._literally = "q" in flags
        self._text = pattern
        self._at = 0
        self._deep = 0
        self._closed: set[int] = set()

    def read(self) -> Tree:
        """The whole pattern."""
        if self._literally:
            return Sequence(tuple(self._one(character) for character in self._text))
        tree = self._choice()
        if self._at < len(self._text):
            raise PatternError("Mønsteret har en ) for meget.")
        return tree

    def _one(self, character: str) -> One:
        return One(classes.one(character, ignore_case=self._ignore_case))

    def _peek(self) -> str:
        if self._blanks:
            while self._at < len(self._text) and self._text[self._at] in " \t\n\r":
                self._at += 1
        return self._text[self._at] if self._at < len(self._text) else ""

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise PatternError("Mønsteret slutter for tidligt.")
        self._at += 1
        return self._text[self._at - 1]

    def _choice(self) -> Tree:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Tree:
        items: list[Tree] = []
        while (character := self._peek()) and character not in "|)":
            items.append(self._quantified(self._atom()))
        return Sequence(tuple(items))

    def _quantified(self, atom: Tree) -> Tree:
        sign = self._peek()
        if sign == "" or sign not in "?*+{":
            return atom
        if isinstance(atom, Edge):
            raise PatternError("Et anker kan ikke gentages.")
        self._at += 1
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self._counted()
        greedy = self._peek() != "?"
        if not greedy:
            self._at += 1
        if (following := self._peek()) and following in "?*+{":
            raise PatternError("Mønsteret har to gentagelsestegn efter hinanden.")
        return Repeat(atom, least, most, greedy)

    def _counted(self) -> tuple[int, int | None]:
        end = self._text.find("}", self._at)
        within = self._text[self._at : end]
        if self._blanks:
            within = "".join(within.split())
        bounds = within.split(",") if end >= 0 else []
        numbers = [
            bound for bound in bounds if bound.isascii() and bound.isdigit() and len(bound) < 5
        ]
        if (
            len(bounds) not in (1, 2)
            or bounds[0] not in numbers
            or (bounds[-1] and bounds[-1] not in numbers)
        ):
            raise PatternError("Et antal gentagelser skrives {2}, {2,} eller {2,4}.")
        self._at = end + 1
        least = int(bounds[0])
        most = int(bounds[-1]) if bounds[-1] else None
        if max(least, most or 0) > MAX_REPEAT or (most is not None and most < least):
            raise PatternError(f"Antallet af gentagelser er forkert; højst {MAX_REPEAT}.")
        return least, most

    def _atom(self) -> Tree:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return One(self._class())
        if character == "\\":
            # With the flag x, blanks go before anything is read: also those after a backslash.
            if self._peek() in _GROUP_DIGITS:
                return self._back()
            return One(self._escape())
        if character == ".":
            return One(self._dot)
        if character in "^$":
            return Edge(character == "^")
        if character in "?*+{}]":
            raise PatternError(f"Tegnet {character} står forkert i mønsteret.")
        return self._one(character)

    def _group(self) -> Tree:
        self._deep += 1
        if self._deep > MAX_GROUPS_DEEP:
            raise PatternError("Mønsteret har for mange parenteser i hinanden.")
        number = 0
        if self._text.startswith("?:", self._at):
            self._at += 2
        elif self._peek() == "?":
            raise PatternError("Den slags gruppe kan ikke bruges.")
        else:
            self.groups += 1
            number = self.groups
        inner = self._choice()
        if self._peek() != ")":
            raise PatternError("Mønsteret mangler en ).")
        self._at += 1
        self._deep -= 1
        self._closed.add(number)
        return Group(number, inner)

    def _back(self) -> Tree:
        """A reference back: as many digits as name a group that there is (XPath functions 3.1 §5.6.1)."""
        number = int(self._next())
        while (digit := self._text[self._at : self._at + 1]) in _DIGITS and digit:
            if 10 * number + int(digit) > self.groups:
                break
            number = 10 * number + int(self._next())
        if number not in self._closed:
            raise PatternError(f"\\{number} henviser til en gruppe, der ikke er slut endnu.")
        return Back(number, self._ignore_case)

    def _escape(self) -> CharacterTest:
        character = self._next()
        if character in classes.ESCAPES:
            return classes.ESCAPES[character]
        if character in "pP":
            return self._category(negated=character == "P")
        if character in _LITERAL_ESCAPES:
            return self._one(_LITERAL_ESCAPES[character]).test
        if character in _SELF_ESCAPED:
            return self._one(character).test
        raise PatternError(f"\\{character} betyder ikke noget i et mønster.")

    def _category(self, *, negated: bool) -> CharacterTest:
        end = self._text.find("}", self._at)
        test = None
        if self._text.startswith("{", self._at) and end > 0:
            test = classes.category(self._text[self._at + 1 : end])
        if test is None:
            raise PatternError("Der er ingen sådan gruppe af tegn.")
        self._at = end + 1
        return classes.negated(test) if negated else test

    def _class(self) -> CharacterTest:
        """What stands between [ and ], with a class taken away at its end: [a-z-[aeiou]]."""
        self._deep += 1
        if self._deep > MAX_GROUPS_DEEP:
            raise PatternError("Mønsteret har for mange parenteser i hinanden.")
        negated = self._text.startswith("^", self._at)
        self._at += negated
        tests: list[CharacterTest] = []
        taken: CharacterTest | None = None
        while not self._text.startswith("]", self._at) or not tests:
            if tests and self._text.startswith("-[", self._at):
                self._at += 2
                taken = self._class()
                if not self._text.startswith("]", self._at):
                    raise PatternError("Efter en fratrukket klasse skal klassen slutte.")
                break
            tests.append(self._member())
        self._at += 1
        self._deep -= 1
        test = classes.union(tests)
        if negated:
            test = classes.negated(test)
        return test if taken is None else classes.without(test, taken)

    def _member(self) -> CharacterTest:
        """One member of a class: a character, a span, or an escape."""
        character = self._next()
        if character in "[]":
            raise PatternError(f"Tegnet {character} skal skrives \\{character} i en klasse.")
        if character == "\\":
            following = self._text[self._at : self._at + 1]
            if following not in _SELF_ESCAPED and following not in _LITERAL_ESCAPES:
                return self._escape()
            character = self._literal()
        if not self._text.startswith("-", self._at) or self._text[self._at + 1 : self._at + 2] in (
            "]",
            "[",
        ):
            return self._one(character).test
        self._at += 1
        last = self._next()
        if last == "\\":
            last = self._literal()
        if last < character:
            raise PatternError("Et spænd i en klasse går baglæns.")
        return classes.span(character, last, ignore_case=self._ignore_case)

    def _literal(self) -> str:
        """The character that an escape in a class stands for."""
        character = self._next()
        if character in _LITERAL_ESCAPES:
            return _LITERAL_ESCAPES[character]
        if character in _SELF_ESCAPED:
            return character
        raise PatternError(f"\\{character} kan ikke stå i et spænd.")
