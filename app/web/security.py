"""What every answer tells the browser: which scripts may run, who may frame it, and that it is kept nowhere."""

from __future__ import annotations

from flask import Flask, Response, g, request

from app.keys import random_token


def content_security_policy(nonce: str, *, diagram: bool = False) -> str:
    """Return the policy of a page.

    Args:
        nonce: unguessable text that the page's own inline scripts carry.
        diagram: the page shows a process diagram, whose viewer sets `style` attributes.
    """
    rules = [
        "default-src 'self'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    if diagram:
        rules.append("style-src-attr 'unsafe-inline'")
    return "; ".join(rules)


def csp_nonce() -> str:
    """Return this answer's nonce, for `<script nonce>`."""
    if "csp_nonce" not in g:
        g.csp_nonce = random_token()
    nonce: str = g.csp_nonce
    return nonce


def allow_diagram() -> str:
    """Let this answer's policy admit the diagram viewer; the diagram macro calls it."""
    g.csp_diagram = True
    return ""


def install(app: Flask) -> None:
    """Put the headers on every answer, and give templates `csp_nonce()` and `allow_diagram()`."""
    app.jinja_env.globals.update(csp_nonce=csp_nonce, allow_diagram=allow_diagram)
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    policy = content_security_policy(csp_nonce(), diagram=g.get("csp_diagram", False))
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
