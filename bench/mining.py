"""The event log of many courses, read back with pm4py in bench's own virtual environment."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from app.audit import LogFilter, event_log
from bench import against
from bench.desk import LOOP, Desk
from bench.row import Row, told

COURSES = 30


def measure(at: Desk) -> list[Row]:
    """Write the log of some courses, and let pm4py say what it finds in it.

    Raises:
        RuntimeError: pm4py finds other courses or events than there are.
    """
    keys = [at.start() for _ in range(COURSES)]
    for number, key in enumerate(keys):
        for _ in range(1 + number % 3):
            at.cycle(key)
    with tempfile.TemporaryDirectory(prefix="forloeb-bench-") as folder:
        path = Path(folder) / "log.xes"
        began = perf_counter()
        with at.database.read() as session, path.open("w", encoding="utf-8") as file:
            for piece in event_log(session, at.runtime, LogFilter(LOOP)):
                file.write(piece)
        seconds = perf_counter() - began
        text = path.read_text()
        found = against.run("xes.py", str(path))
    wanted = {"cases": text.count("<trace>"), "events": text.count("<event>")}
    if {name: found[name] for name in wanted} != wanted or found["cases"] < COURSES:
        raise RuntimeError(f"pm4py finds {found}, and the log holds {wanted}")
    return [
        told(
            "event log (XES): courses / events that pm4py reads back; fitness of the model it finds",
            f"{found['cases']} / {found['events']:,}; {found['fitness']:.2f}",
            seconds_to_write=seconds,
            **found,
        )
    ]
