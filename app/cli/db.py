"""`forloeb db`: the database's schema."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def db() -> None:
    """Opret og opgradér databasen (drift)."""


@db.command()
def upgrade() -> None:
    """Opret databasen, eller bring den på højde med programmet."""
    from sqlalchemy import create_engine, make_url

    from app.settings import from_environment
    from app.storage import schema

    settings = from_environment()
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    try:
        changed = schema.upgrade(engine)
    finally:
        engine.dispose()
    click.echo("Databasen er opgraderet." if changed else "Databasen var ajour.")
