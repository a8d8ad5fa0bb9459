"""The database's schema: bringing it up to date with the Alembic revisions in migrations/.

The revisions lie beside the package `app`, in the project's folder: Forløb is installed from there
(`pip install -e .`). Alembic is loaded only by who imports this module.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from app.storage.database import begin, prepare

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def configure(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; `connection` is what migrations/env.py works on, if given."""
    config = Config(MIGRATIONS / "alembic.ini")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> bool:
    """Bring the schema to `revision`, in one transaction: all of it or nothing.

    Returns:
        Whether there was anything to do.
    """
    prepare(engine)
    with engine.begin() as connection:
        begin(connection, writes=True)
        before = _revision(connection)
        command.upgrade(configure(connection), revision)
        return _revision(connection) != before


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to `revision`, in one transaction. Data that has no place there is lost."""
    prepare(engine)
    with engine.begin() as connection:
        begin(connection, writes=True)
        command.downgrade(configure(connection), revision)


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the schema that this program needs."""
    with engine.connect() as connection:
        return _revision(connection) == ScriptDirectory.from_config(configure()).get_current_head()


def revision_of(engine: Engine) -> str | None:
    """Return the schema's revision; None where the database has no tables of ours."""
    with engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
