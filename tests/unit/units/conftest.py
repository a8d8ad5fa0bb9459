from __future__ import annotations

from tests.unit.nouns import clock, database, keyring

__all__ = ["clock", "database", "keyring"]
