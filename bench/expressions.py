"""FEEL and decision tables: evaluations a second once read, beside others' packages and native Python as the limit.

All in processor time, the best of some rounds, so that neighbours on the machine disturb little.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import process_time
from types import SimpleNamespace
from typing import Any

from app import dmn, feel
from bench import against
from bench.desk import HERE
from bench.row import Row, at_most, told

GIVEN = HERE / "models" / "expressions.json"
ROWS = 50
ROUNDS, TIMES = 5, 2_000


def measure() -> list[Row]:
    """Measure ours and native Python here, the others in their own virtual environment."""
    given = json.loads(GIVEN.read_text())
    others = against.run("expressions.py", str(GIVEN))
    rows = []
    for name, texts in given["expressions"].items():
        ours = _ours(texts["feel"], given["variables"])
        native = _native(texts["python"], given["variables"])
        speeds = {"Forløb": ours, **others[name], "Python": native}
        shown = " / ".join(f"{speed:,.0f}" for speed in speeds.values())
        rows.append(told(f"{name}, evaluations/s: {' / '.join(speeds)}", shown, **speeds))
        if name == "gateway condition":
            rows.append(at_most("  once read, each", 1e6 / ours, 20, "µs"))
    ours, native = _table(), _native_table()
    rows.append(
        told(
            f"decision table of {ROWS} rows, last row matches, evaluations/s: Forløb / Python",
            f"{ours:,.0f} / {native:,.0f}",
            forloeb=ours,
            python=native,
        )
    )
    return rows


def _speed(work: Callable[[], object], wanted: object, times: int = TIMES) -> float:
    if work() != wanted:
        raise SystemExit("an expression gives another answer than it should")
    best = float("inf")
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(times):
            work()
        best = min(best, process_time() - began)
    return times / best


def _ours(text: str, variables: dict[str, Any]) -> float:
    """The whole way of a gateway: variables as they are stored are taken in at each evaluation."""
    read = feel.parse(text)
    return _speed(lambda: feel.evaluate(read, variables), True)


def _native(text: str, variables: dict[str, Any]) -> float:
    """The same condition, compiled by Python itself: what no interpreter written in Python can reach."""
    names = {
        name: SimpleNamespace(**value) if isinstance(value, dict) else value
        for name, value in variables.items()
    }
    function = eval(f"lambda {', '.join(names)}: {text}")  # noqa: S307 -- the bench's own text
    values = tuple(names.values())
    return _speed(lambda: function(*values), True)


def _table() -> float:
    """One input is a range, one a text; the rows are looked at in turn until all are seen (hit policy unique)."""
    rules = "".join(
        f"<rule><inputEntry><text>[{10 * row}..{10 * row + 9}]</text></inputEntry>"
        f'<inputEntry><text>"youth","family"</text></inputEntry><outputEntry><text>{row}</text></outputEntry></rule>'
        for row in range(ROWS)
    )
    model = dmn.read(
        f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" namespace="urn:bench">
        <inputData id="n" name="amount"/><inputData id="k" name="kind"/><decision id="row" name="row">
        <informationRequirement><requiredInput href="#n"/></informationRequirement>
        <informationRequirement><requiredInput href="#k"/></informationRequirement>
        <decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>amount</text></inputExpression></input>
        <input><inputExpression><text>kind</text></inputExpression></input><output/>{rules}</decisionTable>
        </decision></definitions>""".encode()
    )
    given = {"amount": 10 * ROWS - 5, "kind": "family"}
    return _speed(lambda: int(dmn.evaluate(model, "row", given).value), ROWS - 1, TIMES // 4)


def _native_table() -> float:
    rules = [(10 * row, 10 * row + 9, ("youth", "family"), row) for row in range(ROWS)]

    def decide(amount: int, kind: str) -> int | None:
        hits = [row for low, high, kinds, row in rules if low <= amount <= high and kind in kinds]
        return hits[0] if len(hits) == 1 else None

    return _speed(lambda: decide(10 * ROWS - 5, "family"), ROWS - 1)
