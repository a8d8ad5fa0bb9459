"""Mail to colleagues: queued with what caused it, sent by background work, once, without personal data."""

from __future__ import annotations

from app.mail.notices import listen
from app.mail.outbox import (
    MAIL,
    NewMail,
    dismiss,
    forget_old,
    give_up,
    queue,
    send_again,
    undelivered,
)
from app.mail.postman import Postman
from app.mail.rows import UNSURE, OutgoingMail
from app.mail.server import MailServer

__all__ = [
    "MAIL",
    "UNSURE",
    "MailServer",
    "NewMail",
    "OutgoingMail",
    "Postman",
    "dismiss",
    "forget_old",
    "give_up",
    "listen",
    "queue",
    "send_again",
    "undelivered",
]
