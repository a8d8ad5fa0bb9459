from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.access import AccessLog, Principal, Visit, open_access_log
from app.clock import SetClock

MAJA = Principal(1, "maja", "Maja Holm", frozenset({"coordinator"}), unit="ungecenter")

TRIGGERS = {
    "sqlite": ["access_entry_no_update", "access_entry_no_delete"],
    "postgresql": ["access_entry_no_change ON access_entry"],
}


@pytest.fixture
def log(database_url: str, clock: SetClock) -> Iterator[AccessLog]:
    """The log on each of the two databases."""
    opened = open_access_log(database_url, clock)
    yield opened
    opened.database.engine.dispose()


def test_an_entry_tells_who_saw_whom_why_and_in_which_course(log: AccessLog) -> None:
    log.write(MAJA, Visit("Målrevision", "course:read", (12, 11, 12), course_key=7))
    [entry] = log.of_citizen(11)
    assert (entry.actor, entry.roles, entry.unit) == ("maja", ["coordinator"], "ungecenter")
    assert (entry.purpose, entry.action, entry.course_key) == ("Målrevision", "course:read", 7)
    assert entry.citizens == [11, 12]
    assert log.of_citizen(13) == []


def test_on_sqlite_the_log_is_a_file_of_its_own_beside_the_courses(
    tmp_path: Path, clock: SetClock
) -> None:
    log = open_access_log(f"sqlite:///{tmp_path / 'main.sqlite'}", clock)
    log.write(MAJA, Visit("Søgning", "citizen:search"))
    log.database.engine.dispose()
    assert (tmp_path / "main-access.sqlite").exists()
    assert not (tmp_path / "main.sqlite").exists()


def test_processes_that_open_a_new_log_at_once_all_write_to_it(
    database_url: str, clock: SetClock
) -> None:
    ready = threading.Barrier(6)

    def open_and_write(number: int) -> AccessLog:
        ready.wait()
        opened = open_access_log(database_url, clock)
        opened.write(MAJA, Visit("Målrevision", "course:read", (11,), course_key=number))
        return opened

    with ThreadPoolExecutor(6) as processes:
        logs = list(processes.map(open_and_write, range(6)))

    assert {entry.course_key for entry in logs[0].of_citizen(11)} == set(range(6))
    for opened in logs:
        opened.database.engine.dispose()


def test_entries_cannot_be_changed_or_deleted(log: AccessLog) -> None:
    log.write(MAJA, Visit("Søgning", "citizen:search", (11,)))
    for statement in ("UPDATE access_entry SET actor = 'ole'", "DELETE FROM access_entry"):
        with pytest.raises(DatabaseError, match="append-only"), log.database.write() as work:
            work.session.execute(text(statement))
    assert len(log.of_citizen(11)) == 1


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE access_entry SET actor = 'ole' WHERE seq = 2", (2, "digest-differs")),
        ("DELETE FROM access_entry WHERE seq = 2", (2, "missing")),
    ],
)
def test_a_change_behind_the_applications_back_shows(
    log: AccessLog, statement: str, broken: tuple[int, str]
) -> None:
    for citizen in (11, 12, 13):
        log.write(MAJA, Visit("Opgave", "task:read", (citizen,)))
    assert log.first_broken() is None
    with log.database.write() as work:
        for trigger in TRIGGERS[log.database.engine.dialect.name]:
            work.session.execute(text(f"DROP TRIGGER {trigger}"))
        work.session.execute(text(statement))
    found = log.first_broken()
    assert found is not None
    assert (found[1].seq, found[1].reason.value) == broken


def test_a_new_process_and_a_new_day_start_chains_of_their_own(
    log: AccessLog, clock: SetClock, database_url: str
) -> None:
    log.write(MAJA, Visit("Opgave", "task:read", (11,)))
    other = open_access_log(database_url, clock)
    other.write(MAJA, Visit("Opgave", "task:read", (11,)))
    other.database.engine.dispose()
    clock.advance(timedelta(days=1))
    log.write(MAJA, Visit("Opgave", "task:read", (11,)))
    assert [entry.seq for entry in log.of_citizen(11)] == [1, 1, 1]
    assert len({entry.chain for entry in log.of_citizen(11)}) == 3
    assert log.first_broken() is None
