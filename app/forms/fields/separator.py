"""`separator`: a line between two parts; `spacer`: a little air, which the page's own layout gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.component import Component
from app.forms.finding import Finding


@dataclass(frozen=True)
class Separator:
    """Something that only parts."""

    type: str = "separator"

    def check(self, _component: Component) -> Iterator[Finding]:
        """Yield nothing."""
        yield from ()


SEPARATOR = Separator()
SPACER = Separator("spacer")
