"""`forloeb feel 'EXPR'`: the designer's language at hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app import canonical
from app.clock import SystemClock
from app.feel import FeelError, FeelWarning, evaluate, from_json, to_json


@click.command()
@click.argument("expression")
@click.option(
    "--context",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON-fil med variabler.",
)
def feel(expression: str, context: Path | None) -> None:
    """Beregn EXPRESSION og skriv resultatet som JSON; hvorfor noget blev null, siges ved siden af."""
    try:
        variables = canonical.from_outside(context.read_text()) if context else {}
    except ValueError as error:
        raise click.UsageError(f"{context}: {error}") from error
    if not isinstance(variables, dict):
        raise click.UsageError(f"{context}: skal være et JSON-objekt med variabler")
    values = {name: from_json(value) for name, value in variables.items()}
    notes: list[FeelWarning] = []
    try:
        value = evaluate(expression.removeprefix("="), values, now=SystemClock().now(), trace=notes)
    except FeelError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for text in dict.fromkeys(str(note) for note in notes):
        click.echo(text, err=True)
    click.echo(json.dumps(canonical.to_outside(to_json(value)), ensure_ascii=False))
