"""Jobs: work that falls due later, as rows in our own table, and who does it."""

from __future__ import annotations

from app.jobs.attempt import Handler
from app.jobs.backlog import Backlog, backlog
from app.jobs.rows import DueWork
from app.jobs.runner import run_due
from app.jobs.schedule import is_scheduled, next_due, schedule, scheduled, withdraw
from app.jobs.shapes import BackgroundWork, background_work

__all__ = [
    "BackgroundWork",
    "Backlog",
    "DueWork",
    "Handler",
    "background_work",
    "backlog",
    "is_scheduled",
    "next_due",
    "run_due",
    "schedule",
    "scheduled",
    "withdraw",
]
