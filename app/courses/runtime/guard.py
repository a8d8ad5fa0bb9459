"""Who may hold back a message from one course to another, and keep signals apart.

Registered when the house is put together (`app.house`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Delivery:
    """A message or signal from a course that is about to reach another.

    Attributes:
        name: the message's or signal's name.
        correlation_key: whom or what a message is about, as text; "" for a signal.
        from_course: the course that sent it; None where none did, and then no guard is asked.
        process_id: the kind of course that it would reach or begin.
        to_course: the course that it would reach; None where it would begin one.
    """

    name: str
    correlation_key: str
    from_course: int | None
    process_id: str
    to_course: int | None = None


class MessageGuard(Protocol):
    """Decides whether a message may pass from one course to another: by consent, by law.

    It only reads. It is asked when the message would be handed over, and again while it is held back: each hour, and
    when somebody says that something has changed (`app.courses.offer_held`).
    """

    def objection(self, session: Session, delivery: Delivery, /) -> str | None:
        """Return why the message is held back, in words for the people of both courses; None lets it through."""
        ...

    def hears(self, session: Session, delivery: Delivery, /) -> bool:
        """Tell whether a signal passes. One that does not is lost: a signal is never kept for later."""
        ...


class NoGuard:
    """Lets everything through."""

    def objection(self, _session: Session, _delivery: Delivery, /) -> str | None:
        """Let it through."""
        return None

    def hears(self, _session: Session, _delivery: Delivery, /) -> bool:
        """Let it through."""
        return True
