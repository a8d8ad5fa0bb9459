"""Both databases with the real schema, a clock that stands still, and a keyring."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine

from app import courses
from app.clock import SetClock
from app.connectors import Registry
from app.journal import Keyring
from app.storage import Database, Facts, schema
from tests.contract.notes import notes
from tests.unit.courses.conftest import Desk

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: Engine, clock: SetClock) -> Database:
    schema.upgrade(engine)
    return Database(engine, clock, Facts())


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(base64.b64encode(bytes(range(32))).decode())


@pytest.fixture
def stocked(database: Database) -> Database:
    """A database with a table to write to."""
    notes.create(database.engine)
    return database


@pytest.fixture
def desk(database: Database, clock: SetClock, keyring: Keyring) -> Desk:
    registry = Registry()
    courses.register(registry)
    return Desk(database, clock, courses.Runtime(keyring, registry))
