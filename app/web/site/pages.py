"""What all blueprints of pages have in common."""

from __future__ import annotations

from flask import Blueprint

from app.web.site import errors, guard


def pages(name: str, import_name: str) -> Blueprint:
    """Return a blueprint whose views are closed unless they name a permit, and whose errors are answered with pages."""
    blueprint = Blueprint(name, import_name)
    guard.close(blueprint)
    errors.on_pages(blueprint)
    return blueprint
