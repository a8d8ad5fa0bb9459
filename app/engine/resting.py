"""Resting instances: of hundreds in a multi-instance body a command comes to one, and the others are written as read.

The text of a state is canonical (app.canonical), so that what nobody touched can be copied from it. A small state is
read and written as a whole, which costs less.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app import canonical

LARGE = 16_384
"""Bytes of a state from where on it pays to look for instances that rest."""
_SIGN = "\udc80"
"""Stands for a text that is put in afterwards: half a character, which no stored text holds."""

_PLAIN = json.JSONDecoder()
Scan = Callable[[str, int], tuple[Any, int]]


@dataclass(slots=True)
class Rest:
    """An instance: the text that it was written as, and what that says."""

    text: str
    token: dict[str, Any] = field(default_factory=dict)


def read(state: bytes) -> dict[str, Any]:
    """Read a state that is to be decided on; in a large one each instance of a body is a `Rest`."""
    decimals = b'"~d"' in state
    if len(state) < LARGE:
        whole: dict[str, Any] = canonical.loads(state) if decimals else json.loads(state)
        return whole
    scan = (canonical.DECODER if decimals else _PLAIN).raw_decode
    return _fields(state.decode(), 0, scan, {"m": _scope})[0]


def _fields(text: str, at: int, scan: Scan, readers: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Read the object at `at`, certain of its fields by readers of their own."""
    found: dict[str, Any] = {}
    while text[at] != "}":
        key, at = scan(text, at + 1)
        at += 1
        reader = readers.get(key)
        found[key], at = scan(text, at) if reader is None else reader(text, at, scan, found)
    return found, at + 1


def _items(text: str, at: int, scan: Scan, reader: Any) -> tuple[list[Any], int]:
    found = []
    while text[at] != "]":
        item, at = reader(text, at + 1, scan)
        found.append(item)
    return found, at + 1


def _scope(text: str, at: int, scan: Scan, _around: dict[str, Any]) -> tuple[Any, int]:
    return _fields(text, at, scan, {"t": _tokens})


def _tokens(text: str, at: int, scan: Scan, _around: dict[str, Any]) -> tuple[Any, int]:
    if text[at + 1] == "]":
        return [], at + 2
    return _items(text, at, scan, _token)


def _token(text: str, at: int, scan: Scan) -> tuple[Any, int]:
    return _fields(text, at, scan, {"k": _children, "p": _scope})


def _children(text: str, at: int, scan: Scan, token: dict[str, Any]) -> tuple[Any, int]:
    """Those of a holder are tokens, those of a body (it has `d`) instances."""
    return _items(text, at, scan, _rest if "d" in token else _token)


def _rest(text: str, at: int, scan: Scan) -> tuple[Any, int]:
    token, end = scan(text, at)
    return Rest(text[at:end], token), end


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal):
        return json.loads(canonical.dumps(value))
    raise TypeError(type(value).__name__)


def _writer(default: Callable[[Any], Any]) -> Callable[[Any], str]:
    return json.JSONEncoder(
        ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=default
    ).encode


_WRITE = _writer(_decimal)


def write(state: dict[str, Any], *, resting: bool) -> bytes:
    """Write a state canonically; `resting` says that there may be a `Rest` in it."""
    if not resting:
        return _WRITE(state).encode()
    texts: list[str] = []

    def put_in(value: Any) -> Any:
        if isinstance(value, Rest):
            texts.append(value.text)
            return _SIGN
        return _decimal(value)

    parts = _writer(put_in)(state).split(f'"{_SIGN}"')
    pairs = zip(parts, [*texts, ""], strict=True)
    return "".join(text for pair in pairs for text in pair).encode()
