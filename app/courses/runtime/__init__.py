"""What running a course needs besides a transaction: compiled models, called versions, the course held, the guard."""

from __future__ import annotations

from app.courses.runtime.models import Models, Runtime, Version

__all__ = ["Models", "Runtime", "Version"]
