"""Time: the only place that reads the wall clock.

Everything that decides takes an instant as an argument; everything that needs one asks a `Clock`, so that a test, a
scenario, the demo data or a replay moves time as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Europe/Copenhagen")
"""Danish local time: what people mean by a date, midnight or ten o'clock."""


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass
class SetClock:
    """A clock that stands still until it is moved: for tests, scenarios and demo data."""

    instant: datetime

    def now(self) -> datetime:
        """Return the instant that the clock was last set to."""
        return self.instant

    def set(self, instant: datetime) -> None:
        """Move the clock to `instant` (aware); going backwards is allowed, as wall clocks do it too."""
        self.instant = instant.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.instant += by


_INSTANT = len("2026-11-22T09:00:00.000000")


def to_text(instant: datetime) -> str:
    """Write an aware instant as fixed-width UTC text, so that text order is time order.

    Raises:
        ValueError: `instant` has no offset.
    """
    if instant.tzinfo is None:
        message = "an instant needs an offset"
        raise ValueError(message)
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[:_INSTANT] + "Z"


def from_text(text: str) -> datetime:
    """Read an instant that `to_text` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
