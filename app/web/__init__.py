"""The pages: Flask blueprints, their templates, and the frame that they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import frame, i18n, security

if TYPE_CHECKING:
    from app.house import House


def register(app: Flask) -> None:
    """Put the pages on the app: templates and static files, languages, headers, CSRF tokens, blueprints."""
    house: House = app.extensions["forloeb"]
    app.template_folder = "web/templates"
    app.static_folder = "web/static"
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    CSRFProtect(app)
    i18n.install(app)
    security.install(app)
    frame.install(app, house.clock, house.settings.municipality)
