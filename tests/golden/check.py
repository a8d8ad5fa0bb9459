"""Decide the golden journals again: `python -m tests.golden.check [FILE …]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from app import canonical, engine
from app.definitions import Call
from tests.golden import graphs

HERE = Path(__file__).parent


class Recorded:
    """The callable versions of a golden journal, each answer as it was recorded."""

    def __init__(self, versions: Mapping[str, Any]) -> None:
        self.models = {
            name: engine.compile_model(graphs.process(encoded), called=True)
            for name, encoded in versions.items()
        }
        self.called: Mapping[str, str] = {}

    def version(self, call: Call) -> str:
        return self.called.get(call.process_id, "")

    def model(self, version: str) -> engine.CompiledModel:
        return self.models[version]


def files() -> list[Path]:
    """Return all golden journals."""
    return sorted(HERE.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    """Read a golden journal, numbers as the engine has them."""
    found: dict[str, Any] = canonical.loads(path.read_text(encoding="utf-8"))
    return found


def states(golden: Mapping[str, Any]) -> Iterator[bytes]:
    """Decide a golden journal; yield the state after each command."""
    callables = {name: graphs.process(one) for name, one in golden["callables"].items()}
    model = engine.compile_model(graphs.process(golden["process"]), callables)
    callees = Recorded(golden["versions"])
    state = None
    for step in golden["steps"]:
        callees.called = step.get("called", {})
        command = engine.decode_command(step["command"])
        state = engine.decide(model, state, command, callees).state
        yield state


def differences(path: Path) -> Iterator[str]:
    """Say which commands give another state than they did."""
    golden = read(path)
    last = b""
    for number, (step, last) in enumerate(zip(golden["steps"], states(golden), strict=True)):
        if sha256(last).hexdigest() != step["state"]:
            yield f"{path.name}: command {number} ({step['command']['kind']}) gives another state"
            break
    else:
        if last.decode() != golden["last"]:
            yield f"{path.name}: the last state is written otherwise"


def main(names: list[str]) -> int:
    """Check the named files, or all; return the exit code."""
    paths = [HERE / Path(name).name for name in names] or files()
    found = [line for path in paths for line in differences(path)]
    for line in found:
        print(line)  # noqa: T201 -- a program for people
    print(f"{len(paths)} golden journals, {len(found)} differ, Python {sys.version.split()[0]}")  # noqa: T201 -- as above
    return int(bool(found) or not paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
