"""`dynamiclist`: the same components once a row; rows are added and removed where `allowAddRemove` says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.component import Component
from app.forms.finding import Finding

MOST_ROWS = 100


@dataclass(frozen=True)
class DynamicList:
    """Rows."""

    type: str = "dynamiclist"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: nothing in a row, numbers of rows that cannot be."""
        if not any(child.question for child in component.walk()):
            yield Finding(
                "form:list-empty",
                component.id,
                "Listens rækker har ingen felter.",
                fix="Læg mindst ét felt i listen.",
            )
        rows = component.properties
        if not 0 <= rows.min_rows <= rows.max_rows <= MOST_ROWS:
            yield Finding(
                "form:rows-invalid",
                component.id,
                "min_rows og max_rows passer ikke sammen.",
                fix=f"0 ≤ min_rows ≤ max_rows ≤ {MOST_ROWS}.",
            )
        if changeable(component):
            for child in component.walk():
                if child is not component and child.readonly:
                    yield Finding(
                        "form:readonly-in-list",
                        child.id,
                        "Et låst felt i en liste, hvor rækker kan fjernes, kan komme til at stå ved en anden række.",
                        "warning",
                        "Slå »Allow add/delete items« fra, eller lås ikke feltet.",
                    )


def changeable(component: Component) -> bool:
    """Whether a person may add and remove rows (form-js: yes unless the file says no)."""
    return component.raw.get("allowAddRemove", True) is not False


def first_rows(component: Component) -> int:
    """Return how many empty rows there are where no variable gives any."""
    count = component.raw.get("defaultRepetitions", 1)
    usable = isinstance(count, int) and not isinstance(count, bool)
    return max(component.properties.min_rows, min(count if usable else 1, MOST_ROWS), 0)


DYNAMICLIST = DynamicList()
