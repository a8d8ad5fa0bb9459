"""Variables: what is read has been written by then."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from app.definitions.model.findings import Finding, info, warning
from app.definitions.model.variables import ANY, Read, Use
from app.definitions.rules.view import View
from app.feel import unknown

_NEARLY = 0.85
"""How alike two names are of which one is taken for the other misspelt (0 to 1)."""


def check(view: View) -> Iterator[Finding]:
    """Find variables that nothing writes, and those that are written only later.

    A process that others call gets its callers' variables, so nothing is said about it.
    """
    if view.is_called:
        return
    use = Use(view.process, view.surroundings.form_fields)
    told: set[tuple[str, str]] = set()
    for read in use.reads:
        if (read.element, read.name) not in told:
            told.add((read.element, read.name))
            yield from _written(use, read)


def _written(use: Use, read: Read) -> Iterator[Finding]:
    writers = use.writers.get(read.name, frozenset())
    meant = "" if writers else _meant(use, read.name)
    if meant:
        yield warning(
            "feel:unknown-name",
            read.element,
            f"{unknown(read.name, [meant])} Den læses af {read.place}.",
            "Ret navnet, eller lad modellen skrive variablen.",
        )
    elif not writers and ANY not in use.writers:
        yield info(
            "variable:never-written",
            read.element,
            f"Intet i modellen skriver {read.name}, som {read.place} læser. Den skal følge med, når forløbet begynder.",
            "Spørg om den i en formular, eller giv den med ved starten.",
        )
    elif writers and not use.can_be_written(read.name, read.element):
        yield warning(
            "variable:read-before-written",
            read.element,
            f"{read.name} læses af {read.place}, før noget har skrevet den.",
            f"Flyt trinnet, eller lad noget tidligere skrive {read.name}.",
        )


def _meant(use: Use, name: str) -> str:
    """Return the name that something writes and that this one is nearly; a name and the many of it are two."""
    near = get_close_matches(name, use.known, n=1, cutoff=_NEARLY)
    if not near or near[0].startswith(name) or name.startswith(near[0]):
        return ""
    return near[0]
