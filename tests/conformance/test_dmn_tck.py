"""The DMN Technology Compatibility Kit, where FORLOEB_TCK_DIR says that it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.dmn.findings import DmnError
from app.dmn.kit import case_files, count, run_file

PROMISED = 0.97


def test_the_kit_is_passed() -> None:
    """Given the kit, when all its cases are run, then at least 97 of 100 come out as they should."""
    folder = os.environ.get("FORLOEB_TCK_DIR")
    if not folder:
        pytest.skip("FORLOEB_TCK_DIR does not say where the DMN TCK is")
    passed = failed = 0
    for path in case_files(Path(folder)):
        try:
            good, bad = count(run_file(path))
        except DmnError:
            good, bad = 0, 1
        passed, failed = passed + good, failed + bad
    assert passed + failed > 0
    assert passed / (passed + failed) >= PROMISED
