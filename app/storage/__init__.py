"""Storage: the database's door, the unit of work, and the base of all tables."""

from __future__ import annotations

from app.storage.base import Base, Instant, Json, Key
from app.storage.database import POOL, Database, Race
from app.storage.keys import next_key, next_keys
from app.storage.page import PAGE_ROWS, Page, nearest_page, rows_before
from app.storage.statement import Insertion, Statement
from app.storage.unit_of_work import Fact, Facts, UnitOfWork

__all__ = [
    "PAGE_ROWS",
    "POOL",
    "Base",
    "Database",
    "Fact",
    "Facts",
    "Insertion",
    "Instant",
    "Json",
    "Key",
    "Page",
    "Race",
    "Statement",
    "UnitOfWork",
    "nearest_page",
    "next_key",
    "next_keys",
    "rows_before",
]
