"""Agreements answered on their meeting's page: the task of each is completed there, as it would be on its own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app import courses, house_of, inbox
from app.access import Principal
from app.courses import Task
from app.errors import DomainError
from app.meetings import Meeting
from app.storage import UnitOfWork

FORM = "do_agreement"
"""The form of an agreement's task."""

NAMES = ("result", "note", "due")
"""Fields of the page for one agreement."""

MOST_WORDS = 1000

_FIELDS = {
    "agreement_result": "result",
    "agreement_note": "note",
    "agreement_new_due": "due",
    "settled[0].note": "note",
    "settled[0].due": "due",
}
"""Field of the task's form, or of the operation behind it → field of the page."""


def tasks_of(session: Session, meeting: Meeting, person: Principal) -> dict[int, Task]:
    """Return the open tasks of a meeting's agreements that a person may complete, by the number of the agreement."""
    runtime = house_of(current_app).runtime
    numbers = {one.key: at for at, one in enumerate(meeting.agreements) if one.status == "open"}
    found = {}
    for course_key in {one.course_key for one in meeting.agreements if one.course_key is not None}:
        for task in courses.tasks_of(session, course_key):
            if task.form_id != FORM or not courses.may_work(task, person):
                continue
            agreement = courses.visible_variables(session, runtime, task).get("agreement")
            key = agreement.get("key") if isinstance(agreement, Mapping) else None
            if key in numbers:
                found[numbers[key]] = task
    return found


def complete(work: UnitOfWork, task: Task, typed: Mapping[str, str], person: Principal) -> None:
    """Take the task of an agreement, where nobody has it, and complete it.

    Raises:
        Conflict, Refused, DomainError: as `courses.complete`.
    """
    runtime = house_of(current_app).runtime
    if task.assignee is None:
        courses.claim(work, runtime, task.key, person)
    courses.complete(work, runtime, task.key, _answers(typed), person)
    inbox.discard(work, task.key)


def wrong_in(error: DomainError, number: int) -> dict[str, str]:
    """Return what is wrong, by field of the page."""
    return {f"{_FIELDS.get(name, 'result')}-{number}": text for name, text in error.fields.items()}


def _answers(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the answers that the task's form would give."""
    said = {
        "agreement_result": typed.get("result", ""),
        "agreement_note": typed.get("note", "").strip()[:MOST_WORDS],
        "agreement_new_due": typed.get("due", "").strip()[:20],
    }
    if said["agreement_result"] != "moved":
        del said["agreement_new_due"]
    return {name: value for name, value in said.items() if value}
