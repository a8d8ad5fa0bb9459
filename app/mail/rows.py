"""The table of mail that goes out, and of what became of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key

WAITING = "waiting"
HANDING = "handing"
SENT = "sent"
GAVE_UP = "gave_up"
UNSURE = "unsure"
SEEN = "seen"


class OutgoingMail(Base):
    """One mail to one colleague for one cause: there is never a second.

    `status`: waiting; handing (the server is being given it, and has not answered yet); sent; gave_up; unsure (the
    process or the connection died while the server had it: it may have arrived, and is not sent again by itself); seen
    (an operator has been told that it did not arrive). After `expires_at` it is of no use to anybody.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (UniqueConstraint("cause", "recipient"), Index(None, "status"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    cause: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(100))
    address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")
    queued_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
