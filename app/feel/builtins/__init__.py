"""The built-in functions (DMN 1.5 §10.3.4, and those of Camunda's that keep to one answer)."""

from __future__ import annotations

from app.feel.builtins import (
    aggregates,
    contexts,
    conversion,
    lists,
    numbers,
    range_text,
    ranges,
    strings,
    temporal,
)
from app.feel.builtins.signature import function_of
from app.feel.values import Function

_FAMILIES = (
    conversion,
    strings,
    lists,
    aggregates,
    numbers,
    temporal,
    contexts,
    ranges,
    range_text,
)

BUILTINS: dict[str, Function] = {
    name: function_of(name, signatures)
    for family in _FAMILIES
    for name, signatures in family.TABLE.items()
}

# Known to Camunda, but not the same answer twice: a course could not be decided again.
REFUSED: dict[str, str] = {
    "random number": "random number() er ikke tilladt: samme forløb skal altid give samme svar.",
    "uuid": "uuid() er ikke tilladt: samme forløb skal altid give samme svar.",
}

SIGNATURES: dict[str, tuple[str, ...]] = {
    name: tuple(signature.text for signature in signatures)
    for family in _FAMILIES
    for name, signatures in family.TABLE.items()
}
