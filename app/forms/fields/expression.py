"""`expression`: a value worked out from the variables and the answers, and sent with them; nobody fills it in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.component import Component
from app.forms.expression import Expression, expression
from app.forms.finding import Finding


@dataclass(frozen=True)
class Computed:
    """A worked-out value."""

    type: str = "expression"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: no expression, or one that cannot be read."""
        found = formula(component)
        problem = "Der er intet udtryk." if found is None else found.problem()
        if problem:
            yield Finding(
                "form:expression-broken",
                component.id,
                f"Udtrykket kan ikke læses: {problem}",
                fix="Skriv et FEEL-udtryk, der begynder med =, fx =antal * 2.",
            )


EXPRESSION = Computed()


def formula(component: Component) -> Expression | None:
    """Return the expression of such a component; None where it has none."""
    return expression(component.raw.get("expression"), component.id)
