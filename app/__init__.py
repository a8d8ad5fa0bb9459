"""Forløb: coherent citizen courses as BPMN, with a journal that can be decided again."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.clock import Clock
    from app.house import House
    from app.settings import Settings


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """Wire the floors together and return the Flask app; `house_of(app)` is what it stands on.

    Args:
        settings: how to run; read from the environment where absent.
        clock: what time it is; the machine's own where absent.

    The imports stand inside, so that `import app.feel` pulls in no Flask.
    """
    with _nothing_to_collect():
        from flask import Flask
        from werkzeug.middleware.proxy_fix import ProxyFix

        from app import api, web
        from app.house import build
        from app.settings import from_environment, with_secrets
        from app.storage import POOL
        from app.storage.flask import db

    settings = with_secrets(settings or from_environment())
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.secret_key = settings.secret_key
    if settings.proxies:
        trusted = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = trusted  # type: ignore[method-assign]  # Flask's own way
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = dict(POOL)
    db.init_app(app)
    with app.app_context():
        app.extensions["forloeb"] = build(db.engine, settings, clock)
    web.register(app)
    api.register(app)
    return app


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Import without the garbage collector, which finds nothing there and takes a tenth of a start.

    Modules, classes and functions live as long as the process, so they are frozen: else the first collection afterwards
    and each full one later goes through 170,000 objects in vain, for a sixth of a second and in the midst of a request.
    """
    if not gc.isenabled() or "app.web" in sys.modules:
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def house_of(app: Flask) -> House:
    """Return the house that the app stands on."""
    found: House = app.extensions["forloeb"]
    return found
