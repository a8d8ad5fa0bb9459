"""Tables of citizens, their guardians and their households."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage import Base, Key


class CitizenRow(Base):
    """A citizen. `search` is the name folded for searching (see `app.citizens.names`)."""

    __tablename__ = "citizen"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    cpr: Mapped[str] = mapped_column(String(10), unique=True)
    first_name: Mapped[str] = mapped_column(String(200))
    last_name: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(String(800))
    birth_date: Mapped[date]
    address: Mapped[str] = mapped_column(String(300), default="")
    address_protected: Mapped[bool] = mapped_column(default=False)
    municipality_code: Mapped[str] = mapped_column(String(4), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    registered_at: Mapped[datetime]


class GuardianRow(Base):
    """Someone with or without custody of a child, from one day to another. Never deleted: `valid_to` ends it."""

    __tablename__ = "guardian"
    __table_args__ = (Index(None, "citizen_key"), Index(None, "username"))

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int] = mapped_column(ForeignKey("citizen.key"))
    name: Mapped[str] = mapped_column(String(200))
    relation: Mapped[str] = mapped_column(String(20))
    custody: Mapped[bool]
    phone: Mapped[str] = mapped_column(String(40), default="")
    guardian_citizen_key: Mapped[int | None] = mapped_column(ForeignKey("citizen.key"))
    username: Mapped[str | None] = mapped_column(String(100))
    """The login that opens the child's case to them, in the days of `access_from` to `access_to`."""
    access_from: Mapped[date | None]
    access_to: Mapped[date | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class HouseholdRow(Base):
    """People who live together."""

    __tablename__ = "household"

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(200))


class HouseholdMemberRow(Base):
    """A citizen's time in a household."""

    __tablename__ = "household_member"
    __table_args__ = (Index(None, "citizen_key"),)

    household_key: Mapped[int] = mapped_column(ForeignKey("household.key"), primary_key=True)
    citizen_key: Mapped[int] = mapped_column(ForeignKey("citizen.key"), primary_key=True)
    relation: Mapped[str | None] = mapped_column(String(20))
    custody: Mapped[str | None] = mapped_column(String(10))
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]


class NoAccessRow(Base):
    """Somebody who must not learn where a citizen lives or is to be found, however they are related to them."""

    __tablename__ = "no_access"
    __table_args__ = (Index(None, "citizen_key"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    citizen_key: Mapped[int] = mapped_column(ForeignKey("citizen.key"))
    name: Mapped[str] = mapped_column(String(200))
    search: Mapped[str] = mapped_column(String(800))
    username: Mapped[str | None] = mapped_column(String(100))
    reason: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(100))
    lifted_by: Mapped[str] = mapped_column(String(100), default="")
    lift_reason: Mapped[str] = mapped_column(Text, default="")
