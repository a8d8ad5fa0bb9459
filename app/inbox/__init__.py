"""The inbox: the caseworker's lists of tasks, and drafts."""

from __future__ import annotations

from app.inbox.drafts import discard, forget, load, save
from app.inbox.listing import (
    PAGE,
    Deadline,
    Filters,
    List,
    Offer,
    Page,
    Row,
    View,
    citizens_in,
    counts,
    find_citizens,
    mine,
    next_of_course,
    offer,
    page,
    urgent,
)
from app.inbox.rows import Draft

__all__ = [
    "PAGE",
    "Deadline",
    "Draft",
    "Filters",
    "List",
    "Offer",
    "Page",
    "Row",
    "View",
    "citizens_in",
    "counts",
    "discard",
    "find_citizens",
    "forget",
    "load",
    "mine",
    "next_of_course",
    "offer",
    "page",
    "save",
    "urgent",
]
