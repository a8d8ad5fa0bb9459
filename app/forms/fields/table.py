"""`table`: rows from the course's variables, to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.forms.component import Component
from app.forms.expression import Expression, expression, words
from app.forms.finding import Finding

MOST_ROWS = 200


@dataclass(frozen=True)
class Table:
    """Rows to read."""

    type: str = "table"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: no rows to show, or columns without a name."""
        fix = "Skriv, hvor rækkerne kommer fra (dataSource), fx =goals, og giv tabellen kolonner."
        source = _source(component)
        if source is None or source.problem() is not None:
            message = "Tabellen har ingen rækker: dataSource er ikke et udtryk, der kan læses."
            yield Finding("form:table-source", component.id, message, fix=fix)
        if not _fixed_columns(component) and _columns_expression(component) is None:
            message = "Tabellen har ingen kolonner."
            yield Finding("form:table-columns", component.id, message, fix=fix)


TABLE = Table()


def rows(
    component: Component, context: Mapping[str, Any], now: datetime
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the headings and the rows of a table, as text; what is no list of objects has no rows."""
    source = _source(component)
    found = source.value(context, now) if source is not None else None
    columns = _fixed_columns(component) or _given_columns(component, context, now)
    lines = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    return (
        tuple(label for _, label in columns),
        tuple(tuple(words(line.get(key)) for key, _ in columns) for line in lines[:MOST_ROWS]),
    )


def _source(component: Component) -> Expression | None:
    said = component.raw.get("dataSource")
    if isinstance(said, str) and said and not said.startswith("="):
        said = f"={said}"  # form-js takes the bare name of a variable, too
    return expression(said, component.id)


def _columns_expression(component: Component) -> Expression | None:
    return expression(component.raw.get("columnsExpression"), component.id)


def _fixed_columns(component: Component) -> list[tuple[str, str]]:
    return _columns(component.raw.get("columns"))


def _given_columns(
    component: Component, context: Mapping[str, Any], now: datetime
) -> list[tuple[str, str]]:
    found = _columns_expression(component)
    return _columns(found.value(context, now)) if found is not None else []


def _columns(said: object) -> list[tuple[str, str]]:
    """Return key and heading of each column."""
    return [
        (str(one["key"]), str(one.get("label") or one["key"]))
        for one in (said if isinstance(said, list) else [])
        if isinstance(one, Mapping) and one.get("key")
    ]
