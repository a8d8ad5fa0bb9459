"""`forloeb user add`: the first people of an installation."""

from __future__ import annotations

import click

from app import access
from app.errors import Conflict, DomainError
from app.house import open_house


@click.group()
def user() -> None:
    """Opret brugere (drift)."""


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
    built = open_house()
    new = access.NewPerson(
        username=username, name=name, roles=roles, groups=groups, password=password
    )
    try:
        built.database.run(lambda work: access.add_person(work, new))
    except (Conflict, DomainError) as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{username} er oprettet.")
