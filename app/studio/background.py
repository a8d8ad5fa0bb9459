"""Work of the studio that takes a while: done in pieces by whoever does due work, with its progress in `studio_run`.

A piece reads outside any write transaction, so that a long back-test holds nobody up; what it found is written in a
short one, which also puts the next piece on the list. Should the process die in between, the piece is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

from app import jobs, log
from app.clock import Clock
from app.courses import Runtime
from app.definitions import library
from app.errors import ForloebError
from app.settings import Settings
from app.storage import Database, UnitOfWork
from app.studio.rows import StudioRun

WORK = "studio:run"
RUNNING, DONE, STOPPED, FAILED = "running", "done", "stopped", "failed"
_TRIED_AGAIN = timedelta(minutes=2)


class Installation(Protocol):
    """A whole installation, as the house builds it: a scenario runs on a throwaway one."""

    @property
    def settings(self) -> Settings:
        """How it was set up."""

    @property
    def database(self) -> Database:
        """Its database."""

    @property
    def runtime(self) -> Runtime:
        """What running a course needs."""

    @property
    def handlers(self) -> Mapping[str, jobs.Handler]:
        """Who does which due work."""

    def publish(self, work: UnitOfWork, files: Mapping[str, bytes], by: str) -> library.Published:
        """Publish files that belong together."""
        ...


@dataclass(frozen=True)
class Workshop:
    """What the studio's work needs.

    Attributes:
        database: of this installation.
        runtime: keys, operations and models of this installation.
        open: opens another installation, with other settings and another clock.
    """

    database: Database
    runtime: Runtime
    open: Callable[[Settings, Clock], Installation]


Piece = Callable[[Workshop, int], bool]
"""Does a piece of the run with this key and writes down what it found; tells whether something is left."""


def duties(workshop: Workshop, pieces: Mapping[str, Piece]) -> dict[str, jobs.Handler]:
    """Return the handler of the studio's due work, to be registered in `app.house`; `pieces` by kind of run."""

    def begin_piece(work: UnitOfWork, ref: str) -> None:
        run = work.session.get(StudioRun, int(ref))
        if run is None or run.status != RUNNING:
            return
        jobs.schedule(work, WORK, ref, work.now + _TRIED_AGAIN)
        work.after_commit.append(partial(_do, workshop, pieces[run.kind], run.key))

    return {WORK: begin_piece}


@dataclass(frozen=True)
class Wanted:
    """Work that is to be done: see `StudioRun` for the fields."""

    kind: str
    process_id: str
    draft_key: int | None = None
    digest: str = ""
    total: int = 0
    result: Mapping[str, Any] = field(default_factory=dict)


def begin(work: UnitOfWork, wanted: Wanted, by: str) -> StudioRun:
    """Put work on the list for a person (username), and return its run."""
    run = StudioRun(
        key=work.next_key(),
        kind=wanted.kind,
        process_id=wanted.process_id,
        draft_key=wanted.draft_key,
        digest=wanted.digest,
        status=RUNNING,
        done=0,
        total=wanted.total,
        result=dict(wanted.result),
        accepted=[],
        started_at=work.now,
        started_by=by,
        ended_at=None,
    )
    work.session.add(run)
    work.session.flush()
    jobs.schedule(work, WORK, str(run.key), work.now)
    return run


def again(work: UnitOfWork, run: StudioRun) -> None:
    """Put a run that is to go on with something else on the list again."""
    jobs.schedule(work, WORK, str(run.key), work.now)


def stop(work: UnitOfWork, run_key: int) -> None:
    """Stop a run after the piece at hand; what it found stays."""
    run = work.session.get(StudioRun, run_key)
    if run is not None and run.status == RUNNING:
        run.status, run.ended_at = STOPPED, work.now
        jobs.withdraw(work, WORK, str(run_key))


def _do(workshop: Workshop, piece: Piece, run_key: int) -> None:
    try:
        more = piece(workshop, run_key)
    except Exception as error:  # noqa: BLE001 -- whatever goes wrong is told on the page, and the other work goes on
        if not isinstance(error, ForloebError):
            log.exception("work of the studio failed", run=run_key)
        said = error.message if isinstance(error, ForloebError) else ""
        workshop.database.run(lambda work: _close(work, run_key, FAILED, said))
        return
    workshop.database.run(lambda work: _go_on(work, run_key) if more else _close(work, run_key))


def _go_on(work: UnitOfWork, run_key: int) -> None:
    run = work.session.get(StudioRun, run_key)
    if run is not None and run.status == RUNNING:
        jobs.schedule(work, WORK, str(run_key), work.now)


def _close(work: UnitOfWork, run_key: int, status: str = DONE, said: str = "") -> None:
    run = work.session.get(StudioRun, run_key)
    jobs.withdraw(work, WORK, str(run_key))
    if run is None or run.status != RUNNING:
        return
    run.status, run.ended_at = status, work.now
    if status == FAILED:
        run.result = {**run.result, "failed": said or "Der skete en fejl. Den står i loggen."}
