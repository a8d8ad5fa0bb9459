"""Who may open a page: finding out who asks, closing views that name no permit, and the way to the login."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for

from app import house_of
from app.access.closed import permit_of
from app.access.session import identify, signed_in


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
        permit_of(current_app.view_functions[request.endpoint or ""])


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
