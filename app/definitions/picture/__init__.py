"""A file's diagram as SVG, drawn on the server."""

from __future__ import annotations

from app.definitions.picture.svg import picture

__all__ = ["picture"]
