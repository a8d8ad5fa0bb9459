"""`documentPreview`: the documents that a variable names, as links to fetch them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.forms.component import Component
from app.forms.expression import Expression, expression
from app.forms.fields.filepicker import FACTS, address
from app.forms.finding import Finding


@dataclass(frozen=True)
class DocumentPreview:
    """Documents to read."""

    type: str = "documentPreview"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: nothing to show."""
        source = _source(component)
        if source is None or source.problem() is not None:
            message = (
                "Der er ingen dokumenter at vise: dataSource er ikke et udtryk, der kan læses."
            )
            fix = "Skriv, hvor dokumenterne kommer fra, fx =documents."
            yield Finding("form:documents-source", component.id, message, fix=fix)


DOCUMENT_PREVIEW = DocumentPreview()


def links(
    component: Component, context: Mapping[str, Any], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Return name and path of each document; the path is empty for one that does not lie on this site."""
    source = _source(component)
    found = source.value(context, now) if source is not None else None
    return tuple(_link(one) for one in (found if isinstance(found, list) else [found]) if one)


def _link(said: object) -> tuple[str, str]:
    if not isinstance(said, Mapping):
        return str(said), ""
    if said.keys() >= FACTS:
        return str(said["name"]), address(str(said["key"]))
    inside = said.get("metadata")
    metadata = inside if isinstance(inside, Mapping) else {}
    name = metadata.get("fileName") or said.get("name") or said.get("documentId") or "Dokument"
    path = str(said.get("endpoint") or "")
    own = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return str(name), path if own else ""


def _source(component: Component) -> Expression | None:
    said = component.raw.get("dataSource")
    if isinstance(said, str) and said and not said.startswith("="):
        said = f"={said}"
    return expression(said, component.id)
