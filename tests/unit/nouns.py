"""A real SQLite file with every table, and a clock that the test moves: what the nouns' tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from app.clock import SetClock
from app.journal import Keyring
from app.storage import Base, Database, Facts

NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
"""Monday 2 November 2026, noon in Denmark."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(bytes(32))


@pytest.fixture
def database(tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    engine = create_engine(f"sqlite:///{tmp_path / 'test.sqlite'}")
    opened = Database(engine, clock, Facts())
    Base.metadata.create_all(engine)
    yield opened
    engine.dispose()
