"""People who do not exist: staff with every role, and CPR numbers that nobody has, for the demo and for scenarios."""

from __future__ import annotations

from app.invented.cpr import passes_modulus_11, synthetic
from app.invented.staff import IN_GROUP, NAMES, PASSWORD, STAFF, UNITS

__all__ = ["IN_GROUP", "NAMES", "PASSWORD", "STAFF", "UNITS", "passes_modulus_11", "synthetic"]
