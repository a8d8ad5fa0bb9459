"""`forloeb audit`: the auditor's commands."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app import canonical
from app.audit import replay as replay_course
from app.audit import verify as verify_streams
from app.clock import to_text
from app.house import check, open_house
from app.journal import signing


@click.group()
def audit() -> None:
    """Genspil, efterprøv og eksportér forløb (revisor)."""


@audit.command()
@click.option("--course", "course_key", type=int, help="Kun forløbet med denne nøgle.")
@click.option("--all", "everything", is_flag=True, help="Alle kæder (også uden tilvalg).")
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Et underskrevet kædehoved, der er gemt et andet sted; kan gentages.",
)
@click.option("--json", "as_json", is_flag=True, help="Skriv svaret som JSON.")
def verify(
    course_key: int | None, heads: tuple[Path, ...], *, everything: bool, as_json: bool
) -> None:
    """Efterprøv kæderne, og afgør hvert forløb igen."""
    if course_key is not None and everything:
        raise click.UsageError("Vælg enten --course eller --all.")
    kept = [signing.from_text(path.read_text()) for path in heads]
    built = open_house()
    check(built)
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
    with open_house().database.read() as session:
        found = signing.signed(session, day) if day else signing.latest(session)
    if found is None:
        raise click.ClickException("Der er ikke underskrevet noget kædehoved for den dag.")
    click.echo(found.to_text())


@audit.command()
@click.argument("key", type=int)
def replay(key: int) -> None:
    """Genspil forløbet KEY post for post."""
    built = open_house()
    with built.database.read() as session:
        for moment in replay_course(session, built.runtime, key):
            entry = moment.entry
            line = f"{entry.seq:5} {to_text(entry.at)} {entry.kind:28} {entry.element:28} {entry.actor}"
            click.echo(line.rstrip())
            for event in moment.events:
                click.echo(f"        {type(event).__name__} {_subject(event)}")


def _subject(event: object) -> str:
    for name in ("address", "flow", "name", "expression", "how"):
        value = getattr(event, name, None)
        if value is not None:
            return value if isinstance(value, str) else canonical.dumps(value)
    return ""
