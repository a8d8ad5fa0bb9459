"""`forloeb dmn tck DIR`: our DMN measured on the standard's own test cases."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app.dmn.findings import DmnError
from app.dmn.kit import Outcome, case_files, count, run_file


@click.group()
def dmn() -> None:
    """Beslutningstabeller: DMN."""


@dmn.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
def tck(folder: Path, *, as_json: bool) -> None:
    """Kør hver *-test-*.xml under DIR mod sin model; vis, hvad der bestås, og den første afvigelse."""
    files = case_files(folder)
    if not files:
        raise click.UsageError(f"{folder}: her er ingen filer, der hedder *-test-*.xml")
    folders: dict[str, dict[str, int]] = {}
    for path in files:
        name = str(path.parent.relative_to(folder))
        outcomes = _run(path)
        passed, failed = count(outcomes)
        sums = folders.setdefault(name, {"passed": 0, "failed": 0})
        sums["passed"] += passed
        sums["failed"] += failed
        if not as_json:
            _show(name, outcomes, passed)
    total = {key: sum(each[key] for each in folders.values()) for key in ("passed", "failed")}
    if as_json:
        click.echo(json.dumps({**total, "folders": folders}, ensure_ascii=False))
    else:
        share = 100 * total["passed"] / max(1, sum(total.values()))
        click.echo(f"Bestået {total['passed']}, ikke bestået {total['failed']} ({share:.1f} %)")
    sys.exit(1 if total["failed"] else 0)


def _run(path: Path) -> list[Outcome]:
    try:
        return list(run_file(path))
    except DmnError as error:
        return [Outcome("", path.name, error.message)]


def _show(name: str, outcomes: list[Outcome], passed: int) -> None:
    click.echo(f"{name}: {passed} af {len(outcomes)}")
    for outcome in outcomes:
        if outcome.difference is not None:
            click.echo(f"  {outcome.case} {outcome.node}: {outcome.difference}")
