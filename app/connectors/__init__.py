"""Connectors: the registry of operations that service tasks call.

A noun declares its operations with `@operation` and the fields of `app.connectors.fields`, and adds them in its
`register(registry)`, which `create_app` calls.
"""

from __future__ import annotations

from app.connectors import fields
from app.connectors.registry import (
    Operation,
    OperationContext,
    Registry,
    Values,
    operation,
    perform,
)

__all__ = [
    "Operation",
    "OperationContext",
    "Registry",
    "Values",
    "fields",
    "operation",
    "perform",
]
