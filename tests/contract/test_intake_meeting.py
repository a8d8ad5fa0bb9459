"""The day's meeting is one, whoever begins it at the same moment: colleagues, the clock, one worker or another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from functools import partial

from sqlalchemy import func, select

from app import intake, jobs
from app.clock import SetClock
from app.intake import NewUnattached
from app.intake.rows import IntakeMeetingRow
from app.journal import Keyring
from app.storage import Database

WORKERS = 4


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    ready = threading.Barrier(len(acts))

    def begin(act: Callable[[], object]) -> None:
        ready.wait()
        act()

    threads = [threading.Thread(target=begin, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_workers_and_colleagues_at_ten_begin_one_meeting(
    database: Database, clock: SetClock, keyring: Keyring
) -> None:
    # Given an inquiry, and the hour of Tuesday's meeting
    told = NewUnattached("En dreng i 8. B", "youth_course", {"concern_for_child": "no"})
    database.run(lambda work: intake.keep(work, keyring, told, by="lone"))
    database.run(lambda work: intake.plan_hour(work, intake.MEETING, time(10)))
    clock.set(datetime(2026, 3, 3, 9, 0, tzinfo=UTC))
    handlers = {intake.MEETING: partial(intake.begin_meeting, keyring, time(10))}

    at_once(
        [partial(jobs.run_due, database, handlers) for _ in range(WORKERS)]
        + [
            partial(database.run, lambda work: intake.open_meeting(work, keyring, "tina"))
            for _ in range(WORKERS)
        ]
    )

    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(IntakeMeetingRow)) == 1
