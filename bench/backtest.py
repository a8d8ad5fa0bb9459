"""The back-test: journals of 50 commands decided again on a new version that differs at the end of the loop."""

from __future__ import annotations

from time import perf_counter

from app import studio
from bench.desk import LOOP, Desk
from bench.row import Row, at_most

COURSES, COMMANDS = 3_000, 50
_SAMPLE = 100


def measure(desk: Desk, courses: int = _SAMPLE) -> list[Row]:
    """Let some courses come so far, and decide them all again on a version where the last step has another name."""
    for _ in range(courses):
        key, done = desk.start(), 1
        while done < COMMANDS:
            done += len(desk.cycle(key))
    with desk.database.read() as session:
        before = studio.replay_all(session, desk.runtime, LOOP, _changed(desk)).outcomes
        began = perf_counter()
        found = studio.replay_all(session, desk.runtime, LOOP, _changed(desk))
        took = perf_counter() - began
    assert len(before) >= courses, "all courses are decided"  # noqa: S101 -- else the figure says nothing
    scaled = took / found.commands * COURSES * COMMANDS
    return [
        at_most(
            f"back-test: {COURSES:,} courses of {COMMANDS} commands",
            scaled,
            120,
            "s",
            sample=len(found.outcomes),
            commands=found.commands,
            diverging=found.diverging,
            per_second=found.commands / took,
        )
    ]


def _changed(desk: Desk) -> dict[str, bytes]:
    with desk.database.read() as session:
        at = studio.workspace(session, LOOP, {})
    files = dict(at.files)
    files[at.main] = files[at.main].replace(b"<bpmn:endEvent ", b'<bpmn:endEvent name="Slut" ', 1)
    return files
