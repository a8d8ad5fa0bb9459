"""One page of a long list, and which rows stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_ROWS = 50
"""Rows on a page, of every list."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list.

    Attributes:
        rows: what stands on it, `PAGE_ROWS` at most.
        total: how many rows there are on all pages.
        number: which page it is, from 1.
    """

    rows: tuple[T, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return _pages(self.total)

    @property
    def first(self) -> int:
        """The number of the first row shown, 0 where there is none."""
        return rows_before(self.number) + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return rows_before(self.number) + len(self.rows)


def nearest_page(number: int, total: int) -> int:
    """Return the page that is asked for, or the nearest there is: a URL may say anything.

    Args:
        number: which page, from 1.
        total: how many rows there are on all pages.
    """
    return min(max(1, number), _pages(total))


def rows_before(number: int) -> int:
    """Return how many rows stand on the pages before this one."""
    return (number - 1) * PAGE_ROWS


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_ROWS))
