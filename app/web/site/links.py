"""Addresses: keys in paths, and the way back to the list that one came from."""

from __future__ import annotations

from werkzeug.routing import BaseConverter, ValidationError

MOST = 2**63 - 1
"""The greatest key that the databases hold."""


class KeyConverter(BaseConverter):
    """`<key:course_key>` in a route: a key from the one sequence; anything else leads nowhere (404)."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        """Return the key."""
        key = int(value)
        if key > MOST:
            raise ValidationError
        return key


def keys_in(text: str, most: int) -> tuple[int, ...]:
    """Return the keys in a text such as "12.34", at most so many; what is no key is left out."""
    found = [
        int(part)
        for part in text.split(".")
        if part.isascii() and part.isdigit() and len(part) < 20
    ]
    return tuple(dict.fromkeys(key for key in found if key <= MOST))[:most]
