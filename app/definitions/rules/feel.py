"""FEEL: every expression can be read, and what must be an expression is one."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.expressions import Expression, expressions
from app.definitions.model.findings import Finding, error
from app.definitions.rules.view import View
from app.feel import FeelError, parse


def check(view: View) -> Iterator[Finding]:
    """Find expressions that do not parse, and texts where only an expression means something."""
    for found in expressions(view.process):
        if found.text.startswith(("${", "#{")):
            yield error(
                "feel:other-language",
                found.element,
                f"{_place(found)} er skrevet i et andet udtrykssprog: {found.text}",
                f"Skriv det i FEEL: = {found.text[2:].rstrip('}').strip()}",
            )
        elif found.text.startswith("="):
            yield from _parses(found)
        elif found.required:
            yield error(
                "feel:not-expression",
                found.element,
                f"{_place(found)} skal være et FEEL-udtryk, men er fast tekst: {found.text}",
                f"Sæt et lighedstegn foran: = {found.text}",
            )


def _parses(found: Expression) -> Iterator[Finding]:
    try:
        parse(found.text[1:].strip())
    except FeelError as wrong:
        yield error(
            "feel:syntax",
            found.element,
            f"{_place(found)} kan ikke læses: {found.text} – {wrong}",
            "Ret udtrykket, og prøv det med forloeb feel.",
        )


def _place(found: Expression) -> str:
    return found.place[0].upper() + found.place[1:]
