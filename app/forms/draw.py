"""Made-up choices that are the same every time: a seed and a place give the same draw on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

Item = TypeVar("Item")


class Draw:
    """A stream of choices, from a seed and a place; `day` is near what made-up dates lie."""

    def __init__(self, seed: int, place: str, day: date) -> None:
        self.day = day
        self._base = f"{seed}:{place}:"
        self._count = 0

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included (`low` where there is no room)."""
        self._count += 1
        drawn = hashlib.sha256(f"{self._base}{self._count}".encode()).digest()
        return low + int.from_bytes(drawn[:8], "big") % max(1, high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of `items`, which is not empty."""
        return items[self.between(0, len(items) - 1)]
