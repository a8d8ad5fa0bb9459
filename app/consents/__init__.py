"""Consents: an append-only register of what was said, and what holds at an instant."""

from __future__ import annotations

from app.consents.consent import DECISIONS, GIVERS, STATES, Consent
from app.consents.operations import ConsentRecorded, ConsentWithdrawn, register, withdraw
from app.consents.queries import (
    consents,
    covering,
    ending,
    open_to,
    valid_consents,
)

__all__ = [
    "DECISIONS",
    "GIVERS",
    "STATES",
    "Consent",
    "ConsentRecorded",
    "ConsentWithdrawn",
    "consents",
    "covering",
    "ending",
    "open_to",
    "register",
    "valid_consents",
    "withdraw",
]
