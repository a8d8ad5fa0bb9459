"""What models do with deadlines."""

from __future__ import annotations

from app.connectors import Registry


def register(registry: Registry) -> None:
    """Add the deadlines' operations."""
    registry.add()
