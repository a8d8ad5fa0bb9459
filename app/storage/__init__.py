"""Storage: the database's door, the unit of work, and the base of all tables."""

from __future__ import annotations

from app.storage.base import Base, Instant, Json, Key
from app.storage.database import Database, Race
from app.storage.keys import next_key, next_keys
from app.storage.unit_of_work import Fact, Facts, UnitOfWork

__all__ = [
    "Base",
    "Database",
    "Fact",
    "Facts",
    "Instant",
    "Json",
    "Key",
    "Race",
    "UnitOfWork",
    "next_key",
    "next_keys",
]
