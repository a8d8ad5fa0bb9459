"""The database's schema: bringing it up to date with the Alembic revisions in migrations/.

Alembic is loaded only by who imports this module.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from app.storage.database import begin, prepare
from app.storage.revision import MIGRATIONS, read_revision


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
        before = read_revision(connection)
        command.upgrade(configure(connection), revision)
        return read_revision(connection) != before


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to `revision`, in one transaction. Data that has no place there is lost."""
    prepare(engine)
    with engine.begin() as connection:
        begin(connection, writes=True)
        command.downgrade(configure(connection), revision)
