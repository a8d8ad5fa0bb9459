"""`python -m bench [--json] [--quick]`: measure every row of docs/performance.md and say which budgets are kept."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any

from bench import (
    against,
    backtest,
    durable,
    engine,
    expressions,
    inbox,
    mining,
    serving,
    starting,
    youth,
)
from bench.desk import HERE, desk
from bench.row import Row, table

CYCLES, QUICK = 10_000, 300
COMPLETIONS = 4_000


def main() -> None:
    """Run it; the exit status is 1 where a budget is missed."""
    asked = _arguments()
    count = QUICK if asked.quick else CYCLES
    _say(f"Measuring; about {'two minutes' if asked.quick else 'nine minutes'} on a quiet machine.")
    machine = _machine()
    rows = _measured(count)
    machine["load_after"] = os.getloadavg()
    found = {"machine": machine, "cycles": count, "rows": [row.as_json() for row in rows]}
    text = json.dumps(found, ensure_ascii=False, indent=1)
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    (out / "bench.json").write_text(text)
    print(text if asked.json else f"{table(rows)}\n\nAs JSON: {out / 'bench.json'}")
    sys.exit(any(row.ok is False for row in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of the table")
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK} cycles instead of {CYCLES:,}"
    )
    return parser.parse_args()


def _measured(count: int) -> list[Row]:
    _say("Expressions and decision tables ...")
    rows = expressions.measure()
    _say("The engine alone ...")
    rows += engine.measure(count)
    _say(f"{count:,} goal revisions of one youth course ...")
    rows += youth.measure(count)
    _say(f"{3 * count:,} durable completions ...")
    with desk() as at:
        rows += durable.measure(at, count)
        _say("History decided again on a new version ...")
        rows += backtest.measure(at)
        _say("SpiffWorkflow alone, and viewflow ...")
        rows += against.measure(partial(durable.completions, at))
        _say("The event log, read back with pm4py ...")
        rows += mining.measure(at)
    completions = QUICK if count == QUICK else COMPLETIONS
    _say(f"{completions:,} completions over HTTP on PostgreSQL ...")
    rows += serving.measure(completions)
    _say("The inbox of a large municipality ...")
    rows += inbox.measure(QUICK / CYCLES if count == QUICK else 1)
    _say("Starting ...")
    return rows + starting.measure()


def _machine() -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpus": os.cpu_count(),
        "load_before": os.getloadavg(),
        "spin_ms": _spin(),
    }


def _spin() -> float:
    """Return how long a fixed piece of arithmetic takes, to compare machines by: the best of ten, in ms."""
    best = float("inf")
    for _ in range(10):
        began, total = perf_counter(), 0
        for number in range(200_000):
            total += number * number
        best = min(best, perf_counter() - began)
    return best * 1000


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
