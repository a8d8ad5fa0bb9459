"""What can go wrong with an expression: errors that stop it, and notes about values that became null."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from heapq import nlargest
from itertools import islice

_MOST_NAMES = 400
_LONGEST_NAME = 60
_NEAR = 0.6
_ASKED = 8


class FeelError(Exception):
    """An expression that cannot be read, or whose evaluation was stopped.

    FEEL itself answers null where types do not fit; this error is for what has no value at all.

    Attributes:
        message: Danish text for the designer of the expression.
        code: stable name for programs: `feel:syntax`, `feel:fuel` (too many steps), `feel:size` (a
            value too large), `feel:depth` (nested too deeply), `feel:clock` (now() without an
            instant), `feel:refused` (a function that Forløb does not allow), `feel:value` (a value
            from outside that FEEL has no type for).
        position: zero-based offset in `text`, or None where no single place is to blame.
        text: the whole expression, or None.
    """

    def __init__(
        self,
        message: str,
        position: int | None = None,
        text: str | None = None,
        *,
        code: str = "feel:syntax",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.text = text
        self.code = code

    def at(self, text: str) -> FeelError:
        """The same error, knowing the expression that it came from (unless it already does)."""
        if self.text is not None:
            return self
        return FeelError(self.message, self.position, text, code=self.code)

    def __str__(self) -> str:
        return placed(self.message, self.position)


@dataclass(frozen=True, slots=True)
class FeelWarning:
    """Why a part of an expression became null.

    Attributes:
        code: `feel:unknown-name`, `feel:type`, `feel:number`, `feel:date`, `feel:call`, `feel:regex`.
        message: Danish text for the designer of the expression.
        position: zero-based offset in the expression, or None.
        element: id of what the expression stands in, for those who evaluate several (app.dmn).
    """

    code: str
    message: str
    position: int | None = None
    element: str | None = None

    def __str__(self) -> str:
        return placed(self.message, self.position)


def placed(message: str, position: int | None) -> str:
    """A message with where in the expression it is about, counted from 1 as people do."""
    return message if position is None else f"{message} (tegn {position + 1})"


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest of the known names as a question, `Mente du …?`; empty where none is near."""
    names = (each for each in islice(known, _MOST_NAMES) if len(each) <= _LONGEST_NAME)
    near = _nearest(name[:_LONGEST_NAME], names)
    return f" Mente du {near!r}?" if near else ""


def _nearest(name: str, names: Iterable[str]) -> str | None:
    """What difflib.get_close_matches finds nearest, asking only the few names that may be it."""
    matcher = SequenceMatcher()
    matcher.set_seq2(name)
    bounds: list[tuple[float, str]] = []
    for each in names:
        matcher.set_seq1(each)
        if matcher.real_quick_ratio() >= _NEAR and (bound := matcher.quick_ratio()) >= _NEAR:
            bounds.append((bound, each))
    nearest: list[tuple[float, str]] = []
    for _, each in nlargest(_ASKED, bounds):
        matcher.set_seq1(each)
        nearest.append((matcher.ratio(), each))
    ratio, best = max(nearest, default=(0.0, ""))
    return best if ratio >= _NEAR else None


def unknown(name: str, known: Iterable[str]) -> str:
    """What is said of a variable that is not there: the same words wherever an expression is looked at."""
    return f"Der er ingen variabel {name!r}.{suggestion(name, known)}"
