"""Alembic's environment: works on the connection it is handed, or on the one that settings name."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

import app.documents
import app.house
import app.inbox
import app.mail
import app.references
import app.units  # noqa: F401 -- with the house, all tables are in Base.metadata then
from app.settings import from_environment
from app.storage import Base
from app.storage.database import begin, prepare


def migrate(connection: Connection) -> None:
    """Run what Alembic was asked for; batches are how SQLite alters a table."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = create_engine(from_environment().database)
    prepare(engine)
    with engine.begin() as connection:
        begin(connection, writes=True)
        migrate(connection)
