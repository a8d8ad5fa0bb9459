"""Sight: who may see what, and on which ground. The one function that every read above it goes through."""

from __future__ import annotations

from app.sight.ground import Ground
from app.sight.sees import Subject, is_barred, sees
from app.sight.then import GAPS, Saw, saw

__all__ = ["GAPS", "Ground", "Saw", "Subject", "is_barred", "saw", "sees"]
