"""The house put together: what the top floor finds in the Flask app, and who registers with whom.

Four things go upwards by registration here and never by import: checks at publish, handlers of
due work, facts, and the operations that models call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from app import consents, courses, intake, meetings, plans, teams
from app.clock import Clock, SystemClock
from app.connectors import Registry
from app.courses import Runtime
from app.jobs import Handler, Runner
from app.journal import Keyring
from app.settings import Settings
from app.storage import Database, Facts
from app.storage.flask import db


@dataclass(frozen=True)
class House:
    """One running installation.

    Attributes:
        settings: how it was set up.
        clock: what time it is.
        database: the way in and out of the database.
        runtime: what running a course needs.
        handlers: who does which due work.
        runner: the background thread of the embedded shape; `forloeb serve` starts it.
    """

    settings: Settings
    clock: Clock
    database: Database
    runtime: Runtime
    handlers: Mapping[str, Handler]
    runner: Runner


def operations() -> Registry:
    """Return the operations of the field's nouns, and those of installed packages."""
    registry = Registry()
    for noun in (intake, consents, teams, meetings, plans, courses):
        noun.register(registry)
    return registry


def build(app: Flask, settings: Settings, clock: Clock | None) -> House:
    """Open the database and put the parts together."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    clock = clock or SystemClock()
    facts = Facts()
    database = Database(engine, clock, facts)
    runtime = Runtime(Keyring(settings.master_key), operations())
    handlers = {courses.TIMER: lambda work, ref: courses.fire_timer(work, runtime, ref)}
    courses.listen(facts, runtime)
    return House(settings, clock, database, runtime, handlers, Runner(database, handlers))
