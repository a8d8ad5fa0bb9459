"""`image`: a picture of this site; none is fetched from elsewhere, for that would tell others who reads what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.forms.component import Component
from app.forms.expression import template
from app.forms.finding import Finding


@dataclass(frozen=True)
class Image:
    """A picture."""

    type: str = "image"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: a picture from elsewhere, or one without words."""
        said = component.raw.get("source")
        if isinstance(said, str) and said and not said.startswith(("=", "/", "{{")):
            yield Finding(
                "form:image-elsewhere",
                component.id,
                "Billedet ligger et andet sted og bliver ikke hentet.",
                severity="warning",
                fix="Læg det på installationen, og skriv dets sti, fx /static/billede.svg.",
            )
        if not component.raw.get("alt"):
            yield Finding(
                "form:image-alt",
                component.id,
                "Billedet har ingen tekst til dem, der ikke kan se det.",
                severity="warning",
                fix="Skriv i »Alternative text«, hvad det viser.",
            )


IMAGE = Image()


def shown(component: Component, context: Mapping[str, Any], now: datetime) -> tuple[str, str]:
    """Return the picture's path and its words; an empty path for one from elsewhere."""
    source = template(component.raw.get("source"), component.id).text(context, now).strip()
    words = template(component.raw.get("alt"), component.id).text(context, now).strip()
    own = source.startswith("/") and not source.startswith("//") and "\\" not in source
    return (source if own else ""), words
