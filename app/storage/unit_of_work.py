"""The one write path's frame: a transaction, its instant, its facts, and what follows its commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.storage import keys

F = TypeVar("F")

Fact = object
"""What a noun records about itself: a frozen dataclass such as `ConsentWithdrawn`."""


class Facts:
    """Who is told of which fact. Filled in `create_app`, read ever after."""

    def __init__(self) -> None:
        """Start with no subscribers."""
        self._subscribers: dict[type, list[Callable[[UnitOfWork, Any], None]]] = defaultdict(list)

    def subscribe(self, kind: type[F], act: Callable[[UnitOfWork, F], None]) -> None:
        """Call `act` in the same transaction whenever a fact of this kind is recorded."""
        self._subscribers[kind].append(act)

    def tell(self, work: UnitOfWork, fact: Fact) -> None:
        """Call the subscribers of the fact's kind, in the order in which they subscribed."""
        for act in self._subscribers[type(fact)]:
            act(work, fact)


@dataclass
class UnitOfWork:
    """One write transaction.

    Attributes:
        session: SQLAlchemy session; what is written through it is committed or rolled back as one.
        now: the instant of this transaction (aware, UTC), read once from the clock.
        facts: who is told of what.
        after_commit: called once the transaction is durable, e.g. to wake the background thread.
    """

    session: Session
    now: datetime
    facts: Facts = field(default_factory=Facts)
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    def record(self, fact: Fact) -> None:
        """Tell whoever subscribed to this kind of fact, inside this transaction."""
        self.facts.tell(self, fact)

    def next_key(self) -> int:
        """Take a key from the one sequence."""
        return keys.next_key(self.session)
