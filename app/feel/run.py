"""One evaluation: its fuel, its instant, its notes, and the scopes that names are looked up in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from app.feel.errors import FeelError, FeelWarning
from app.feel.values import Value

MAX_STRING = 100_000
MAX_LIST = 100_000
MAX_DEPTH = 240
MAX_WARNINGS = 50
MAX_SUGGESTIONS = 4


class Run:
    """What one evaluation may spend, and what it has noticed.

    Fuel is charged for what can grow: a step of a loop, an element copied, a character made, a pair
    compared. An expression's own nodes are paid for when it starts, and a function's at each call, so
    that straight-line code costs nothing to meter.

    Args:
        variables: what names outside the expression stand for; read, never changed.
        fuel: steps left; each is about 0.3 µs of work.
        now: the instant that now() and today() answer with, aware; None makes them an error.
        trace: where warnings are put; None when nobody reads them.
    """

    __slots__ = (
        "admitted",
        "depth",
        "draws",
        "fuel",
        "marks",
        "now",
        "trace",
        "types",
        "variables",
    )

    def __init__(
        self,
        variables: Mapping[str, object],
        fuel: int,
        now: datetime | None = None,
        trace: list[FeelWarning] | None = None,
    ) -> None:
        self.variables = variables
        # Variables already read, as FEEL values: the names of the outermost frame.
        self.admitted: dict[str, Value] = {}
        self.fuel = fuel
        self.now = now
        self.trace = trace
        self.depth = 0
        # How many times lots were drawn: no two draws are alike.
        self.draws = 0
        # What `instance of` may name besides FEEL's own types (a DMN model's item definitions).
        self.types: Mapping[str, Callable[[Value, Run], bool]] = {}
        # What those who evaluate several expressions in one run want told at its end (app.dmn: the
        # rules that matched).
        self.marks: list[object] = []

    def charge(self, steps: int) -> None:
        """Pay for work about to be done; raises FeelError `feel:fuel` when there is not enough."""
        self.fuel -= steps
        if self.fuel < 0:
            raise FeelError(
                "Udtrykket er brugt op: det kræver for mange skridt.", None, None, code="feel:fuel"
            )

    def enter(self, depth: int) -> None:
        """Go `depth` levels deeper; raises FeelError `feel:depth` when that is too deep.

        Counted here, not left to Python's own limit, so that an expression fails at the same place
        however deep the caller already is.
        """
        self.depth += depth
        if self.depth > MAX_DEPTH:
            raise FeelError(
                "Udtrykket er for dybt: funktioner eller værdier ligger i for mange lag.",
                None,
                None,
                code="feel:depth",
            )

    def leave(self, depth: int) -> None:
        """Come back from `enter(depth)`."""
        self.depth -= depth

    def text_of(self, length: int) -> None:
        """Pay for a text of `length` characters; raises FeelError `feel:size` when too long."""
        if length > MAX_STRING:
            raise FeelError("Teksten bliver for lang.", None, None, code="feel:size")
        self.charge(length >> 4)

    def list_of(self, length: int) -> None:
        """Pay for a list of `length` elements; raises FeelError `feel:size` when too long."""
        if length > MAX_LIST:
            raise FeelError("Listen bliver for lang.", None, None, code="feel:size")
        self.charge(length)

    @property
    def listens(self) -> bool:
        """Whether a further warning is wanted."""
        return self.trace is not None and len(self.trace) < MAX_WARNINGS

    @property
    def suggests(self) -> bool:
        """Whether the next warning may say which name was meant, which is dear to find."""
        return self.trace is not None and len(self.trace) < MAX_SUGGESTIONS

    def warn(self, code: str, message: str, position: int | None = None) -> bool | None:
        """Note why a value became null, and answer that null.

        Typed as the answer of a test, so that `return run.warn(…)` fits where a test or any value is
        answered.
        """
        if self.trace is not None and len(self.trace) < MAX_WARNINGS:
            self.trace.append(FeelWarning(code, message, position))
        return None


class Frame:
    """A scope of names inside another, in one run; the outermost holds the variables."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, names: Mapping[str, Value], parent: Frame | None, run: Run) -> None:
        self.names = names
        self.parent = parent
        self.run = run
