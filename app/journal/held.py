"""What a session has met in its transaction: locked heads, data keys.

A savepoint that is rolled back takes with it what was written since, so everything held is forgotten
then and asked of the database again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session

T = TypeVar("T")
_NAME = "app.journal"


def held(session: Session, name: str, make: Callable[[], T]) -> T:
    """Return what the session holds under `name`, made by `make` the first time."""
    shelf: dict[str, T] = session.info.setdefault(_NAME, {})
    if name not in shelf:
        shelf[name] = make()
    return shelf[name]


def forget(session: Session, name: str) -> None:
    """Forget what the session holds under `name`."""
    session.info.get(_NAME, {}).pop(name, None)


@event.listens_for(Session, "after_soft_rollback")
def _on_rollback(session: Session, _previous: Any) -> None:
    session.info.pop(_NAME, None)
