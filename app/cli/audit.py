"""`forloeb audit`: the auditor's commands."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from app import canonical
from app.audit import replay as replay_course
from app.audit import verify as verify_streams
from app.cli.opened import opened
from app.clock import LOCAL, to_text
from app.courses import SYSTEM
from app.journal import signing

_OUTPUT = click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Den fil, der skrives.",
)
_HEADS = click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Et underskrevet kædehoved, der er gemt et andet sted; kan gentages.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")


@click.group()
def audit() -> None:
    """Genspil, efterprøv og eksportér forløb (revisor)."""


@audit.command()
@click.option("--course", "course_key", type=int, help="Kun forløbet med denne nøgle.")
@click.option("--all", "everything", is_flag=True, help="Alle kæder (også uden tilvalg).")
@_HEADS
@_JSON
def verify(
    course_key: int | None, heads: tuple[Path, ...], *, everything: bool, as_json: bool
) -> None:
    """Efterprøv kæderne, og afgør hvert forløb igen."""
    if course_key is not None and everything:
        raise click.UsageError("Vælg enten --course eller --all.")
    kept = [signing.from_text(path.read_text()) for path in heads]
    built = opened()
    with built.database.read() as session:
        report = verify_streams(
            session,
            built.runtime,
            course_key,
            public_key=built.public_key,
            kept=kept,
            access_log=None if course_key else built.access_log,
        )
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _tell(report.as_json())
        for broken in report.broken:
            click.echo(f"  {broken.stream}, post {broken.seq}: {broken.words}")
            if broken.expected or broken.found:
                click.echo(
                    f"    ventet {broken.expected or 'intet'}, fundet {broken.found or 'intet'}"
                )
    sys.exit(0 if report.ok else 1)


def _tell(report: dict[str, object]) -> None:
    click.echo("Kæden er hel." if report["ok"] else "Kæden er brudt.")
    click.echo(
        f"{report['streams']} kæder, {report['entries']} poster, "
        f"{report['redecided']} afgjort igen, {report['sealed']} forløb forseglet."
    )


@audit.command()
@click.option("--day", help="Dansk dato, fx 2026-11-22; den seneste, hvis den mangler.")
def head(day: str | None) -> None:
    """Skriv et underskrevet kædehoved, så det kan gemmes et andet sted."""
    with opened().database.read() as session:
        found = signing.signed(session, day) if day else signing.latest(session)
    if found is None:
        raise click.ClickException("Der er ikke underskrevet noget kædehoved for den dag.")
    click.echo(found.to_text())


@audit.command()
@click.argument("key", type=int)
@click.option(
    "--at", "until", help="Kun til og med det tidspunkt, fx 2026-11-23T14:05 (dansk tid)."
)
def replay(key: int, until: str | None) -> None:
    """Genspil forløbet KEY post for post."""
    last = _instant(until) if until else None
    built = opened()
    with built.database.read() as session:
        for moment in replay_course(session, built.runtime, key):
            entry = moment.entry
            if last is not None and entry.at > last:
                break
            line = f"{entry.seq:5} {to_text(entry.at)} {entry.kind:28} {entry.element:28} {entry.actor}"
            click.echo(line.rstrip())
            for event in moment.events:
                click.echo(f"        {type(event).__name__} {_subject(event)}")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise click.BadParameter("Skriv tidspunktet som 2026-11-23T14:05.") from wrong
    return found if found.tzinfo is not None else found.replace(tzinfo=LOCAL)


def _subject(event: object) -> str:
    for name in ("address", "flow", "name", "expression", "how"):
        value = getattr(event, name, None)
        if value is not None:
            return value if isinstance(value, str) else canonical.dumps(value)
    return ""


@audit.command()
@click.argument("key", type=int)
@_OUTPUT
@click.option("--purpose", required=True, help="Hvem forløbet udleveres til, og hvorfor.")
@click.option("--by", default=SYSTEM, help="Brugernavnet på den, der udleverer.")
def export(key: int, output: Path, purpose: str, by: str) -> None:
    """Skriv forløbet KEY i én forseglet fil til en tilsynsmyndighed."""
    from app import create_app, house_of
    from app.access import Principal, Visit
    from app.audit import need_purpose
    from app.courses import course
    from app.house import check
    from app.web import sealed

    app = create_app()
    house = house_of(app)
    click.get_current_context().call_on_close(house.close)
    check(house)
    purpose = need_purpose(purpose)
    with app.app_context(), house.database.read() as session:
        found = course(session, key)
        content = sealed(session, house, found, by, purpose)
    if found.citizen_key is not None:
        visit = Visit(purpose, "audit:export", (found.citizen_key,), key)
        house.access_log.write(Principal(0, by, by), visit)
    output.write_bytes(content)
    click.echo(f"{output}: {len(content)} bytes. Installationens offentlige nøgle:")
    click.echo(house.public_key)


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--public-key", default="", help="Installationens offentlige nøgle, fået ad en anden vej."
)
@_HEADS
@_JSON
def check(file: Path, public_key: str, heads: tuple[Path, ...], *, as_json: bool) -> None:
    """Efterprøv en forseglet fil. Det kræver ingen database."""
    from app.audit import check_file

    kept = [signing.from_text(path.read_text()) for path in heads]
    found = check_file(file.read_bytes(), public_key, kept)
    told = found.as_json()
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        sys.exit(0 if found.ok else 1)
    click.echo("Udleveringen er hel." if found.ok else "Udleveringen er ændret.")
    click.echo(
        f"{told['installation']}, {told['exported_at']}, {told['exported_by']}: {told['purpose']}"
    )
    click.echo(f"{told['stream']}: {found.entries} poster, {found.redecided} afgjort igen.")
    if found.sealed:
        click.echo("En persons oplysninger er slettet, så ikke alt kan afgøres igen.")
    if found.day:
        click.echo(f"Kæden indgår i kædehovedet for {found.day}.")
    for flaw in found.flaws:
        click.echo(f"  {flaw.place}: {flaw.words}")
        if flaw.expected or flaw.found:
            click.echo(f"    ventet {flaw.expected or 'intet'}, fundet {flaw.found or 'intet'}")
    if not public_key and not kept:
        click.echo(
            "Underskrevet med nøglen nedenfor. Sammenlign den med installationens, fået ad en anden vej."
        )
        click.echo(str(told["public_key"]))
    sys.exit(0 if found.ok else 1)


@audit.command()
@_OUTPUT
@click.option("--kind", default="", help="Kun forløb af den model (procesid).")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="Kun forløb, der er startet fra den dag."
)
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Kun forløb, der er startet til og med den dag.",
)
def xes(output: Path, kind: str, since: datetime | None, until: datetime | None) -> None:
    """Skriv mange forløb som hændelseslog (XES) til procesanalyse, uden navne."""
    from app.audit import LogFilter, event_log

    first = since.replace(tzinfo=LOCAL) if since else None
    end = until.replace(tzinfo=LOCAL) + timedelta(days=1) if until else None
    house = opened()
    with house.database.read() as session, output.open("w", encoding="utf-8") as file:
        for piece in event_log(session, house.runtime, LogFilter(kind, first, end)):
            file.write(piece)
    click.echo(f"{output}: skrevet.")


@audit.command()
@click.argument("citizen", type=int)
@_OUTPUT
def access(citizen: int, output: Path) -> None:
    """Skriv borgeren CITIZEN (nøgle) en udskrift (CSV) af adgangsloggen uden medarbejdernes navne."""
    from app.access import Principal, Visit
    from app.web import written_extract

    house = opened()
    text = written_extract(house, citizen)
    told = Visit("Revision: borgerens udskrift af adgangsloggen", "audit:access", (citizen,))
    house.access_log.write(Principal(0, SYSTEM, SYSTEM), told)
    output.write_text(text, encoding="utf-8")
    click.echo(f"{output}: {len(text.splitlines()) - 1} opslag.")
