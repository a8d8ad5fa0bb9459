"""What the operator reads: one line an event on standard output, with what it is about as `name=value`.

structlog is loaded when there is first something to say: with what it brings along for coloured tracebacks it is a
hundred modules, and every command and every process would wait for them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

_CPR = re.compile(r"(?<!\d)(\d{6})-?\d{4}(?!\d)")
"""Keys and other numbers have more figures, or fewer."""


def warning(event: str, **about: Any) -> None:
    """Say that something did not go as it should, and will be tried again."""
    _logger().warning(event, **about)


def error(event: str, **about: Any) -> None:
    """Say that somebody must look; `exc_info` takes the exception whose traceback is shown."""
    _logger().error(event, **about)


def exception(event: str, **about: Any) -> None:
    """Say that the exception being handled was not expected, with its traceback."""
    _logger().exception(event, **about)


@cache
def _logger() -> Any:
    import structlog  # noqa: PLC0415 -- see above

    # Tracebacks without local variables: those hold personal data, and a log is no place for it.
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    instant = structlog.processors.TimeStamper(fmt="iso", utc=True)
    structlog.configure(processors=[structlog.processors.add_log_level, instant, plain, _masked])
    return structlog.get_logger()


def masked(text: str) -> str:
    """Return a text without the ends of what looks like CPR numbers."""
    return _CPR.sub(r"\1-••••", text)


def _masked(_logger: Any, _method: str, line: Any) -> str:
    """Mask the line: an error's own words may quote a number, PostgreSQL's of a unique key do."""
    return masked(line)
