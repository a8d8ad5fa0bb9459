"""Drafts: what someone has typed so far, kept as it is, valid or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from app.inbox.rows import Draft
from app.storage import Statement, UnitOfWork

_DISCARD = Statement(delete(Draft).where(Draft.task_key == bindparam("task")))


def save(work: UnitOfWork, task_key: int, username: str, answers: Mapping[str, Any]) -> None:
    """Keep what the person has typed; nothing is validated."""
    draft = work.session.get(Draft, (task_key, username))
    if draft is None:
        draft = Draft(task_key=task_key, username=username)
        work.session.add(draft)
    draft.answers = dict(answers)
    draft.saved_at = work.now


def load(session: Session, task_key: int, username: str) -> Draft | None:
    """Return the person's draft of a task."""
    return session.get(Draft, (task_key, username))


def discard(work: UnitOfWork, task_key: int) -> None:
    """Forget all drafts of a task that is done."""
    _DISCARD.run(work.session, {"task": task_key})


def forget(work: UnitOfWork, task_key: int, username: str) -> None:
    """Throw away one person's draft."""
    work.session.execute(
        delete(Draft).where(Draft.task_key == task_key, Draft.username == username)
    )
