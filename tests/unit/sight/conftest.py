from __future__ import annotations

from tests.unit.nouns import clock, course, database, keyring, noah, staff

__all__ = ["clock", "course", "database", "keyring", "noah", "staff"]
