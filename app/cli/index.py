"""`forloeb index`: the outbox of the case index, for the integration platform that carries it on."""

from __future__ import annotations

import json

import click

from app.cli.opened import opened


@click.command()
@click.option("--since", default=0, type=int, help="Det sidste nummer, læseren har; 0: alt.")
@click.option(
    "--limit", default=1000, type=click.IntRange(1, 10_000), help="Højst så mange linjer."
)
def index(since: int, limit: int) -> None:
    """Skriv sagsindeksets ændringer som JSON, en linje for hver sag, ældste først."""
    from app import caseindex

    house = opened()
    with house.database.read() as session:
        lines = caseindex.said_since(session, house.settings.municipality_code, since, limit=limit)
    for line in lines:
        click.echo(json.dumps(line, ensure_ascii=False))
