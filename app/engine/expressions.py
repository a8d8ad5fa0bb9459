"""Expressions: the engine's one door to FEEL. A text with `=` in front is FEEL, any other text is itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from app import canonical, feel
from app.engine.problems import Problem

_PLAIN = frozenset((str, bool, int))
"""What is JSON as it is."""
MAX_VALUE = 2_000_000
"""Characters of one value, and of what one command brings."""
_WORD = re.compile(r"[^\W\d]\w*")


class Meter(Protocol):
    """What a command may still spend on expressions, in FEEL's fuel."""

    fuel: int


class Expression:
    """One text of a model, read once when the model is compiled; shared by all its courses.

    Raises:
        app.feel.FeelError: the text starts with `=` and is not FEEL.
    """

    __slots__ = ("is_feel", "names", "parsed", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_feel = text.startswith("=")
        self.parsed = feel.parse(text[1:]) if self.is_feel else None
        # What it may read: FEEL's own list leaves out variables that are called what a function is called.
        self.names: frozenset[str] = frozenset()
        if self.parsed is not None:
            self.names = self.parsed.names | frozenset(_WORD.findall(text))

    def value(self, variables: Mapping[str, Any], at: datetime, meter: Meter | None = None) -> Any:
        """Return what the text means here, as a JSON value.

        Args:
            variables: all that is seen where it stands.
            at: the command's instant.
            meter: what the command may still spend; without one only this expression is bounded.

        Raises:
            Problem: FEEL stopped it (fuel, size), or its value cannot be stored or is too large.
        """
        if self.parsed is None:
            return self.text
        fuel = feel.FUEL if meter is None else min(feel.FUEL, meter.fuel)
        try:
            # FEEL admits each variable that it is given: only those that the text reads.
            read = {name: variables[name] for name in self.names if name in variables}
            run = feel.Run(read, fuel, at)
            try:
                found = self.parsed.run(feel.Frame(run.admitted, None, run))
            finally:
                if meter is not None:
                    meter.fuel -= fuel - max(run.fuel, 0)
            if found is None or type(found) in _PLAIN:
                return found
            value = feel.to_json(found)
            if isinstance(value, (dict, list)) and canonical.weight(value) > MAX_VALUE:
                raise Problem(
                    "engine:too-large", f"Værdien af {self.text} fylder for meget.", self.names
                )
            return value
        except feel.FeelError as error:
            raise Problem(error.code, f"{error.message} ({self.text})", self.names) from error
        except ValueError as error:
            raise Problem(
                "engine:value", f"Værdien af {self.text} kan ikke gemmes.", self.names
            ) from error

    def truth(self, variables: Mapping[str, Any], at: datetime, meter: Meter | None = None) -> bool:
        """Return a condition's answer.

        Raises:
            Problem: it is neither true nor false, most often since a variable is missing.
        """
        value = self.value(variables, at, meter)
        if not isinstance(value, bool):
            why = self._why(variables, at) or "Mangler der en værdi?"
            raise Problem(
                "engine:condition",
                f"Betingelsen {self.text} er hverken sand eller falsk. {why}",
                self.names,
            )
        return value

    def _why(self, variables: Mapping[str, Any], at: datetime) -> str:
        """Say why the value is null, as `forloeb feel` does; "" where nothing is known of it."""
        notes: list[feel.FeelWarning] = []
        if self.parsed is not None:
            # All names, so that the nearest one can be found; only those that are read are admitted.
            feel.evaluate(self.parsed, variables, now=at, trace=notes)
        return str(notes[0]) if notes else ""

    def string(self, variables: Mapping[str, Any], at: datetime, meter: Meter | None = None) -> str:
        """Return the value as text: a name, a code, a key.

        Raises:
            Problem: it is null, a list or a context.
        """
        value = self.value(variables, at, meter)
        if isinstance(value, str):
            return value
        if value is None or isinstance(value, (bool, list, dict)):
            raise Problem("engine:text", f"{self.text} skulle give en tekst.", self.names)
        return str(value)
