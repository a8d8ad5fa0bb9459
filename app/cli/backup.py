"""`forloeb backup`: the whole database in one file, while the server runs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Tag en sikkerhedskopi af hele databasen i FILE, mens serveren kører. Nøglerne er ikke med."""
    from app.clock import SystemClock, to_text
    from app.settings import from_environment
    from app.storage.backup import back_up

    made = back_up(from_environment().database, file, to_text(SystemClock().now()))
    size = file.stat().st_size / 1_000_000
    click.echo(f"{file}: {size:.1f} MB, {made.database}, skema {made.revision}.")
    click.echo(
        "Gem var/master-key og var/signing-key et andet sted: uden dem kan kopien ikke læses."
    )
