"""The pure face of definitions stands under the engine: neither Flask nor SQLAlchemy comes with it."""

from __future__ import annotations

import subprocess
import sys


def test_the_pure_face_loads_neither_flask_nor_sqlalchemy() -> None:
    program = "import sys, app.definitions; print({'flask', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
