"""The whole durable path: a task completed, its form validated, journal, lists and state in one fsynced commit.

All cycles are really run, one commit for each completion. What is compared is measured in turns, so that
a busy machine slows both sides down.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from app import audit, journal
from app.courses import stream
from app.definitions import library
from app.engine import variables_at
from bench.desk import CYCLE, LOOP, Desk
from bench.engine import beside_variables
from bench.row import Row, at_least, at_most, ms, told

TURNS = 100
_WRITES = ("INSERT", "UPDATE", "DELETE")


def measure(desk: Desk, cycles: int) -> list[Row]:
    """Run a course through that many cycles, then compare it with a young one."""
    old = desk.start()
    marks: dict[int, float] = {}
    recent: list[float] = []
    for cycle in range(1, cycles + 1):
        recent = [*recent, *desk.cycle(old)][-30:]
        if cycle in {10, 100, 1_000, 10_000, cycles}:
            marks[cycle] = ms(recent)
    young, worn = _in_turns(desk, old)
    bare = _bare(desk, old)
    again = [taken for _ in range(TURNS // 2) for taken in desk.cycle(old)]
    where = " / ".join(f"{mark:,}" for mark in marks)
    shown = " / ".join(f"{value:.2f}" for value in marks.values())
    return [
        told(f"durable completion: ms at cycle {where}", shown, marks_ms=marks),
        at_most(
            f"durable completion: cycle {cycles:,} against cycle 10",
            ms(worn) / ms(young),
            1.3,
            "×",
            young_ms=ms(young),
            old_ms=ms(worn),
        ),
        at_most("durable completion, median", ms(worn), 3, "ms", p99_ms=_p99(worn)),
        told("  best tenth of them", f"{sorted(worn)[len(worn) // 10] * 1000:.2f} ms"),
        told(
            "  against the bare commit of the same rows",
            f"{ms(again) / ms(bare):.1f} × {ms(bare):.2f} ms",
            bare_ms=ms(bare),
            ratio=ms(again) / ms(bare),
        ),
        _state(desk, old, cycles),
        *_verify(desk, old),
    ]


def completions(desk: Desk) -> list[float]:
    """Complete the tasks of a course's cycles 96 to 105."""
    course = desk.start()
    for _ in range(95):
        desk.cycle(course)
    return [taken for _ in range(10) for taken in desk.cycle(course)]


def _in_turns(desk: Desk, old: int) -> tuple[list[float], list[float]]:
    young, worn = [], []
    fresh = 0
    for turn in range(TURNS):
        if turn % 10 == 0:
            fresh = desk.start()
            for _ in range(9):
                desk.cycle(fresh)
        young += desk.cycle(fresh)
        worn += desk.cycle(old)
    return young, worn


def _p99(taken: list[float]) -> float:
    return sorted(taken)[len(taken) * 99 // 100] * 1000


def _bare(desk: Desk, course: int) -> list[float]:
    """Write the rows of completions again, with the same values, by sqlite3 alone into a copy of the file."""
    copy = desk.path.with_name("copy.sqlite")
    with sqlite3.connect(desk.path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    with _recorded(desk) as transactions:
        for _ in range(TURNS // 2):
            desk.cycle(course)
    return _written_again(copy, transactions)


@contextmanager
def _recorded(desk: Desk) -> Iterator[list[list[tuple[str, Any]]]]:
    """Give the writing statements of each transaction while the block runs."""
    transactions: list[list[tuple[str, Any]]] = []

    def note(statement: str, parameters: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            transactions.append([])
        elif statement.startswith(_WRITES):
            transactions[-1].append((statement, parameters))

    desk.hear.append(note)
    try:
        yield transactions
    finally:
        desk.hear.remove(note)


def _written_again(path: Path, transactions: list[list[tuple[str, Any]]]) -> list[float]:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    taken = []
    for statements in transactions:
        began = perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for statement, parameters in statements:
            connection.execute(statement, parameters)
        connection.execute("COMMIT")
        taken.append(perf_counter() - began)
    connection.close()
    return taken


def _state(desk: Desk, course: int, cycles: int) -> Row:
    state = desk.state(course)
    with desk.database.read() as session:
        version = library.latest(session, LOOP)
        model = desk.runtime.models.get(session, version.key).model
    size = beside_variables(state, variables_at(model, state))
    return at_most(f"stored state beside its variables, cycle {cycles:,}", size / 1024, 4, "KB")


def _verify(desk: Desk, course: int) -> list[Row]:
    with desk.database.read() as session:
        began = perf_counter()
        chain = journal.check_stream(session, stream(course))
        checked = perf_counter() - began
        began = perf_counter()
        report = audit.verify(session, desk.runtime, course)
        decided = perf_counter() - began - checked
    if not report.ok or chain.entries < len(CYCLE):
        raise RuntimeError(f"the journal of the bench is broken: {report.broken}")
    return [
        at_least("verify, chain: per core", chain.entries / checked, 20_000, "entries/s"),
        at_least("verify, decide again: per core", report.redecided / decided, 2_000, "commands/s"),
    ]
