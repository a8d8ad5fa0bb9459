"""The tables of courses: caches of the journal that can be rebuilt from it, and messages on their way."""

from __future__ import annotations

from app.courses.rows.courses import (
    SUSPENDED,
    BufferedMessage,
    Course,
    CourseJob,
    CourseSnapshot,
    CourseState,
    Incident,
    KeptEvent,
    PastVersion,
    Subscription,
    Task,
    TaskCandidate,
    tables,
)
from app.courses.rows.messages import (
    CourseCall,
    MessageReceipt,
    MessageStarted,
    QueuedSignal,
    SignalSubscription,
    StartListener,
)

__all__ = [
    "SUSPENDED",
    "BufferedMessage",
    "Course",
    "CourseCall",
    "CourseJob",
    "CourseSnapshot",
    "CourseState",
    "Incident",
    "KeptEvent",
    "MessageReceipt",
    "MessageStarted",
    "PastVersion",
    "QueuedSignal",
    "SignalSubscription",
    "StartListener",
    "Subscription",
    "Task",
    "TaskCandidate",
    "tables",
]
