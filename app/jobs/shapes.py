"""Who does due work where: the database says which of the two shapes an installation has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.jobs.attempt import Handler
from app.jobs.runner import Runner
from app.jobs.worker import Worker
from app.storage import Database


class BackgroundWork(Protocol):
    """Does due work beside what its process does otherwise."""

    def start(self) -> None:
        """Begin, after a fork."""

    def stop(self) -> None:
        """Finish what is at hand, and end."""


def background_work(database: Database, handlers: Mapping[str, Handler]) -> BackgroundWork:
    """Return what does due work here: a thread on SQLite, a worker of procrastinate on PostgreSQL."""
    if database.engine.dialect.name == "postgresql":
        return Worker(database, handlers)
    return Runner(database, handlers)
