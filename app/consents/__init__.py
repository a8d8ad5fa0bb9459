"""Consents: an append-only register of what was said, and what holds at an instant."""

from __future__ import annotations

from app.consents.consent import CUSTODY, DECISIONS, GIVERS, STATES, Consent
from app.consents.operations import ConsentWithdrawn, register, withdraw
from app.consents.queries import consent, consents, covering, valid_consents

__all__ = [
    "CUSTODY",
    "DECISIONS",
    "GIVERS",
    "STATES",
    "Consent",
    "ConsentWithdrawn",
    "consent",
    "consents",
    "covering",
    "register",
    "valid_consents",
    "withdraw",
]
