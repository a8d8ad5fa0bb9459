"""Forms: a user task has one, and it exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import Finding, error, info, warning
from app.definitions.model.graph import Kind
from app.definitions.rules.view import View, step


def check(view: View) -> Iterator[Finding]:
    """Find user tasks without form, and forms that are not there."""
    known = view.surroundings.forms
    for node in view.nodes:
        if node.kind is not Kind.USER or node.user_task is None:
            continue
        form = node.user_task.form_id
        if not form:
            yield warning(
                "form:missing",
                node.id,
                f"{step(node)} har ingen formular; den kan kun markeres som udført.",
                "Vælg en formular ved id (formId).",
            )
        elif form.startswith("="):
            yield error(
                "form:expression",
                node.id,
                f"Formularen til {step(node)} er et udtryk, så versionen kan ikke låses.",
                "Skriv formularens id som fast tekst.",
            )
        elif known is None:
            yield info(
                "form:not-checked",
                node.id,
                f"Formularen {form} er ikke med her; den kontrolleres ved publicering.",
            )
        elif form not in known:
            yield error(
                "form:unknown",
                node.id,
                f"Formularen {form} til {step(node)} findes ikke.",
                "Ret formId, eller læg formularen ved som en .form-fil med det id.",
            )
