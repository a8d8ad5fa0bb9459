"""`forloeb course`: what an operator does to many courses at once, or where no page can be opened."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import access, courses
from app.access import Principal
from app.cli.opened import opened
from app.courses import Course, Order
from app.definitions import library
from app.errors import ForloebError, NotFound
from app.house import House
from app.storage import UnitOfWork

_BY = click.option("--by", required=True, help="Hvem gør det: et brugernavn med rollen drift.")
_REASON = click.option("--reason", required=True, help="Hvorfor; bliver stående i historikken.")


@click.group()
def course() -> None:
    """Sæt forløb i bero, lad dem gå videre, stop dem, eller flyt dem til en anden version (drift)."""


def _simple(name: str, text: str, act: Callable[..., None], done: str) -> None:
    """Make the command of one act on each of some courses."""

    @course.command(name=name, help=text)
    @click.argument("keys", type=int, nargs=-1, required=True)
    @_BY
    @_REASON
    def command(keys: tuple[int, ...], by: str, reason: str) -> None:
        house = opened()
        order = Order(_person(house, by), reason)
        wrong = 0
        for key in keys:

            def one(work: UnitOfWork, key: int = key) -> None:
                act(work, house.runtime, key, order)

            wrong += _tell(house, key, one, done)
        sys.exit(1 if wrong else 0)


_simple("suspend", "Sæt forløbene KEYS i bero.", courses.suspend, "sat i bero")
_simple("resume", "Lad forløbene KEYS gå videre.", courses.resume, "går videre")
_simple("cancel", "Stop forløbene KEYS; kan ikke fortrydes.", courses.cancel, "stoppet")


@course.command()
@click.argument("keys", type=int, nargs=-1)
@click.option("--all-on", default="", help="Alle forløb i gang på en version: PROCES:NUMMER.")
@click.option("--to", required=True, type=int, help="Nummeret på den version, de skal til.")
@click.option(
    "--map", "pairs", multiple=True, help="GAMMELT=NYT element; GAMMELT= for et, der er væk."
)
@click.option("--go", is_flag=True, help="Gør det; uden det her er det en prøve.")
@click.option("--by", default="", help="Hvem gør det (kun med --go).")
@click.option("--reason", default="", help="Hvorfor (kun med --go).")
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
def migrate(  # noqa: PLR0913 -- each is an option of the command
    keys: tuple[int, ...],
    all_on: str,
    to: int,
    pairs: tuple[str, ...],
    by: str,
    reason: str,
    *,
    go: bool,
    as_json: bool,
) -> None:
    """Prøv at flytte forløbene KEYS til en anden version af deres model, eller gør det med --go."""
    process_id, _colon, number = all_on.rpartition(":")
    if bool(keys) == bool(all_on) or (all_on and not (process_id and number.isdigit())):
        raise click.UsageError("Nævn forløbene, eller brug --all-on PROCES:NUMMER.")
    if go and not (by and reason):
        raise click.UsageError("--go kræver --by og --reason.")
    house = opened()
    mapping = _mapping(pairs)
    with house.database.read() as session:
        wanted = keys or _on(session, _version(session, process_id, int(number)))
        found = [_tried(session, house, key, to, mapping) for key in wanted]
    if go:
        order = Order(_person(house, by), reason)
        for one in found:
            if one["fits"]:
                one["moved"] = _moved(house, one, mapping, order)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for one in found:
            click.echo(_line(one))
    sys.exit(0 if all(one["moved"] if go else one["fits"] for one in found) else 1)


def _person(house: House, username: str) -> Principal:
    with house.database.read() as session:
        found = access.acting(session, username)
    if found is None:
        raise NotFound("person:unknown", f"Der er ingen aktiv bruger, der hedder {username}.")
    return found


def _tell(house: House, key: int, act: Callable[[UnitOfWork], None], done: str) -> int:
    """Do it to one course and say how it went; return how many went wrong."""
    try:
        house.database.run(act)
    except ForloebError as error:
        click.echo(f"{key}: {error.message}", err=True)
        return 1
    click.echo(f"{key}: {done}")
    return 0


def _mapping(pairs: Sequence[str]) -> dict[str, str]:
    if any("=" not in pair for pair in pairs):
        raise click.UsageError("Skriv --map GAMMELT=NYT.")
    return dict(pair.split("=", 1) for pair in pairs)


def _version(session: Session, process_id: str, number: int) -> int:
    row = library.DefinitionVersion
    found = session.scalar(
        select(row.key).where(row.process_id == process_id, row.version == number)
    )
    if found is None:
        raise NotFound("model:unknown", f"{process_id} er ikke udgivet i en version {number}.")
    return found


def _on(session: Session, version_key: int) -> list[int]:
    query = select(Course.key).where(Course.version_key == version_key, Course.status != "ended")
    return list(session.scalars(query.order_by(Course.key)))


def _tried(
    session: Session, house: House, key: int, to: int, mapping: dict[str, str]
) -> dict[str, Any]:
    said: dict[str, Any] = {"course": str(key), "fits": False, "moved": False}
    try:
        row = courses.course(session, key)
        key_to = _version(session, row.process_id, to)
        trial = courses.try_migration(session, house.runtime, row, key_to, mapping or None)
    except ForloebError as error:
        return said | {"code": error.code, "message": error.message}
    if trial.fits:
        return said | {"fits": True, "mapping": dict(trial.mapping), "version": str(key_to)}
    return said | {
        "code": trial.code,
        "message": trial.message,
        "entry": trial.seq,
        "element": trial.element,
        "offer": dict(trial.offer),
    }


def _moved(house: House, one: dict[str, Any], mapping: dict[str, str], order: Order) -> bool:
    """Move a course that fits; what has happened to it since may have changed that."""
    key, to, by = int(one["course"]), int(one["version"]), mapping or one["mapping"]
    try:
        house.database.run(lambda work: courses.migrate(work, house.runtime, key, to, by, order))
    except ForloebError as error:
        one |= {"code": error.code, "message": error.message}
        return False
    return True


def _line(one: dict[str, Any]) -> str:
    if one["moved"]:
        return f"{one['course']}: flyttet"
    if one["fits"] and "code" not in one:
        return f"{one['course']}: passer"
    where = f" (post {one['entry']}, {one['element']})" if one.get("entry") else ""
    offer = ", ".join(f"{old}={new}" for old, new in one.get("offer", {}).items())
    hint = f". Prøv --map {offer}" if offer else ""
    return f"{one['course']}: {one['message']}{where}{hint}"
