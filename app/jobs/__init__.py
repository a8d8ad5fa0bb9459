"""Jobs: work that falls due later, as rows in our own table, and who does it."""

from __future__ import annotations

from app.jobs.rows import DueWork
from app.jobs.runner import Handler, Runner, run_due
from app.jobs.schedule import is_scheduled, next_due, schedule, withdraw

__all__ = [
    "DueWork",
    "Handler",
    "Runner",
    "is_scheduled",
    "next_due",
    "run_due",
    "schedule",
    "withdraw",
]
