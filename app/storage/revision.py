"""Which of the revisions in migrations/ a database stands at.

Asked without Alembic: each start wants to know, and Alembic is a hundred modules (see `app.storage.schema`).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

MIGRATIONS = Path(__file__).parents[2] / "migrations"
"""They lie beside the package `app`, in the project's folder: Forløb is installed from there (`pip install -e .`)."""


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the schema that this program needs."""
    return revision_of(engine) == (MIGRATIONS / "current-head").read_text().strip()


def revision_of(engine: Engine) -> str | None:
    """Return the schema's revision; None where the database has no tables of ours."""
    with engine.connect() as connection:
        return read_revision(connection)


def read_revision(connection: Connection) -> str | None:
    """Return what Alembic has written down in its own table; None where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(
        text("SELECT version_num FROM alembic_version")
    ).scalar_one_or_none()
    return found
