"""`forloeb doctor`: what an operator looks at first, in one command; it changes nothing."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # the command names what it reports before it loads what it looks at
    from sqlalchemy.orm import Session

    from app.house import House
    from app.settings import Settings

_LEAST_FREE_BYTES = 1 << 30
_LONGEST_UNSIGNED_DAYS = 2
_KEYS = ("secret-key", "master-key", "signing-key")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        check: its name, for programs.
        ok: whether it is as it should be.
        message: what was found, and what to do about it.
    """

    check: str
    ok: bool
    message: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
def doctor(*, as_json: bool) -> None:
    """Se efter, om installationen har det godt: database, skema, nøgler, arbejdere, forfaldent arbejde og diskplads."""
    from app.settings import from_environment

    found = list(_looked_at(from_environment()))
    ok = all(check.ok for check in found)
    if as_json:
        answer = {"ok": ok, "checks": [asdict(check) for check in found]}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        for check in found:
            click.echo(f"{'    ' if check.ok else 'FEJL'}  {check.message}")
    sys.exit(0 if ok else 1)


def _looked_at(settings: Settings) -> Iterator[Check]:
    from sqlalchemy.exc import SQLAlchemyError

    yield _disk(Path(settings.var))
    keys = _keys(settings)
    yield keys
    if not keys.ok:
        return  # opening the installation would draw new ones
    from app.house import open_house

    house = open_house(settings)
    try:
        yield from _database(house)
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", error)).splitlines()[0]
        yield Check("database", ok=False, message=f"Databasen svarer ikke: {words}")
    finally:
        house.close()


def _disk(folder: Path) -> Check:
    while not folder.exists():
        folder = folder.absolute().parent
    free = shutil.disk_usage(folder).free
    said = f"Der er {free / (1 << 30):.1f} GB fri plads i {folder}."
    return Check("disk", free >= _LEAST_FREE_BYTES, said.replace(".", ",", 1))


def _keys(settings: Settings) -> Check:
    given = {
        "secret-key": settings.secret_key,
        "master-key": settings.master_key,
        "signing-key": settings.signing_key,
    }
    for name in _KEYS:
        path = Path(settings.var) / name
        if given[name]:
            continue
        if not path.exists():
            return Check("keys", ok=False, message=f"Nøglen {path} findes ikke.")
        if path.stat().st_mode & 0o077:
            said = f"Nøglen {path} kan læses af andre. Kør: chmod 600 {path}"
            return Check("keys", ok=False, message=said)
    return Check("keys", ok=True, message="Nøglerne er der, og kun ejeren kan læse dem.")


def _database(house: House) -> Iterator[Check]:
    from app.errors import DomainError
    from app.storage import revision

    engine = house.database.engine
    name = engine.dialect.name
    with engine.connect():
        yield Check("database", ok=True, message=f"Databasen svarer ({name}).")
    current = revision.is_current(engine)
    if not current:
        said = "Databasens skema er ikke ajour med programmet. Kør: forloeb db upgrade"
        yield Check("schema", ok=False, message=said)
        return
    yield Check("schema", ok=True, message="Databasens skema er ajour.")
    with house.database.read() as session:
        try:
            house.runtime.keyring.check(session)
            yield Check("master-key", ok=True, message="Hovednøglen åbner databasens nøgler.")
        except DomainError as error:
            yield Check("master-key", ok=False, message=error.message)
        yield from _work(house, session)
        yield _signed(house, session)


def _work(house: House, session: Session) -> Iterator[Check]:
    from app import mail
    from app.jobs import backlog

    found = backlog(session, house.clock.now())
    if found.workers is not None:
        said = f"{found.workers} arbejdere er i gang."
        if not found.workers:
            said = "Ingen arbejdere er i gang, så intet forfaldent udføres. Start: forloeb worker"
        yield Check("workers", found.workers > 0, said)
    said = "Intet arbejde har været forfaldent i over et minut."
    if found.late:
        minutes = int(found.longest.total_seconds() // 60)
        said = f"{found.late} stykker arbejde er forfaldne; det ældste har ventet i {minutes} minutter."
    yield Check("overdue", not found.late, said)
    said = "Intet arbejde venter på et nyt forsøg."
    if found.failed:
        said = f"{found.failed} stykker arbejde er slået fejl og prøves igen; se last_error i due_work."
    yield Check("failed", not found.failed, said)
    lost = len(mail.undelivered(session))
    said = "Ingen mail er gået tabt."
    if lost:
        said = f"{lost} mails kom ikke frem. Se dem under Hændelser (/courses/incidents)."
    yield Check("mail", not lost, said)


def _signed(house: House, session: Session) -> Check:
    from datetime import date, timedelta

    from app.clock import LOCAL
    from app.journal import signing

    today = house.clock.now().astimezone(LOCAL).date()
    newest = signing.latest(session)
    if newest is None:
        return Check("signed", ok=True, message="Kædernes ender er ikke underskrevet endnu.")
    ok = date.fromisoformat(newest.day) >= today - timedelta(days=_LONGEST_UNSIGNED_DAYS)
    return Check("signed", ok, f"Kædernes ender er sidst underskrevet for {newest.day}.")
