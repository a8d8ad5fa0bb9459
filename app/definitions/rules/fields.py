"""Form fields: what is asked is used, and what is only shown has been set."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, info, warning
from app.definitions.model.graph import Kind
from app.definitions.model.variables import ANY, Use
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find fields that nothing reads, and shown fields that nothing sets; silent where work outside may do either."""
    around = view.surroundings
    use = Use(view.process, around.form_fields)
    if view.is_called or ANY in use.writers:
        return
    read = {one.name for one in use.reads}
    read |= {name for names in around.form_reads.values() for name in names}
    for node in view.nodes:
        if node.kind is not Kind.USER or node.user_task is None:
            continue
        form = node.user_task.form_id
        for key in sorted(around.form_fields.get(form, frozenset()) - read):
            yield info(
                "form:field-unused",
                node.id,
                f"Feltet {key} i formularen {form} bruges ikke andre steder i modellen.",
                "Brug svaret i en betingelse, en opgave eller en senere formular, eller spørg ikke om det.",
            )
        others = {name for other, names in use.writes.items() if other != node.id for name in names}
        for key in sorted(around.form_shows.get(form, frozenset()) - others):
            yield warning(
                "form:field-never-set",
                node.id,
                f"{step(node)} viser {key}, som intet i modellen sætter; feltet vil være tomt.",
                "Lad en tidligere formular eller opgave skrive værdien, eller fjern feltet.",
            )
