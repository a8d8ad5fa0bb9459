"""Messages to courses: matched to one waiting course of each kind, or kept until one waits.

As in Zeebe a message goes to at most one course of each process, the one that has waited longest, and is kept for
its time to live for those that do not wait yet.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.courses.rows import BufferedMessage, Subscription
from app.engine import SubscriptionOpened
from app.storage import UnitOfWork


def waiting_for(session: Session, name: str, correlation_key: str) -> list[Subscription]:
    """Return the subscription to serve in each process, longest waiting first."""
    rows = session.scalars(
        select(Subscription)
        .where(Subscription.name == name, Subscription.correlation_key == correlation_key)
        .order_by(Subscription.key)
    )
    first: dict[str, Subscription] = {}
    for row in rows:
        first.setdefault(row.process_id, row)
    return list(first.values())


def keep(
    work: UnitOfWork,
    name: str,
    correlation_key: str,
    variables: dict[str, Any],
    time_to_live: timedelta,
    message_id: str = "",
) -> None:
    """Keep a message that nobody waits for, until its time to live is over."""
    work.session.add(
        BufferedMessage(
            key=work.next_key(),
            name=name,
            correlation_key=correlation_key,
            message_id=message_id,
            variables=variables,
            published_at=work.now,
            expires_at=work.now + time_to_live,
        )
    )


def take_buffered(work: UnitOfWork, event: SubscriptionOpened) -> dict[str, Any] | None:
    """Take the oldest kept message that a new subscription waits for, or None."""
    row = work.session.scalar(
        select(BufferedMessage)
        .where(
            BufferedMessage.name == event.name,
            BufferedMessage.correlation_key == event.correlation_key,
            BufferedMessage.expires_at > work.now,
        )
        .order_by(BufferedMessage.key)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    work.session.delete(row)
    return row.variables


def drop_expired(work: UnitOfWork) -> None:
    """Forget messages whose time to live is over."""
    work.session.execute(delete(BufferedMessage).where(BufferedMessage.expires_at <= work.now))
