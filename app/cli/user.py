"""`forloeb user`: the people of an installation, what they may, and closing their access."""

from __future__ import annotations

from collections.abc import Callable

import click

from app import access, units
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
@click.option("--unit", default="", help="Koden på den enhed, personen hører til.")
@click.option("--mail", default="", help="Mailadresse til besked om henvendelser og opgaver.")
@click.password_option(help="Adgangskode; der spørges, hvis den mangler.")
def add(
    username: str,
    name: str,
    roles: tuple[str, ...],
    groups: tuple[str, ...],
    unit: str,
    mail: str,
    password: str,
) -> None:
    """Opret brugeren USERNAME."""
    new = access.NewPerson(
        username=username,
        name=name,
        roles=roles,
        groups=groups,
        unit=unit,
        email=mail,
        password=password,
    )

    def act(work: UnitOfWork) -> None:
        _need_unit(work, unit)
        access.add_person(work, new)

    _run(act)
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
@click.argument("code")
def unit(username: str, code: str) -> None:
    """Flyt USERNAME til enheden CODE; forløb, som personen er ansvarlig for, følger med."""

    def act(work: UnitOfWork) -> None:
        _need_unit(work, code)
        access.set_unit(work, username, code)

    _run(act)
    click.echo(f"{username} hører nu til {code}.")


@user.command("mail")
@click.argument("username")
@click.option("--address", help="Den nye mailadresse; tom tager den væk.")
@click.option("--on/--off", "wanted", default=None, help="Om brugeren vil have mails.")
def mail_of(username: str, address: str | None, *, wanted: bool | None) -> None:
    """Giv USERNAME en anden mailadresse, eller slå mails til og fra."""
    _run(lambda work: access.set_mail(work, username, address=address, wanted=wanted))
    click.echo(f"{username}s mail er ændret.")


@user.command()
@click.argument("username")
def close(username: str) -> None:
    """Luk USERNAMEs adgang; navnet bliver stående i historikken."""
    _run(lambda work: access.deactivate(work, username))
    click.echo(f"{username} kan ikke længere logge ind.")


def _need_unit(work: UnitOfWork, code: str) -> None:
    if code and all(one.code != code for one in units.all_units(work.session)):
        raise DomainError("unit:unknown", f"Der er ingen enhed med koden {code}.")


def _run(act: Callable[[UnitOfWork], object]) -> None:
    try:
        opened().database.run(act)
    except (Conflict, DomainError) as error:
        raise click.ClickException(error.message) from error
