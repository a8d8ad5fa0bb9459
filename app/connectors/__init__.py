"""Connectors: the registry of operations that service tasks call.

A noun declares its operations with `@operation` and schemas of the fields below, and adds them in its
`register(registry)`, which the house calls when it is put together.
"""

from __future__ import annotations

from app.connectors.fields import (
    Choice,
    Day,
    Flag,
    Input,
    Items,
    Moment,
    Names,
    Number,
    Output,
    Part,
    Ref,
    Text,
    Texts,
    Whole,
)
from app.connectors.registry import (
    Operation,
    OperationContext,
    Registry,
    Values,
    operation,
    perform,
)

__all__ = [
    "Choice",
    "Day",
    "Flag",
    "Input",
    "Items",
    "Moment",
    "Names",
    "Number",
    "Operation",
    "OperationContext",
    "Output",
    "Part",
    "Ref",
    "Registry",
    "Text",
    "Texts",
    "Values",
    "Whole",
    "operation",
    "perform",
]
