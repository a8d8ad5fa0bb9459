"""Where the parser is in the tokens, how deep it has gone, and which names it knows.

A FEEL name may hold spaces and signs (`string length`, `a-b`); only those that are known can be told
from an operator between two names, so the longest known name wins (DMN 1.5 §10.3.1.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from app.feel.errors import FeelError, suggestion
from app.feel.tokens import Token, tokenize

# Each level takes eleven of Python's thousand frames, and the caller has its own.
MAX_NESTING = 50

# A name cannot be one of these words unless it is in backticks: those that begin a value, join two, or
# end an expression.
_VALUES = frozenset(("true", "false", "null", "if", "for", "some", "every", "function"))
_JOINING = frozenset(("and", "or", "in", "between", "instance"))
_ENDING = frozenset(("then", "else", "return", "satisfies"))
KEYWORDS = _VALUES | _JOINING | _ENDING
# Built-in names with such a word in them are names only where they are called: `date and time(…)`.
_CALLED = frozenset(
    (
        ("date", "and", "time"),
        ("years", "and", "months", "duration"),
        ("get", "or", "else"),
    )
)

Spelling: TypeAlias = tuple[str, ...]


class KnownName(NamedTuple):
    """A name of more than one token, as its tokens and as its owner writes it."""

    parts: Spelling
    name: str


Known: TypeAlias = dict[str, tuple[KnownName, ...]]


@lru_cache(maxsize=8_192)
def spelling(name: str) -> Spelling:
    """A name as the texts of its tokens, by which it is recognised whatever its spacing.

    Nothing for a name with a sign that FEEL has not, as in `50% rabat`: it can be had in backticks only.
    """
    try:
        return tuple(token.text for token in tokenize(name)[:-1])
    except FeelError:
        return ()


def known_names(names: Iterable[str], base: Known | None = None) -> Known:
    """A table of the names of more than one token among these, by their first, longest first."""
    table = dict(base or {})
    _know(table, (KnownName(spelling(name), name) for name in names))
    return table


def _know(table: Known, names: Iterable[KnownName]) -> None:
    """Put names of more than one token in a table; a later one goes before one that is spelled the same."""
    found: dict[str, dict[Spelling, KnownName]] = {}
    for each in names:
        if len(each.parts) > 1:
            found.setdefault(each.parts[0], {})[each.parts] = each
    for first, new in found.items():
        same = {each.parts: each for each in table.get(first, ())} | new
        table[first] = tuple(sorted(same.values(), key=lambda each: (-len(each.parts), each.parts)))


def spelled(parts: Iterable[str]) -> str:
    """A name from its tokens: a space between two words, none around a sign."""
    name = ""
    for part in parts:
        wordlike = part[0].isalnum() or part[0] in "_?"
        if name and wordlike and (name[-1].isalnum() or name[-1] in "_?"):
            name += " "
        name += part
    return name


def _is_plain(token: Token) -> bool:
    return token.kind == "name" and token.text not in KEYWORDS


class Cursor:
    """The tokens of one text and a place in them.

    Args:
        text: the expression.
        names: known names of more than one token: the built-ins' and the caller's (see `known_names`).
        types: names of types besides FEEL's own, longest first.
    """

    def __init__(self, text: str, names: Known, types: tuple[Spelling, ...] = ()) -> None:
        self.text = text
        self._types = types
        self.tokens = tokenize(text)
        self.index = 0
        self.token = self.tokens[0]
        self._nesting = 0
        self._range_ends = False
        self._known = dict(names)
        self._entries: Known = {}

    def step(self) -> Token:
        """The current token; the next becomes current."""
        token = self.token
        if token.kind != "end":
            self.index += 1
            self.token = self.tokens[self.index]
        return token

    def peek(self, ahead: int = 1) -> Token:
        """A token further on, the last of all where there are no more."""
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def is_op(self, *texts: str) -> bool:
        """Whether the current token is one of these signs."""
        return self.token.kind == "op" and self.token.text in texts

    def is_word(self, *texts: str) -> bool:
        """Whether the current token is one of these keywords."""
        return self.token.kind == "name" and self.token.text in texts

    def accept(self, *texts: str) -> bool:
        """Step over one of these signs or keywords if it is here."""
        if self.token.kind in ("op", "name") and self.token.text in texts:
            self.step()
            return True
        return False

    def expect(self, text: str) -> Token:
        """Step over a sign or keyword that must be here."""
        if self.token.kind in ("op", "name") and self.token.text == text:
            return self.step()
        raise self.error(f"Her mangler {text!r}", self.nearest())

    def error(self, what: str, hint: str = "") -> FeelError:
        """A syntax error at the current token."""
        found = "udtrykket slutter" if self.token.kind == "end" else f"der står {self._here()!r}"
        return FeelError(f"{what}; {found}.{hint}", self.token.start, self.text)

    def nearest(self) -> str:
        """The known name that the words around here may have meant, or how they would be one name; else nothing."""
        first = last = self.index
        while first > 0 and _is_plain(self.tokens[first - 1]):
            first -= 1
        while _is_plain(self.tokens[last]):
            last += 1
        words = " ".join(token.text for token in self.tokens[first:last])
        known = (each.name for same in self._known.values() for each in same)
        if last - first < 2:
            return ""
        one_name = f" Er det ét navn, så skriv det med ` omkring: `{words}`."
        return suggestion(words, known) or one_name

    def _here(self) -> str:
        return self.text[self.token.start : self.token.end][:30]

    def deeper(self) -> None:
        """Go a level down; raises FeelError when the text is nested too deeply."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise FeelError(
                "Udtrykket er for dybt: for mange parenteser eller led i hinanden.",
                self.token.start,
                self.text,
                code="feel:depth",
            )

    def higher(self) -> None:
        """Come back from `deeper`."""
        self._nesting -= 1

    @contextmanager
    def enclosed(self) -> Iterator[None]:
        """Between brackets of their own, where `[` is a filter again."""
        before, self._range_ends = self._range_ends, False
        yield
        self._range_ends = before

    @contextmanager
    def ending_range(self) -> Iterator[None]:
        """At the end of a range, where `[` may close it: `[1..5[`."""
        before, self._range_ends = self._range_ends, True
        yield
        self._range_ends = before

    def closes_range(self) -> bool:
        """Whether the `[` here closes a range: nothing that a filter could begin with follows it."""
        following = self.peek()
        if not self._range_ends:
            return False
        if following.kind in ("end", "op"):
            return following.text not in ("(", "[", "{", "-")
        return following.kind == "name" and following.text in KEYWORDS - _VALUES

    def declare(self, *parts: str) -> None:
        """Know a name that the text itself has declared."""
        name = KnownName(parts, spelled(parts))
        _know(self._known, [name])
        _know(self._entries, [name])

    def scope(self) -> Known:
        """The names known now, to come back to with `close`."""
        return dict(self._known)

    def close(self, scope: Known) -> None:
        """Forget what was declared since `scope`; an entry's name is still known after a dot."""
        self._known = scope

    def name(self, *, entry: bool = False) -> str:
        """Step over a name and give it; `entry`: after a dot, where every word is a name."""
        token = self.token
        if token.kind == "escaped":
            return self.step().text
        longest = self._longest(self._entries if entry else self._known) or (
            self._longest(self._known) if entry else None
        )
        if longest is not None:
            for _ in longest.parts:
                self.step()
            return longest.name
        if token.kind != "name" or (token.text in KEYWORDS and not entry):
            raise self.error("Her mangler et navn")
        words = [self.step().text]
        # Two words cannot follow one another after a dot unless they are one name.
        while entry and self.token.kind == "name" and self.token.text not in KEYWORDS:
            words.append(self.step().text)
        return " ".join(words)

    def _longest(self, known: Known) -> KnownName | None:
        for each in known.get(self.token.text, ()):
            parts = each.parts
            if self.index + len(parts) >= len(self.tokens):
                continue
            here = self.tokens[self.index : self.index + len(parts)]
            if any(token.text != part for token, part in zip(here, parts, strict=True)):
                continue
            if any(token.kind not in ("name", "op", "number") for token in here):
                continue
            after = self.tokens[self.index + len(parts)].text
            if after != "(" and parts in _CALLED:
                continue
            return each
        return None

    def type_name(self) -> str | None:
        """Step over the name of a type of the caller's, and give it; None where there is none."""
        for parts in self._types:
            here = self.tokens[self.index : self.index + len(parts)]
            if tuple(token.text for token in here) == parts:
                for _ in parts:
                    self.step()
                return spelled(parts)
        return None

    def starts_name(self) -> bool:
        """Whether a name begins here (a keyword may begin a known name)."""
        if self.token.kind == "escaped":
            return True
        if self.token.kind != "name":
            return False
        return self.token.text not in KEYWORDS or self._longest(self._known) is not None

    def declared_name(self, *ends: str) -> Spelling:
        """Step over a new name up to one of the signs or keywords that end it."""
        if self.token.kind == "escaped":
            return (self.step().text,)
        parts: list[str] = []
        while not (self.token.kind in ("name", "op") and self.token.text in ends):
            first = not parts and self.token.kind != "name"
            if (
                first
                or self.token.kind not in ("name", "op", "number")
                or self.token.text in "()[]{},:"
            ):
                raise self.error("Her mangler et navn")
            parts.append(self.step().text)
        if not parts:
            raise self.error("Her mangler et navn")
        return tuple(parts)
