"""Who may open a page: every route names its permit, and nothing else is open.

`@permit("inbox:read")` or `@public` stands on each view; `install` refuses a view that has neither, so that a
forgotten one is closed and not open.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for

from app import house_of
from app.access import PERMITS
from app.access.session import current_principal, identify, signed_in

P = ParamSpec("P")
R = TypeVar("R")


def permit(code: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to those who have the permit; others are refused, and who is not signed in is sent to the login.

    Args:
        code: one of `app.access.PERMITS`. It is kept as the view's attribute `permit`.
    """
    if code not in PERMITS:
        raise ValueError(f"no such permit: {code}")

    def guarded(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            current_principal().require(code)
            return view(*args, **kwargs)

        checked.permit = code  # type: ignore[attr-defined]  # the invariant test and `_closed` read it
        return checked

    return guarded


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open a view to everybody, signed in or not; its attribute `permit` is empty."""
    view.permit = ""  # type: ignore[attr-defined]  # as above
    return view


def install(app: Flask) -> None:
    """Find out who is signed in before each request for a page; must come before the CSRF check is installed."""

    @app.before_request
    def find_person() -> None:
        if request.endpoint != "static":
            identify(house_of(current_app).database)


def close(blueprint: Blueprint) -> None:
    """Refuse the blueprint's views that name no permit: that is a bug, and must not open anything."""

    @blueprint.before_request
    def named() -> None:
        view = current_app.view_functions[request.endpoint or ""]
        if not hasattr(view, "permit"):
            raise RuntimeError(f"{request.endpoint} names no permit")


def to_login() -> Response:
    """Send the person to the login, and afterwards back to the page they asked for."""
    rule = request.url_rule
    shows = rule is not None and "GET" in (rule.methods or ())
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.path
    target = url_for("login.form", next=wanted if shows and wanted != "/" else None)
    return redirect(target, 303)  # type: ignore[return-value]  # Flask's own Response class is in use


def local_path(text: str | None, default: str) -> str:
    """Return a path of this site as it came from a URL or a form, or the default where it leads elsewhere."""
    if not text or not text.startswith("/") or text.startswith("//"):
        return default
    if "\\" in text or any(character <= " " or character == "\x7f" for character in text):
        return default
    try:
        parts = urlsplit(text)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else text


def is_signed_in() -> bool:
    """Tell whether somebody is signed in."""
    return signed_in() is not None
