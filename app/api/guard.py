"""Who may ask: every resource names its permits, and the caller proves who they are with each request.

A session cookie counts for nothing here. A browser sends it along with requests that any page can set off, so whoever
takes cookies needs a CSRF token as well, which programs do not have; an Authorization header is sent on purpose.
"""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, request

from app import house_of
from app.access import BasicAuthentication, is_client
from app.access.closed import permit_of
from app.access.session import act_as
from app.errors import Refused

_EXTENSION = "forloeb-basic"


def install(app: Flask) -> None:
    """Make ready to verify Basic headers; what was verified is remembered for this process."""
    app.extensions[_EXTENSION] = BasicAuthentication(house_of(app).database)


def close(blueprint: Blueprint) -> None:
    """Find out who asks before each view that is not public; one that names no permit is a bug and stays shut."""

    @blueprint.before_request
    def identify() -> None:
        if permit_of(current_app.view_functions[request.endpoint or ""]):
            _by_header()


def _by_header() -> None:
    header = request.headers.get("Authorization")
    if not header:
        raise Refused("login:needed", "Log ind med HTTP Basic.")
    if not house_of(current_app).settings.demo and not is_client(header):
        text = "HTTP Basic er kun for registrerede systemer uden for demokommunen (FORLOEB_DEMO=1)."
        raise Refused("login:basic-off", text)
    basic: BasicAuthentication = current_app.extensions[_EXTENSION]
    act_as(basic.principal(header, origin=request.remote_addr or ""))
