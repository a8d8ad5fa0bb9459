"""What can only be seen when the components are looked at together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.forms.component import Component
from app.forms.finding import Finding


def check_together(components: Sequence[Component]) -> Iterator[Finding]:
    """Yield findings about keys, labels and conditions."""
    yield from _check_scope(components, {})
    for top in components:
        for component in top.walk():
            yield from _check_alone(component)


def _check_scope(
    components: Sequence[Component], taken: dict[tuple[str, ...], str]
) -> Iterator[Finding]:
    """Check that no two answers of one scope (the form, or a row) share a place."""
    for component in components:
        if component.type == "dynamiclist":
            yield from _check_scope(component.children, {})
        if component.type == "group":
            yield from _check_scope(component.children, taken)
        if component.question is None and component.type != "dynamiclist":
            continue
        for path, other in taken.items():
            shared = min(len(path), len(component.path))
            if path[:shared] == component.path[:shared]:
                key = ".".join(component.path)
                message = f"Nøglen »{key}« bruges også af »{other}«."
                yield Finding(
                    "form:key-duplicate",
                    component.id,
                    message,
                    fix="Giv hvert felt sin egen nøgle.",
                )
        taken[component.path] = component.id


def _check_alone(component: Component) -> Iterator[Finding]:
    if component.question and not component.label:
        yield Finding(
            "form:label-missing",
            component.id,
            "Feltet har ingen ledetekst.",
            "warning",
            "Skriv en »Label«: uden den ved ingen, hvad der spørges om.",
        )
    if component.hide and component.question and component.path[0] in component.hide.names:
        yield Finding(
            "form:condition-self",
            component.id,
            "Feltet skjules efter sit eget svar; det kan aldrig falde til ro.",
            "warning",
            "Lad betingelsen se på et andet felt.",
        )
