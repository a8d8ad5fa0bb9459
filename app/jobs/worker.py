"""The distributed shape: procrastinate hands the jobs that the dispatcher made to as many workers as there are."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from sqlalchemy import text

from app import log
from app.jobs.attempt import Handler, attempt
from app.jobs.dispatch import HEARTBEAT_SECONDS, LOST_SECONDS, QUEUE, SCHEMA, TASK, dispatch
from app.jobs.schedule import DueAtOnce
from app.storage import Database, UnitOfWork

_IDLE_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_CHANNEL = "forloeb_due"
_NOTIFY = text(f"NOTIFY {_CHANNEL}")
AT_ONCE = 4
"""How many pieces of work a worker does beside each other: while one waits for the database, another decides."""


def _notify(work: UnitOfWork, _: DueAtOnce) -> None:
    """Tell the dispatcher, wherever it runs; PostgreSQL does so when the transaction commits."""
    work.session.execute(_NOTIFY)


class Worker:
    """Two threads of a worker's process: one dispatches, one does; any number of processes run beside each other."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler]) -> None:
        """Keep what to do; nothing starts before `start`."""
        self._database = database
        self._handlers = handlers
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        database.facts.subscribe(DueAtOnce, _notify)

    def start(self) -> None:
        """Start the threads."""
        for name, act in (("dispatch", self._dispatch), ("work", self._work)):
            thread = threading.Thread(
                target=self._until_stopped, args=(act,), name=f"forloeb-{name}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Finish the pieces at hand, then join the threads."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _until_stopped(self, act: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                act()
            except Exception:  # noqa: BLE001 -- a database that is away for a while must not end the worker
                log.exception("the worker starts anew")
            self._stop.wait(_IDLE_SECONDS)

    def _dispatch(self) -> None:
        """Dispatch once a second, and at once when somebody has put work on the list that is due."""
        import psycopg  # noqa: PLC0415 -- on SQLite there is none

        _, where = self._database.engine.dialect.create_connect_args(self._database.engine.url)
        with psycopg.connect(**where, autocommit=True) as connection:
            connection.execute(f"LISTEN {_CHANNEL}")
            while not self._stop.is_set():
                dispatch(self._database)
                for _heard in connection.notifies(timeout=_IDLE_SECONDS, stop_after=1):
                    pass

    def _work(self) -> None:
        asyncio.run(self._take_jobs())

    async def _take_jobs(self) -> None:
        import procrastinate  # noqa: PLC0415 -- a second of imports, which no web process needs

        url = self._database.engine.url
        _, where = self._database.engine.dialect.create_connect_args(url)
        where["options"] = f"{where.get('options', '')} -c search_path={SCHEMA}".strip()
        connector = procrastinate.PsycopgConnector(kwargs=where, min_size=1, max_size=AT_ONCE + 1)
        app = procrastinate.App(connector=connector)
        app.task(name=TASK)(self._do)
        async with app.open_async():
            jobs = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=AT_ONCE,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    fetch_job_polling_interval=_IDLE_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=LOST_SECONDS,
                )
            )
            while not self._stop.is_set() and not jobs.done():
                await asyncio.wait({jobs}, timeout=_LOOK_SECONDS)
            if jobs.done():
                jobs.result()
            jobs.cancel()
            with suppress(asyncio.CancelledError):
                await jobs

    def _do(self, key: int) -> None:
        attempt(self._database, self._handlers, key)
