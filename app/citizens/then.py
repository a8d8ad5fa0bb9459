"""A citizen as they were known at an instant: the last that their journal says by then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.citizens.queries import Citizen, citizen
from app.journal import Keyring, last_before, read

KNOWN = ("first_name", "last_name", "address", "address_protected", "municipality_code", "phone")
"""What the journal's entries say of a citizen besides the number."""


def citizen_then(session: Session, keyring: Keyring, key: int, at: datetime) -> Citizen | None:
    """Return what was known of a citizen at an instant; None before they were registered, or once it is erased.

    Raises:
        NotFound: no citizen has this key.
    """
    now = citizen(session, key)
    last = last_before(session, f"citizen:{key}", at)
    facts = None
    for entry in read(session, f"citizen:{key}", keyring, upto=last) if last else ():
        payload = entry.payload if isinstance(entry.payload, dict) and not entry.erased else {}
        if "first_name" in payload:
            facts = {name: payload[name] for name in KNOWN if name in payload}
    return None if facts is None else replace(now, **facts)
