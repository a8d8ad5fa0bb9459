"""One row of the bench: what was measured, the figure, the budget, and whether it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """What was measured.

    Attributes:
        what: in words.
        figure: as it is shown.
        budget: as docs/performance.md states it; "" where the row only informs.
        ok: whether the budget is kept; None where there is none.
        values: the numbers behind the figure, for the JSON.
    """

    what: str
    figure: str
    budget: str = ""
    ok: bool | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the row as JSON."""
        return asdict(self)


def at_most(what: str, value: float, limit: float, unit: str, **values: Any) -> Row:
    """Return a row whose value may not be above the limit."""
    figure, budget = _shown(value, unit), f"≤ {_shown(limit, unit)}"
    return Row(what, figure, budget, value <= limit, {"value": value, **values})


def at_least(what: str, value: float, limit: float, unit: str, **values: Any) -> Row:
    """Return a row whose value may not be below the limit."""
    figure, budget = _shown(value, unit), f"≥ {_shown(limit, unit)}"
    return Row(what, figure, budget, value >= limit, {"value": value, **values})


def told(what: str, figure: str, **values: Any) -> Row:
    """Return a row that only informs."""
    return Row(what, figure, values=values)


def ms(seconds: Iterable[float]) -> float:
    """Return the median, in milliseconds."""
    return median(seconds) * 1000


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table of text."""
    lines = [("what", "figure", "budget", "ok?")]
    says = {True: "yes", False: "NO", None: ""}
    lines += [(row.what, row.figure, row.budget, says[row.ok]) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _shown(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()
