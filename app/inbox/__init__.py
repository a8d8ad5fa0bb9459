"""The inbox: the caseworker's lists of tasks, and drafts."""

from __future__ import annotations

from app.inbox.drafts import discard, forget, load, save
from app.inbox.listing import (
    Deadline,
    Filters,
    List,
    Offer,
    Overview,
    Row,
    View,
    citizens_in,
    find_citizens,
    mine,
    next_of_course,
    offer,
    overview,
    page,
)
from app.inbox.rows import Draft

__all__ = [
    "Deadline",
    "Draft",
    "Filters",
    "List",
    "Offer",
    "Overview",
    "Row",
    "View",
    "citizens_in",
    "discard",
    "find_citizens",
    "forget",
    "load",
    "mine",
    "next_of_course",
    "offer",
    "overview",
    "page",
    "save",
]
