"""`group`: components under one heading; its `path` puts their answers in an object of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.component import Component
from app.forms.finding import Finding


@dataclass(frozen=True)
class Group:
    """A section."""

    type: str = "group"

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield a finding where there is nothing in it."""
        if not component.children:
            yield Finding("form:group-empty", component.id, "Gruppen er tom.", "warning")


GROUP = Group()
