"""`forloeb feel`: a value on standard output, and why it is null beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.feel import feel


def context(folder: Path) -> list[str]:
    file = folder / "context.json"
    file.write_text(json.dumps({"citizen": {"age": 17}}))
    return ["--context", str(file)]


def test_a_value_is_printed_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(feel, ["= citizen.age + 0.5", *context(tmp_path)])
    assert (done.exit_code, done.stdout, done.stderr) == (0, "17.5\n", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("citizen.aeg > 18", "Konteksten har ingen 'aeg'. Mente du 'age'? (tegn 8)"),
        ("citizn.age", "Der er ingen variabel 'citizn'. Mente du 'citizen'? (tegn 1)"),
    ],
)
def test_a_null_says_why_where_and_what_was_meant(tmp_path: Path, text: str, says: str) -> None:
    done = CliRunner().invoke(feel, [text, *context(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, "null\n")
    assert says in done.stderr


def test_what_cannot_be_read_says_where_and_what_was_expected() -> None:
    done = CliRunner().invoke(feel, ["1 + * 2"])
    assert (done.exit_code, done.stderr) == (
        1,
        "Her mangler en værdi; der står '*'. (tegn 5)\n",
    )
