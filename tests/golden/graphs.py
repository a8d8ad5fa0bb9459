"""Process graphs as JSON and back: what is left out has its default value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from app.definitions import Process


def encode(value: Any) -> Any:
    """Return a frozen value of the graph as JSON."""
    if is_dataclass(value):
        found = {item.name: getattr(value, item.name) for item in fields(value)}
        defaults = {item.name: item.default for item in fields(value)}
        return {
            name: encode(held)
            for name, held in found.items()
            if held != defaults[name] and (held != () or defaults[name] is not MISSING)
        }
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def process(encoded: Mapping[str, Any]) -> Process:
    """Read what `encode` wrote of a process."""
    found: Process = _decode(Process, encoded)
    return found


def _decode(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: _decode(hints[name], held) for name, held in value.items()})  # type: ignore[operator]  # a class
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_decode(inner[0], item) for item in value)
        return tuple(_decode(one, item) for one, item in zip(inner, value, strict=True))
    choices = [one for one in get_args(kind) if one is not NoneType]
    return _decode(choices[0], value) if choices else kind(value)
