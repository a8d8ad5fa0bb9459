"""The functions that boxed expressions become, and what all of them are made with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from app import feel
from app.dmn.findings import Finding
from app.dmn.model import Named, Text
from app.dmn.types import ANY, Kind, Types, coerce
from app.feel import FeelError, Frame, Value

Code: TypeAlias = Callable[[Frame], Value]
Names: TypeAlias = frozenset[str]

MANY = 200
_FIRST = re.compile(r"\w+|^\W*$")
OPEN = "*"
"""Among the names of a scope: it holds others, too, that are known only when it is there."""

REASONS = {
    "no-logic": "Beslutningen har ingen logik.",
    "hit-policy": "Tabellen har en ukendt hit policy eller sammenregning.",
    "function-kind": "Funktioner uden for FEEL (Java, PMML) er ikke tilladt.",
    "language": "Udtryk kan kun skrives i FEEL.",
}


def typed(code: Code, kind: Kind, element: str | None) -> Code:
    """A function whose value is made to conform to a type."""
    if kind is ANY:
        return code
    return lambda frame: coerce(code(frame), kind, frame.run, element)


def blamed(code: Code, element: str | None) -> Code:
    """A function whose warnings know which element they came from."""

    def evaluate(frame: Frame) -> Value:
        trace = frame.run.trace
        if trace is None:
            return code(frame)
        before = len(trace)
        value = code(frame)
        for place in range(before, len(trace)):
            if trace[place].element is None:
                trace[place] = replace(trace[place], element=element)
        return value

    return evaluate


def missing(reason: str, element: str | None) -> Code:
    """A function that answers null and says why."""
    message = REASONS.get(reason, "Udtrykket kan ikke læses.")
    return blamed(lambda frame: frame.run.warn("dmn:missing", message), element)


class Bench:
    """What the expressions of one model are compiled with: its types and names, and what is found wrong.

    Args:
        types: the model's types.
        names: names that may stand after a dot anywhere: entries of structures and of contexts.
        namespace: the model's.
    """

    def __init__(self, types: Types, names: Iterable[str], namespace: str) -> None:
        self.types = types
        self.namespace = namespace
        self.findings: list[Finding] = []
        # The decision or function being compiled, for what has no id of its own.
        self.owner: str | None = None
        self.name = ""
        # The names that an element's expressions read and its scope does not hold, by its id.
        self.outside: dict[str, set[str]] = {}
        self._entries = frozenset(names)
        self.checks = types.checks()
        self._type_names = frozenset(self.checks)

    def parse(self, text: Text, names: Names, *, unary: bool = False) -> feel.Expression | None:
        """A FEEL text as an expression; None, with a finding, where it is none."""
        if text.language and "FEEL" not in text.language.upper():
            self.report("dmn:language", text.id, REASONS["language"])
            return None
        read = feel.parse_unary_tests if unary else feel.parse
        try:
            expression = read(text.text, self._usable(text.text, names), self._type_names)
        except FeelError as error:
            self.report("dmn:expression", text.id, f"{text.text[:80]!r}: {error}", error.position)
            return None
        if self.owner is not None and expression.names - names:
            self.outside.setdefault(self.owner, set()).update(expression.names - names)
        self._look_for_unknown(expression, names, text.id)
        return expression

    def _usable(self, text: str, names: Names) -> Names:
        """The names that a text may use; of very many only those whose first word stands there."""
        known = names | self._entries
        if len(known) <= MANY:
            return known
        return frozenset(name for name in known if _FIRST.findall(name)[0] in text)

    def _look_for_unknown(
        self, expression: feel.Expression, names: Names, element: str | None
    ) -> None:
        """Note names that nothing in scope has; in a filter the elements may have them."""
        if OPEN in names or "[" in expression.text:
            return
        for name in sorted(expression.names - names):
            message = feel.unknown(name, sorted(names))
            self.findings.append(
                Finding("dmn:unknown-name", "warning", element or self.owner, message)
            )

    def report(
        self, code: str, element: str | None, message: str, position: int | None = None
    ) -> None:
        """Note something that stops the model from being used."""
        self.findings.append(Finding(code, "error", element or self.owner, message, None, position))

    def literal(self, text: Text, names: Names) -> Code:
        """The function of a FEEL text; null with a warning where it cannot be read."""
        if not text.text:
            return missing("no-logic", text.id or self.owner)
        expression = self.parse(text, names)
        if expression is None:
            return missing("unreadable", text.id or self.owner)
        return blamed(expression.within, text.id or self.owner)

    def kind_of(self, named: Named, element: str | None) -> Kind:
        """The type of a variable."""
        return self.types.kind(named.type, element)
