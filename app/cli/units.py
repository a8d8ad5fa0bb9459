"""`forloeb units`: the organisation behind the courses, read from a file."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.opened import opened
from app.errors import DomainError

if TYPE_CHECKING:  # loaded when a command needs them
    from app.storage import UnitOfWork
    from app.units import Loaded


class _OnlyTried(Exception):
    """Carries what a dry run found out of its transaction."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__()
        self.loaded = loaded


@click.group()
def units() -> None:
    """Indlæs og vis organisationens enheder (drift)."""


@units.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Sig kun, hvad filen ændrer; skriv intet.")
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
def load(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Indlæs enhederne i FILE (JSON eller CSV med code, name, parent og uuid); ingen enhed tages væk."""
    from app import units as organisation

    house, by = opened(), f"shell:{getpass.getuser()}"

    def act(work: UnitOfWork) -> Loaded:
        found = organisation.load(work, house.runtime.keyring, new, by)
        if dry_run:
            raise _OnlyTried(found)
        return found

    try:
        new = organisation.read_units(file.read_bytes())
        loaded = house.database.run(act)
    except _OnlyTried as tried:
        loaded = tried.loaded
    except DomainError as error:
        lines = [f"{name}: {text}" for name, text in error.fields.items()] or [error.message]
        raise click.ClickException("\n".join(lines)) from error
    if as_json:
        told = {"added": loaded.added, "changed": loaded.changed, "same": loaded.same}
        click.echo(json.dumps(told | {"missing": loaded.missing}, ensure_ascii=False))
        return
    for label, codes in (("Ny", loaded.added), ("Ændret", loaded.changed)):
        for code in codes:
            click.echo(f"  {label}: {code}")
    for code in loaded.missing:
        click.echo(f"  Står ikke i filen og bliver stående: {code}")
    done = "Det er en prøve; intet er skrevet." if dry_run else "Enhederne er indlæst."
    counts = f"{len(loaded.added)} nye, {len(loaded.changed)} ændrede, {len(loaded.same)} som før."
    click.echo(f"{counts} {done}")


@units.command(name="list")
def listed() -> None:
    """Vis alle enheder med den, de hører under."""
    from app import units as organisation

    with opened().database.read() as session:
        for one in organisation.all_units(session):
            under = f" under {one.parent}" if one.parent else ""
            uuid = f" · {one.uuid}" if one.uuid else ""
            click.echo(f"{one.code}: {one.name}{under}{uuid}")
