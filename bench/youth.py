"""One youth course whose goals are revised 10,000 times; the walk is the one of tests/performance."""

from __future__ import annotations

from bench.row import Row, at_most, ms, told
from tests.performance.revisions import Revisions

TURNS = 200


def measure(count: int) -> list[Row]:
    """Revise that many times, compare with a young course in turns, and let the course end."""
    old = Revisions()
    marks: dict[int, float] = {}
    recent: list[float] = []
    for number in range(1, count + 1):
        recent = [*recent[-29:], old.revise()]
        if number in {10, 100, 1_000, 10_000, count}:
            marks[number] = ms(recent)
    young = Revisions()
    fresh, worn = zip(*((young.revise(), old.revise()) for _ in range(TURNS)), strict=True)
    size = len(old.walk.state or b"")
    end = old.close()
    if end != "course_completed":
        raise RuntimeError(f"the youth course ended in {end or 'nothing'}")
    where = " / ".join(f"{mark:,}" for mark in marks)
    shown = " / ".join(f"{value:.2f}" for value in marks.values())
    return [
        told(f"youth course, engine: ms per goal revision at {where}", shown, marks_ms=marks),
        at_most(
            f"youth course: revision {count:,} against a young course's, then it ends",
            ms(worn) / ms(fresh),
            1.3,
            "×",
            state_bytes=size,
            end=end,
        ),
    ]
