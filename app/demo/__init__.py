"""The demo municipality: invented staff, citizens and courses, made by the commands that people give."""

from __future__ import annotations

from app.demo.loader import Loaded, Presence, load, presence

__all__ = ["Loaded", "Presence", "load", "presence"]
