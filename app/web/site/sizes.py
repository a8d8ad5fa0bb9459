"""How much a browser may send: little, but for the pages that take files."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, current_app, request

from app.documents import MEGABYTE

P = ParamSpec("P")
R = TypeVar("R")

AT_ONCE = 5
"""Documents of the largest size that fit in one form."""

_FORM = 5 * MEGABYTE


def takes_files(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view take documents beside a form."""
    view.takes_files = True  # type: ignore[attr-defined]  # `install` reads it
    return view


def install(app: Flask, document_bytes: int) -> None:
    """Set the bounds; must come before the CSRF check is installed, which reads the form.

    Args:
        app: the app.
        document_bytes: what one document may have.
    """
    app.config.update(MAX_CONTENT_LENGTH=_FORM)

    @app.before_request
    def widen() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_files", False):
            request.max_content_length = _FORM + AT_ONCE * document_bytes
