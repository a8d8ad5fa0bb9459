"""Audit: replay, verify and the timeline of a course. Reads only."""

from __future__ import annotations

from app.audit.replay import Moment, replay
from app.audit.verify import Broken, Report, verify

__all__ = ["Broken", "Moment", "Report", "replay", "verify"]
