"""The built-in functions (DMN 1.5 §10.3.4, and Camunda's)."""

from __future__ import annotations

from app.feel.builtins import (
    aggregates,
    chance,
    contexts,
    conversion,
    lists,
    numbers,
    range_text,
    ranges,
    strings,
    temporal,
    texts_of_others,
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
    chance,
    ranges,
    range_text,
    texts_of_others,
)

BUILTINS: dict[str, Function] = {
    name: function_of(name, signatures)
    for family in _FAMILIES
    for name, signatures in family.TABLE.items()
}
