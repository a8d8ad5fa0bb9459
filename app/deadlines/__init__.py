"""Deadlines: rules from decision tables, Danish days, pauses, reminders and breaches."""

from __future__ import annotations

from app.deadlines.operations import register
from app.deadlines.rows import DeadlineEventRow, DeadlineRow

__all__ = ["DeadlineEventRow", "DeadlineRow", "register"]
