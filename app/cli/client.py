"""`forloeb client`: outside systems that call /v2, what they may, and closing their access."""

from __future__ import annotations

import getpass

import click

from app import access
from app.cli.opened import opened
from app.errors import Conflict, DomainError


@click.group()
def client() -> None:
    """Registrér fagsystemer, der bruger API'et (drift)."""


@client.command()
@click.argument("name")
@click.option("--title", required=True, help="Systemets navn, som folk kender det.")
@click.option("--process", "processes", multiple=True, required=True, help="Proces; kan gentages.")
@click.option("--scope", "scopes", multiple=True, required=True, help="Må hvad; kan gentages.")
@click.option("--basis", required=True, help="Hjemlen til at se, hvad forløbene indeholder.")
def add(
    name: str, title: str, processes: tuple[str, ...], scopes: tuple[str, ...], basis: str
) -> None:
    """Registrér systemet NAME (client.…) og skriv dets hemmelighed, som kun vises nu."""
    new = access.NewClient(name, title, processes, scopes, basis)
    by = f"shell:{getpass.getuser()}"
    try:
        secret = opened().database.run(lambda work: access.register_client(work, new, by))
    except (Conflict, DomainError) as error:
        raise click.ClickException(error.message) from error
    click.echo(secret)


@client.command()
@click.argument("name")
def close(name: str) -> None:
    """Luk systemets adgang; navnet bliver stående i historikken."""
    try:
        opened().database.run(lambda work: access.close_client(work, name))
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{name} kan ikke længere kalde API'et.")


@client.command(name="list")
def listed() -> None:
    """Vis alle registrerede systemer."""
    with opened().database.read() as session:
        for row in access.registered_clients(session):
            state = "" if row.active else " (lukket)"
            told = f"{', '.join(row.processes)} · {', '.join(row.scopes)} · {row.basis}"
            click.echo(f"{row.name}{state}: {row.title} · {told}")
