"""Addresses: keys in paths, and the way back to the list that one came from."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import BaseConverter, Rule, ValidationError

MOST = 2**63 - 1
"""The greatest key that the databases hold."""


class Route(Rule):
    """A route that learns to write its addresses when the first one is written: most of 200 never are in a process.

    Werkzeug compiles two functions a route for it at the start, which took every seventh Python call of `create_app`.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002 -- Werkzeug's own
        compile_now = super()._compile_builder

        def build(rule: Route, /, **values: Any) -> tuple[str, str]:
            made = compile_now(append_unknown).__get__(rule, None)
            setattr(rule, "_build_unknown" if append_unknown else "_build", made)
            written: tuple[str, str] = made(**values)
            return written

        return build


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
