"""`forloeb user`: the people of an installation, what they may, and closing their access."""

from __future__ import annotations

from collections.abc import Callable

import click

from app import access
from app.cli.opened import opened
from app.errors import Conflict, DomainError
from app.storage import UnitOfWork


@click.group()
def user() -> None:
    """Opret og ret brugere (drift)."""


@user.command()
@click.argument("username")
@click.option("--name", required=True, help="Fulde navn.")
@click.option("--role", "roles", multiple=True, required=True, help="Rolle; kan gentages.")
@click.option("--group", "groups", multiple=True, help="Opgavegruppe; kan gentages.")
@click.password_option(help="Adgangskode; der spørges, hvis den mangler.")
def add(
    username: str, name: str, roles: tuple[str, ...], groups: tuple[str, ...], password: str
) -> None:
    """Opret brugeren USERNAME."""
    new = access.NewPerson(
        username=username, name=name, roles=roles, groups=groups, password=password
    )
    _run(lambda work: access.add_person(work, new))
    click.echo(f"{username} er oprettet.")


@user.command()
@click.argument("username")
@click.password_option(help="Den nye adgangskode; der spørges, hvis den mangler.")
def password(username: str, password: str) -> None:
    """Giv USERNAME en ny adgangskode; den, der er logget ind med den gamle, er det ikke længere."""
    _run(lambda work: access.set_password(work, username, password))
    click.echo(f"{username} har fået en ny adgangskode.")


@user.command()
@click.argument("username")
@click.option("--role", "roles", multiple=True, required=True, help="Rolle; kan gentages.")
@click.option("--group", "groups", multiple=True, help="Opgavegruppe; kan gentages.")
def roles(username: str, roles: tuple[str, ...], groups: tuple[str, ...]) -> None:
    """Giv USERNAME disse roller og grupper i stedet for dem, der var."""
    _run(lambda work: access.set_roles(work, username, roles, groups))
    click.echo(f"{username} har fået andre roller og grupper.")


@user.command()
@click.argument("username")
def close(username: str) -> None:
    """Luk USERNAMEs adgang; navnet bliver stående i historikken."""
    _run(lambda work: access.deactivate(work, username))
    click.echo(f"{username} kan ikke længere logge ind.")


def _run(act: Callable[[UnitOfWork], object]) -> None:
    try:
        opened().database.run(act)
    except (Conflict, DomainError) as error:
        raise click.ClickException(error.message) from error
