"""Variables: what is read has been written by then."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.findings import Finding, info, warning
from app.definitions.variables import ANY, Read, Use
from app.definitions.view import View


def check(view: View) -> Iterator[Finding]:
    """Find variables that nothing writes, and those that are written only later.

    A process that others call gets its callers' variables, so nothing is said about it.
    """
    called = any(
        view.process.id in callees for callees in (view.surroundings.processes or {}).values()
    )
    if called:
        return
    use = Use(view.process, view.surroundings.form_fields)
    told: set[tuple[str, str]] = set()
    for read in use.reads:
        if (read.element, read.name) not in told:
            told.add((read.element, read.name))
            yield from _written(use, read)


def _written(use: Use, read: Read) -> Iterator[Finding]:
    writers = use.writers.get(read.name, frozenset())
    if not writers and ANY not in use.writers:
        yield info(
            "variable:never-written",
            read.element,
            f"Intet i modellen skriver {read.name}, som {read.place} læser. Den skal følge med, når forløbet begynder.",
            "Spørg om den i en formular, eller giv den med ved starten.",
        )
    elif writers and not (writers | use.writers.get(ANY, frozenset())) & use.before(read.element):
        yield warning(
            "variable:read-before-written",
            read.element,
            f"{read.name} læses af {read.place}, før noget har skrevet den.",
            f"Flyt trinnet, eller lad noget tidligere skrive {read.name}.",
        )
