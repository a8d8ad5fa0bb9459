"""`forloeb restore`: a backup put back where there is no database."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Gendan databasen fra sikkerhedskopien FILE. Der må ikke være en database i forvejen; stop serveren først."""
    from app.settings import from_environment
    from app.storage.backup import restore as put_back

    found = put_back(file, from_environment().database)
    click.echo(f"Databasen er gendannet, som den var {found.made_at}.")
    click.echo("Kør nu: forloeb db upgrade, forloeb doctor og forloeb audit verify --all.")
