"""`forloeb demo`: the invented municipality to try things in."""

from __future__ import annotations

import json
import sys
import time

import click

from app.cli.opened import opened


@click.group()
def demo() -> None:
    """Indlæs demokommunen (drift)."""


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Gør ingenting, når der er brugere i forvejen.")
def load_town(*, if_empty: bool) -> None:
    """Opret opdigtede medarbejdere, borgere og ungeforløb i en tom database."""
    from app.clock import SetClock, SystemClock
    from app.demo import Presence, load, presence

    clock = SetClock(SystemClock().now())
    house = opened(clock=clock)
    with house.database.read() as session:
        there = presence(session)
    if there is Presence.PART:
        text = "Demokommunen er kun halvt indlæst. Slet databasen, opret den med `forloeb db upgrade`, og prøv igen."
        raise click.ClickException(text)
    if there is not Presence.EMPTY and if_empty:
        click.echo("Databasen er i brug. Demokommunen blev ikke indlæst.")
        return
    if there is not Presence.EMPTY:
        raise click.ClickException(
            "Der er brugere i databasen. Demokommunen kan kun indlæses i en tom database."
        )
    click.echo("Indlæser demokommunen. Det tager under et minut.")
    began = time.monotonic()
    loaded = load(house, clock, click.echo)
    click.echo(
        f"{loaded.people} brugere, {loaded.citizens} borgere og {loaded.courses} forløb "
        f"er klar efter {time.monotonic() - began:.0f} sekunder."
    )


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Skriv listen som JSON.")
def users(*, as_json: bool) -> None:
    """Vis demokommunens brugere og deres adgangskode."""
    from app.access import ROLES
    from app.invented import STAFF

    if as_json:
        rows = [
            {
                "username": one.username,
                "password": one.password,
                "name": one.name,
                "roles": list(one.roles),
            }
            for one in STAFF
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        sys.exit(0)
    for one in STAFF:
        titles = ", ".join(ROLES[role].title for role in one.roles)
        click.echo(f"{one.username:8} {one.password:6} {one.name:18} {titles}")
