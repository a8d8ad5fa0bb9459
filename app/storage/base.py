"""The declarative base of all tables, and the column types that both databases understand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, registry

from app import canonical, clock

Key = BigInteger().with_variant(Integer, "sqlite")
"""A 63-bit key from the one sequence (see `app.storage.keys`)."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as fixed-width UTC text.

    The bytes and their order are the same on both databases.
    """

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> str | None:
        """Write the instant as text."""
        return None if value is None else clock.to_text(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> datetime | None:
        """Read the text as an instant in UTC."""
        return None if value is None else clock.from_text(value)


class Json(TypeDecorator[Any]):
    """A JSON value, stored as canonical text: JSONB would reorder and re-round it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Write the value canonically."""
        return None if value is None else canonical.dumps(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read the value back, decimals as `Decimal`."""
        return None if value is None else canonical.loads(value)


class Base(DeclarativeBase):
    """Root of all mapped classes."""

    # The registry carries the map: Flask-SQLAlchemy makes a base of its own from this class's
    # attributes, and SQLAlchemy refuses one that has both.
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: Instant},
    )
