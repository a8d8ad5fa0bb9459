"""A real SQLite file with every table, and a clock that the test moves: what the nouns' tests stand on."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from app import access, citizens, consents, intake, meetings, plans, teams
from app.access import NewPerson, Principal
from app.citizens import Citizen, NewCitizen
from app.clock import SetClock
from app.connectors import OperationContext, Registry, perform
from app.journal import Keyring
from app.storage import Base, Database, Facts

NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
"""Monday 2 November 2026, noon in Denmark."""


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(base64.b64encode(bytes(32)).decode())


@pytest.fixture
def database(tmp_path: Path, clock: SetClock) -> Iterator[Database]:
    engine = create_engine(f"sqlite:///{tmp_path / 'test.sqlite'}")
    opened = Database(engine, clock, Facts())
    Base.metadata.create_all(engine)
    yield opened
    engine.dispose()


STAFF = (
    NewPerson("maja", "Maja Holm", ["coordinator"], ["youth"], unit="ungecenter"),
    NewPerson("ole", "Ole Berg", ["coordinator"], ["youth"], unit="ungecenter"),
    NewPerson("ina", "Ina Krog", ["intake"], ["intake"], unit="modtagelsen"),
    NewPerson("tina", "Tina Lund", ["team_leader"], ["team_leader"], unit="ungecenter"),
    NewPerson("rita", "Rita Revisor", ["auditor"]),
    NewPerson("lars", "Lars Lærer", ["external_participant"]),
    NewPerson("per", "Per Procestegner", ["process_designer"]),
)


@pytest.fixture
def staff(database: Database) -> dict[str, Principal]:
    """Everyone who works with the citizens of these tests, by username."""
    with database.write() as work:
        for new in STAFF:
            access.add_person(work, new)
    with database.read() as session:
        found = {new.username: access.acting(session, new.username) for new in STAFF}
    return {username: who for username, who in found.items() if who is not None}


@pytest.fixture
def noah(database: Database, keyring: Keyring, staff: dict[str, Principal]) -> Citizen:
    """Noah, who is 17 and comes of age on 14 March 2027."""
    with database.write() as work:
        new = NewCitizen("140309-4003", "Noah", "Ågård")
        return citizens.find_or_register(work, keyring, new, "ina")


def registry() -> Registry:
    """All operations of the nouns."""
    made = Registry()
    for noun in (intake, consents, teams, meetings, plans):
        noun.register(made)
    return made


@dataclass
class Course:
    """Performs operations as a course's service tasks do, one transaction each, as the clock stands."""

    database: Database
    citizen: Citizen
    key: int = 77
    actor: str = "maja"

    def do(self, name: str, **variables: Any) -> dict[str, Any]:
        with self.database.write() as work:
            context = OperationContext(self.key, self.citizen.key, self.actor, work.now)
            return perform(work, registry(), name, context, variables)


@pytest.fixture
def course(database: Database, noah: Citizen) -> Course:
    """Noah's course."""
    return Course(database, noah)
