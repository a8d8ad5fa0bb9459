"""Reads an event log back with pm4py, as a process analyst would.

Run in .venv-bench with the log and a working folder; prints JSON: what it found, and the model that it discovers.
"""

from __future__ import annotations

import json
import sys
import warnings
from contextlib import redirect_stdout

import pm4py

warnings.simplefilter("ignore")


def main(path: str) -> dict[str, object]:
    """Return how many cases and events the log holds, and what a discovered model makes of them."""
    frame = pm4py.read_xes(path)
    net, begin, end = pm4py.discover_petri_net_inductive(frame)
    fitness = pm4py.fitness_token_based_replay(frame, net, begin, end)
    return {
        "cases": int(frame["case:concept:name"].nunique()),
        "events": len(frame),
        "activities": sorted(frame["concept:name"].unique().tolist()),
        "resources": sorted(frame["org:resource"].unique().tolist()),
        "transitions": sorted(frame["lifecycle:transition"].unique().tolist()),
        "begins": pm4py.get_start_activities(frame),
        "fitness": round(float(fitness["log_fitness"]), 3),
    }


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):  # it greets on standard output
        found = main(sys.argv[1])
    print(json.dumps(found))
