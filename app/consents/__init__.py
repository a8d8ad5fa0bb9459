"""Consents: an append-only register of what was said, and what holds at an instant."""

from __future__ import annotations

from app.consents.consent import CUSTODY, DECISIONS, GIVERS, STATES, Consent
from app.consents.giving import OWN_CONSENT, custody_holders, giver_of
from app.consents.operations import ConsentRecorded, ConsentWithdrawn, register, withdraw
from app.consents.queries import (
    RENEW_WITHIN,
    consent,
    consents,
    covering,
    ending,
    open_to,
    valid_consents,
)

__all__ = [
    "CUSTODY",
    "DECISIONS",
    "GIVERS",
    "OWN_CONSENT",
    "RENEW_WITHIN",
    "STATES",
    "Consent",
    "ConsentRecorded",
    "ConsentWithdrawn",
    "consent",
    "consents",
    "covering",
    "custody_holders",
    "ending",
    "giver_of",
    "open_to",
    "register",
    "valid_consents",
    "withdraw",
]
