"""The engine alone, for the long distance: what a command costs at cycle 10 and at cycle 10,000."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

from app import canonical
from app.definitions import read_bpmn
from app.engine import (
    CompleteTask,
    Start,
    TaskClosed,
    TaskOpened,
    compile_model,
    decide,
    variables_at,
)
from bench.desk import ANSWERS, CYCLE, HERE, LOOP
from bench.row import Row, at_most, ms, told

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


class Walk:
    """A course in the loop, decided and not stored."""

    def __init__(self) -> None:
        """Start it."""
        found = read_bpmn((HERE / "models" / "loop.bpmn").read_bytes()).processes
        processes = {process.id: process for process in found}
        self.model = compile_model(processes[LOOP], processes)
        self.open: dict[str, str] = {}
        self.state: bytes | None = None
        self.decide(Start(AT, {"level": 2, "summary": ""}))

    def decide(self, command: Start | CompleteTask) -> float:
        """Decide a command and return the seconds that it took."""
        began = perf_counter()
        decision = decide(self.model, self.state, command)
        taken = perf_counter() - began
        self.state = decision.state
        for event in decision.events:
            if isinstance(event, TaskOpened):
                self.open[event.element] = event.address
            elif isinstance(event, TaskClosed):
                self.open = {e: a for e, a in self.open.items() if a != event.address}
        return taken

    def cycle(self) -> list[float]:
        """Go once round the loop."""
        return [self.decide(CompleteTask(AT, self.open[task], ANSWERS)) for task in CYCLE]

    def own_bytes(self) -> int:
        """Return the size of the state beside the course's variables."""
        state = self.state or b""
        return beside_variables(state, variables_at(self.model, state))


def beside_variables(state: bytes, variables: object) -> int:
    """Return how many bytes of a state are not variables of the course."""
    return len(state) - len(canonical.dumps(variables).encode())


def measure(cycles: int) -> list[Row]:
    """Measure up to that many cycles."""
    old, young = Walk(), Walk()
    marks: dict[int, float] = {}
    recent: list[float] = []
    for cycle in range(1, cycles + 1):
        recent = [*recent, *old.cycle()][-30:]
        if cycle in {10, 100, 1_000, 10_000, cycles}:
            marks[cycle] = ms(recent) * 1000
    for _ in range(10):
        young.cycle()
    fresh, worn = [], []
    for turn in range(200):  # in turns, so that a busy machine slows both down
        if turn % 10 == 9:
            young = Walk()
            for _ in range(10):
                young.cycle()
        fresh += young.cycle()
        worn += old.cycle()
    shown = " / ".join(f"{value:,.0f}" for value in marks.values())
    where = " / ".join(f"{mark:,}" for mark in marks)
    return [
        told(f"engine alone: µs per command at cycle {where}", shown, marks_us=marks),
        at_most(
            f"engine alone: cycle {cycles:,} against cycle 10",
            ms(worn) / ms(fresh),
            1.3,
            "×",
            commands_per_second=1000 / ms(worn),
        ),
        at_most(
            f"state beside its variables after {cycles:,} cycles",
            old.own_bytes() / 1024,
            4,
            "KB",
            after_10=young.own_bytes(),
            after_all=old.own_bytes(),
        ),
    ]
