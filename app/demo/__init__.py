"""The demo municipality: invented staff, citizens and courses, made by the commands that people give."""

from __future__ import annotations

from app.demo.cpr import synthetic
from app.demo.loader import Loaded, Presence, load, presence
from app.demo.staff import PASSWORD, STAFF

__all__ = ["PASSWORD", "STAFF", "Loaded", "Presence", "load", "presence", "synthetic"]
