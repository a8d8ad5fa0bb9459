"""The case index (sags- og dokumentindeks): an outbox of what other systems may know of each course."""

from __future__ import annotations

from app.caseindex.entries import case_uuid
from app.caseindex.reading import said_since
from app.caseindex.round import INDEX, begin, make_round

__all__ = ["INDEX", "begin", "case_uuid", "make_round", "said_since"]
