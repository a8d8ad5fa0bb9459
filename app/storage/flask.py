"""Flask-SQLAlchemy's extension on our base: it configures the engine and disposes of it.

Imported by `create_app` alone. Everything else takes a `Database`, so that it works in a thread, a
worker and a command.
"""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

from app.storage.base import Base

db = SQLAlchemy(model_class=Base)
