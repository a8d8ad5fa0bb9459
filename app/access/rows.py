"""Tables of people and of login attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Json, Key


class PersonRow(Base):
    """A member of staff, a partner or a citizen who can log in.

    `username` never changes: the journal names it.
    """

    __tablename__ = "person"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    mails: Mapped[bool] = mapped_column(default=True)
    """Whether they want the mails about inquiries and their own work, where there is an address."""
    roles: Mapped[list[str]] = mapped_column(Json, default=list)
    groups: Mapped[list[str]] = mapped_column(Json, default=list)
    areas: Mapped[list[str]] = mapped_column(Json, default=list)
    unit: Mapped[str] = mapped_column(String(100), default="")
    password: Mapped[str | None] = mapped_column(String(200))
    """argon2 hash; null where the person cannot log in with a password."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class PersonWasRow(Base):
    """What a person was and might do until an instant; rows are added, never changed.

    `assumed`: nobody kept it before that instant, so it is taken to have been what it was then.
    """

    __tablename__ = "person_was"

    person_key: Mapped[int] = mapped_column(
        ForeignKey("person.key"), primary_key=True, autoincrement=False
    )
    until: Mapped[datetime] = mapped_column(primary_key=True)
    roles: Mapped[list[str]] = mapped_column(Json)
    groups: Mapped[list[str]] = mapped_column(Json)
    areas: Mapped[list[str]] = mapped_column(Json)
    unit: Mapped[str] = mapped_column(String(100))
    active: Mapped[bool]
    assumed: Mapped[bool] = mapped_column(default=False)


class LoginAttemptRow(Base):
    """One try to log in, written before the password is looked at: a burst is counted too."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "subject", "at"), Index(None, "origin", "at"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(String(64))
    """Digest of the username: people type passwords into the wrong field."""
    origin: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    failed: Mapped[bool] = mapped_column(default=True)


class ClientRow(Base):
    """An outside system that an operator has registered: what it may do, in whose courses, and by which law."""

    __tablename__ = "client"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    secret: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret: it is drawn, so it needs no slow hash."""
    processes: Mapped[list[str]] = mapped_column(Json)
    scopes: Mapped[list[str]] = mapped_column(Json)
    basis: Mapped[str] = mapped_column(String(500))
    active: Mapped[bool] = mapped_column(default=True)
    registered_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(String(100))
