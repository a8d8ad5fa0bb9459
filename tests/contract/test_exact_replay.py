"""The golden journals in either database: read back they give the same states, from the start or from any snapshot."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from app import engine
from app.engine import encode_command
from app.journal import Keyring, NewEntry, read
from app.storage import Database
from tests.contract.entries import write
from tests.golden import check, graphs


def kept(stream: str, database: Database, keyring: Keyring, golden: dict[str, Any]) -> list[Any]:
    """The commands of a golden journal, written to this database and read back."""
    entries = [
        NewEntry(
            stream=stream,
            kind="course:task-completed",
            actor="anna",
            payload={"command": encode_command(engine.decode_command(step["command"]))},
        )
        for step in golden["steps"]
    ]
    write(database, keyring, *entries)
    with database.read() as session:
        found = [entry.payload for entry in read(session, stream, keyring)]
    return [engine.decode_command(payload["command"]) for payload in found]


def test_a_journal_gives_the_same_states_on_either_database_with_or_without_snapshots(
    database: Database, keyring: Keyring
) -> None:
    """Given a journal, when any one snapshot is all that is left, then the rest follows from it."""
    for path in check.files():
        replay(path, database, keyring)


def replay(path: Path, database: Database, keyring: Keyring) -> None:
    golden = check.read(path)
    commands = kept(f"course:{path.stem}", database, keyring, golden)
    callables = {name: graphs.process(one) for name, one in golden["callables"].items()}
    callees = check.Recorded(golden["versions"])
    digests = [step["state"] for step in golden["steps"]]

    def decided(first: int, state: bytes | None, upto: int) -> list[bytes]:
        model = engine.compile_model(graphs.process(golden["process"]), callables)
        states = []
        for number in range(first, upto):
            callees.called = golden["steps"][number].get("called", {})
            state = engine.decide(model, state, commands[number], callees).state
            states.append(state)
        return states

    whole = decided(0, None, len(commands))
    assert [sha256(state).hexdigest() for state in whole] == digests
    for last in range(0, len(commands) - 1, 3):
        assert (
            decided(last + 1, whole[last], min(last + 4, len(commands)))
            == whole[last + 1 : last + 4]
        )
