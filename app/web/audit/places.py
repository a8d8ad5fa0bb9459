"""The pages of the audit, in the order of the tabs that stand on each of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request

from app.access.session import current_principal
from app.web.i18n import gettext as _


@dataclass(frozen=True)
class Place:
    """One page of the audit: its path, and the permit that opens it."""

    path: str
    permit: str = "audit:read"


PLACES = (
    Place("/audit"),
    Place("/audit/verify"),
    Place("/audit/samples"),
    Place("/audit/access"),
    Place("/audit/break-glass"),
    Place("/audit/exports"),
)
"""In the order of the tabs; `_label` names them, and one that has no page is left out."""


def _label(path: str) -> str:
    return {
        "/audit": _("Find"),
        "/audit/verify": _("Efterprøv"),
        "/audit/samples": _("Stikprøver"),
        "/audit/access": _("Adgangslog"),
        "/audit/break-glass": _("Nødadgang"),
        "/audit/exports": _("Udlevering"),
    }[path]


def install(app: Flask) -> None:
    """Give templates `audit_tabs()`: what `macros/page.html` draws as tabs."""

    def tabs() -> list[dict[str, object]]:
        person = current_principal()
        drawn = {rule.rule for rule in current_app.url_map.iter_rules()}
        return [
            {"label": _label(one.path), "url": one.path, "current": one.path == _here()}
            for one in PLACES
            if one.path in drawn and person.may(one.permit)
        ]

    app.jinja_env.globals["audit_tabs"] = tabs


def _here() -> str:
    """Return the place that the page is in: the longest path that it begins with."""
    within = [one.path for one in PLACES if f"{request.path}/".startswith(f"{one.path}/")]
    return max(within, key=len, default="")
