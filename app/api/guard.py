"""Who may ask: every resource names its permits, and the caller proves who they are with each request.

A session cookie counts for nothing here. A browser sends it along with requests that any page can set off, so whoever
takes cookies needs a CSRF token as well, which programs do not have; an Authorization header is sent on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Blueprint, Flask, current_app, request

from app import house_of
from app.access import PERMITS, BasicAuthentication
from app.access.session import act_as, current_principal
from app.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")
_EXTENSION = "forloeb-basic"


def permit(*codes: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to those who have one of the permits.

    Args:
        codes: some of `app.access.PERMITS`; the view's attribute `permit` is the first one.
    """
    if not codes or not PERMITS.keys() >= set(codes):
        raise ValueError(f"no such permit among {codes}")

    def guarded(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            who = current_principal()
            if not any(who.may(code) for code in codes):
                who.require(codes[0])
            return view(*args, **kwargs)

        checked.permit = codes[0]  # type: ignore[attr-defined]  # the invariant test and `close` read it
        return checked

    return guarded


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Open a view to everybody; its attribute `permit` is empty."""
    view.permit = ""  # type: ignore[attr-defined]  # as above
    return view


def install(app: Flask) -> None:
    """Make ready to verify Basic headers; what was verified is remembered for this process."""
    app.extensions[_EXTENSION] = BasicAuthentication(house_of(app).database)


def close(blueprint: Blueprint) -> None:
    """Find out who asks before each view that is not public; one that names no permit is a bug and stays shut."""

    @blueprint.before_request
    def identify() -> None:
        code = getattr(current_app.view_functions[request.endpoint or ""], "permit", None)
        if code is None:
            raise RuntimeError(f"{request.endpoint} names no permit")
        if code:
            _by_header()


def _by_header() -> None:
    header = request.headers.get("Authorization")
    if not header:
        raise Refused("login:needed", "Log ind med HTTP Basic.")
    if not house_of(current_app).settings.demo:
        text = "HTTP Basic er kun slået til i demokommunen (FORLOEB_DEMO=1)."
        raise Refused("login:basic-off", text)
    basic: BasicAuthentication = current_app.extensions[_EXTENSION]
    act_as(basic.principal(header, origin=request.remote_addr or ""))
