"""What the tables of examples are read with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app import feel

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

Answer = Callable[..., Any]


@pytest.fixture
def answer() -> Answer:
    """The value of an expression as JSON: whole numbers int, fractions float, dates ISO 8601."""

    def read(text: str, variables: dict[str, Any] | None = None) -> Any:
        return plain(feel.to_json(feel.evaluate(text, variables or {}, now=NOW)))

    return read


def plain(value: Any) -> Any:
    """JSON with its fractions as float, so that a table can hold them."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else float(value)
