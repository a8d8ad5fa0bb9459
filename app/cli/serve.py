"""`forloeb serve`: pages and API; in one process with background work on SQLite, in several on PostgreSQL."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import click
from gunicorn.app.base import BaseApplication

from app import create_app, house_of
from app.house import begin_work, check, open_house
from app.settings import Settings, from_environment

THREADS = 8


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn with our settings. On SQLite it has one worker, so that one process holds the writer's lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._address = f"{settings.host}:{settings.port}"
        super().__init__()

    def load_config(self) -> None:
        """Say how to serve."""
        for name, value in {
            "bind": self._address,
            "workers": max(1, self._settings.web_processes) if self._settings.distributed else 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "proc_name": "forloeb",
            "post_worker_init": _start_background_work,
            "worker_exit": _stop_background_work,
            "when_ready": lambda _server: click.echo(f"Forløb kører på http://{self._address}"),
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Build the app in the worker, after the fork: threads and connections do not survive one."""
        return create_app(self._settings)


def _start_background_work(worker: Any) -> None:
    built = house_of(worker.wsgi)
    if built.settings.embedded_worker and not built.settings.distributed:
        begin_work(built)


def _stop_background_work(_server: Any, worker: Any) -> None:
    if hasattr(worker, "wsgi"):
        house_of(worker.wsgi).runner.stop()


@click.command()
@click.option("--host", help="Adresse at lytte på.")
@click.option("--port", type=int, help="Port at lytte på.")
def serve(host: str | None, port: int | None) -> None:
    """Start serveren: sider og API, på SQLite også baggrundsarbejdet."""
    said = from_environment()
    settings = replace(said, host=host or said.host, port=port or said.port)
    built = open_house(settings)
    check(built)
    built.close()  # no connection may be open across the fork
    sys.argv = sys.argv[:1]
    _Server(settings).run()
