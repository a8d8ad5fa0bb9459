"""What every answer tells the browser: which scripts may run, who may frame it, and that it is kept nowhere."""

from __future__ import annotations

from flask import Flask, Response, g, request

from app.keys import random_token


def content_security_policy(nonce: str, *, diagram: bool = False, studio: bool = False) -> str:
    """Return the policy of a page.

    Args:
        nonce: unguessable text that the page's own inline scripts carry.
        diagram: the page shows a process diagram, whose viewer sets `style` attributes.
        studio: the page holds one of the studio's editors, which make style sheets, fonts and pictures of their own.
    """
    rules = [
        "default-src 'self'",
        f"script-src 'self' 'nonce-{nonce}'",
        "style-src 'self' 'unsafe-inline'" if studio else "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
    if studio:
        rules += ["font-src 'self' data: blob:", "img-src 'self' data: blob:"]
    elif diagram:
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


def allow_editor() -> str:
    """Let this answer's policy admit the studio's editors; the editor's page calls it, and no other."""
    g.csp_studio = True
    return ""


def install(app: Flask) -> None:
    """Put the headers on every answer, and give templates `csp_nonce()`, `allow_diagram()` and `allow_editor()`."""
    app.jinja_env.globals.update(
        csp_nonce=csp_nonce, allow_diagram=allow_diagram, allow_editor=allow_editor
    )
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    headers = response.headers
    policy = content_security_policy(
        csp_nonce(), diagram=g.get("csp_diagram", False), studio=g.get("csp_studio", False)
    )
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
