"""`forloeb db`: the database's schema, and the rows of courses held against their journals."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.opened import opened
from app.errors import DomainError

if TYPE_CHECKING:  # loaded when a command needs them
    from app.courses import Difference
    from app.house import House
    from app.storage import UnitOfWork


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


@db.command()
@click.option("--course", "course_key", type=int, help="Kun forløbet med denne nøgle.")
@click.option("--check", "only_check", is_flag=True, help="Sammenlign kun; ret intet.")
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
def rebuild(course_key: int | None, *, only_check: bool, as_json: bool) -> None:
    """Hold forløbenes rækker op mod journalen, og lav dem på ny, hvor de ikke passer."""
    from sqlalchemy import select

    from app.courses import Course

    built = opened()
    with built.database.read() as session:
        keys = [course_key] if course_key else list(session.scalars(select(Course.key)))
    found, sealed = [], 0
    for difference in _rebuilt(built, keys, only_check=only_check):
        if difference is None:
            sealed += 1
        else:
            found.append(difference)
    if as_json:
        told = {"courses": len(keys), "sealed": sealed, "differences": found}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"  Forløb {one['course_key']}: {one['what']} {one['where']}".rstrip())
        done = "findes" if only_check else "er rettet"
        click.echo(f"{len(keys)} forløb, {sealed} forseglede. {len(found)} forskelle {done}.")
    sys.exit(1 if found and only_check else 0)


def _rebuilt(
    built: House, keys: list[int], *, only_check: bool
) -> Iterator[dict[str, object] | None]:
    """Compare each course, or make it anew, in a transaction of its own; None for one that is sealed."""
    from app import courses

    for key in keys:
        try:
            if only_check:
                with built.database.read() as session:
                    found = courses.differences(session, built.runtime, key)
            else:
                found = built.database.run(partial(_rebuild, built, key))
        except DomainError as error:
            if error.code != "migrate:sealed":
                raise
            yield None
        else:
            yield from (asdict(one) for one in found)


def _rebuild(built: House, key: int, work: UnitOfWork) -> list[Difference]:
    from app import courses

    return courses.rebuild(work, built.runtime, key)
