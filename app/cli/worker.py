"""`forloeb worker`: background work in a process of its own; any number may run beside each other."""

from __future__ import annotations

import signal
import threading

import click

from app.house import begin_work, open_house


@click.command()
def worker() -> None:
    """Udfør det, der forfalder, indtil processen stoppes."""
    built = open_house()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    begin_work(built)
    click.echo("Arbejderen kører.")
    stop.wait()
    built.runner.stop()
