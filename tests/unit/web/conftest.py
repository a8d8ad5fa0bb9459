"""A Flask app with the frame alone: templates, languages and headers, no database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader

from app.clock import LOCAL, SetClock
from app.web import i18n
from app.web.site import frame, security

_PAGES = Path(__file__).parent / "pages"
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=LOCAL)


@pytest.fixture
def bare_app() -> Flask:
    app = Flask("app.web")
    app.config.update(SECRET_KEY="prøve", TESTING=True)
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(_PAGES), app.jinja_loader or FileSystemLoader([])]
    )
    CSRFProtect(app)
    i18n.install(app)
    security.install(app)
    frame.install(app, SetClock(NOW), "Nørreå Kommune")
    areas = (
        frame.Area("Indbakke", "/inbox", count=21),
        frame.Area("Forløb", "/courses", current=True),
    )
    shown = frame.Frame(
        "Nørreå Kommune", areas, "Mette Kragh", "tovholder", "/", "/logout", "/accessibility"
    )
    app.context_processor(lambda: {"frame": shown})

    instants = [
        NOW.replace(hour=9, minute=10),
        NOW.replace(day=25),
        NOW.replace(day=27),
        NOW.replace(month=12, day=12),
        None,
    ]

    @app.get("/page")
    def page() -> str:
        return render_template("sample.html", now=NOW, day=NOW.date(), instants=instants)

    @app.get("/diagram")
    def diagram() -> str:
        return render_template("sample-diagram.html")

    @app.get("/model.bpmn")
    def model() -> tuple[str, dict[str, str]]:
        return (_PAGES / "sample.bpmn").read_text(), {"Content-Type": "application/xml"}

    return app


@pytest.fixture
def client(bare_app: Flask) -> FlaskClient:
    return bare_app.test_client()
