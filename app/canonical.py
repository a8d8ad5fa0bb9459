"""Canonical JSON: one value, one text, one digest, on every machine.

Used by markings, journal entries and digests. Keys are sorted, text is UTF-8, nothing is padded. Integers are JSON
integers; every other number is a normalised decimal written `{"~d":"0.1"}` (FEEL's decimals are wider than the doubles
of RFC 8785); 2 and 2.0 are the same value and the same bytes. Floats are refused, and so is the key `~d` in data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Context, Decimal
from typing import Any

_TAG = "~d"

DEEPEST = 250
"""Layers of lists and objects in a value that a course keeps."""
LARGEST_EXPONENT = 999
"""Of ten, for numbers that are stored."""


def number(value: Decimal | int) -> Decimal | int:
    """Return the one form of a number: an `int` where it is whole, else a `Decimal` without trailing zeros.

    Raises:
        ValueError: NaN, infinity, or beyond 10^±999, which is FEEL's own bound: 1e999999999 is a
            short text, and a number that no machine can write out.
    """
    if isinstance(value, int):
        return value
    if not value.is_finite() or (value and abs(value.adjusted()) > LARGEST_EXPONENT):
        raise ValueError(f"{value} is not a number that can be stored")
    if not value:
        return 0
    if value == value.to_integral_value():
        return int(value)
    return value.normalize(
        Context(prec=len(value.as_tuple().digits))
    )  # the default one would round


_PLAIN = frozenset({str, int, bool, type(None)})
_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _encode(value: Any) -> Any:
    kind = type(
        value
    )  # the usual types by name: of a class of abstract classes, isinstance takes ten times as long
    if kind in _PLAIN:
        return value
    if isinstance(value, Decimal):
        plain = number(value)
        return plain if isinstance(plain, int) else {_TAG: format(plain, "f")}
    if kind is dict or isinstance(value, Mapping):
        encoded: dict[str, Any] = {}
        for key, item in value.items():
            if not isinstance(key, str) or key == _TAG:
                raise ValueError(f"the key {key!r} cannot be stored")
            encoded[key] = item if type(item) in _PLAIN else _encode(item)
        return encoded
    if kind is list or isinstance(value, (list, tuple)):
        return [item if type(item) in _PLAIN else _encode(item) for item in value]
    if isinstance(value, (str, int)):
        return value
    raise ValueError(f"{type(value).__name__} is not JSON")


def _decode_object(pairs: dict[str, Any]) -> Any:
    if len(pairs) == 1 and _TAG in pairs:
        return Decimal(pairs[_TAG])
    return pairs


DECODER = json.JSONDecoder(object_hook=_decode_object)
"""Reads one value out of a longer text, as `loads` does."""


def dumps(value: Any) -> str:
    """Write a JSON value (None, bool, int, Decimal, str, list, dict with text keys) canonically.

    Raises:
        ValueError: a float, a date, another type, a key that is not text, or the key `~d`.
    """
    return _write(_encode(value))


def weight(value: Any, depth: int = 0) -> int:
    """Return about how many characters `dumps` would write, without writing them.

    Raises:
        ValueError: the value cannot be stored, as `dumps`, or lies in more than `DEEPEST` layers.
    """
    if depth > DEEPEST:
        raise ValueError(f"the value is more than {DEEPEST} layers deep")
    kind = type(value)
    if kind is str or isinstance(value, str):
        return len(value) + 2
    if value is None or kind is bool:
        return 4
    if isinstance(value, int):
        return 1 + value.bit_length() // 3
    if kind is dict or isinstance(value, Mapping):
        total = 2
        for key, item in value.items():
            if not isinstance(key, str) or key == _TAG:
                raise ValueError(f"the key {key!r} cannot be stored")
            total += len(key) + 4 + weight(item, depth + 1)
        return total
    if kind is list or isinstance(value, (list, tuple)):
        return 2 + len(value) + sum([weight(item, depth + 1) for item in value])
    if isinstance(value, Decimal):
        number(value)
        return 10 + len(value.as_tuple().digits)
    raise ValueError(f"{type(value).__name__} is not JSON")


def loads(text: str | bytes) -> Any:
    """Read what `dumps` wrote: ints stay ints, decimals come back as `Decimal`."""
    return DECODER.decode(text if isinstance(text, str) else text.decode())


def from_outside(text: str | bytes) -> Any:
    """Read a plain JSON document from outside: its numbers become ints or decimals, never floats.

    Raises:
        ValueError: not JSON, NaN or infinity, the reserved key `~d`, or half a surrogate pair, which is no
            character and cannot be written as UTF-8.
    """

    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is not a number that can be stored")

    value = json.loads(
        text, parse_float=lambda digits: number(Decimal(digits)), parse_constant=refuse
    )
    dumps(value).encode()
    return value


def to_outside(value: Any) -> Any:
    """Turn a stored value into what `json` writes plainly: decimals become JSON numbers.

    A number that a double cannot hold exactly loses digits here, as it would in any client.
    """
    if isinstance(value, Decimal):
        plain = number(value)
        return plain if isinstance(plain, int) else float(plain)
    if isinstance(value, Mapping):
        return {key: to_outside(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_outside(item) for item in value]
    return value


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical text, in hex."""
    return hashlib.sha256(dumps(value).encode()).hexdigest()


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hex: how a model or form file is known."""
    return hashlib.sha256(content).hexdigest()
