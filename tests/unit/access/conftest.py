from __future__ import annotations

from tests.unit.nouns import clock, database

__all__ = ["clock", "database"]
