"""Mail to colleagues: queued with what caused it, sent by background work, once, without personal data."""

from __future__ import annotations

from app.mail.rows import OutgoingMail

__all__ = ["OutgoingMail"]
