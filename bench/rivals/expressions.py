"""The expressions of bench/expressions.json in other packages: evaluations a second, each read once beforehand."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

from bkflow_feel import parser, transformer
from simpleeval import SimpleEval

ROUNDS, TIMES = 5, 2_000


def main() -> None:
    """Print {name: {package: evaluations/s}} for the expressions and the variables in the file named."""
    given = json.loads(Path(sys.argv[1]).read_text())
    found = {}
    for name, texts in given["expressions"].items():
        found[name] = {
            "bkflow-feel": _speed(_bkflow(texts["feel"], given["variables"])),
            "simpleeval": _speed(_simple(texts["python"], given["variables"])),
        }
    print(json.dumps(found))


def _bkflow(text: str, variables: dict[str, Any]) -> Callable[[], Any]:
    tree = transformer.transform(parser.parse(text))
    return lambda: tree.evaluate(variables)


def _simple(text: str, variables: dict[str, Any]) -> Callable[[], Any]:
    evaluator = SimpleEval(names=variables)
    tree = evaluator.parse(text)
    return lambda: evaluator.eval(text, previously_parsed=tree)


def _speed(work: Callable[[], Any]) -> float:
    """Evaluations a second, the best of some rounds."""
    if work() is not True:
        raise SystemExit("a rival gives another answer")
    best = float("inf")
    for _ in range(ROUNDS):
        began = process_time()
        for _ in range(TIMES):
            work()
        best = min(best, process_time() - began)
    return TIMES / best


if __name__ == "__main__":
    main()
