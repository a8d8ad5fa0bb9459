"""The language as DMN 1.5 has it, section by section, in examples of our own (specification/*.txt)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app import feel
from app.feel.builtins import BUILTINS
from tests.unit.feel.conftest import NOW, plain

FOLDER = Path(__file__).parent / "specification"
PROMISED = 400
REFUSED = "!"


def _examples() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield section, expression, expected value and variables; an expression may stand on several lines."""
    for file in sorted(FOLDER.glob("*.txt")):
        section, given, text = "", {}, ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                section, given = line.removeprefix("## "), {}
            elif line.startswith("given "):
                given = json.loads(line.removeprefix("given "))
            elif line and not line.startswith("# "):
                text += line
                if " → " in line:
                    expression, _, expected = text.rpartition(" → ")
                    yield section, expression, expected, given
                    text = ""
                else:
                    text += "\n"


EXAMPLES = list(_examples())


@pytest.mark.parametrize(
    ("text", "expected", "given"),
    [
        pytest.param(text, expected, given, id=f"{section.partition(' ')[0]} {text}")
        for section, text, expected, given in EXAMPLES
    ],
)
def test_an_example(text: str, expected: str, given: dict[str, Any]) -> None:
    if expected == REFUSED:
        with pytest.raises(feel.FeelError):
            feel.evaluate(text, given, now=NOW)
        return
    value = plain(feel.to_json(feel.evaluate(text, given, now=NOW)))
    assert value == json.loads(expected)
    assert isinstance(value, bool) == isinstance(json.loads(expected), bool), "true is no number"


def test_at_least_400_examples_stand_here_and_none_twice() -> None:
    times = Counter((text, str(given)) for _, text, _, given in EXAMPLES)
    assert [text for text, count in times.items() if count > 1] == []
    assert len(times) >= PROMISED


def test_every_built_in_function_of_the_specification_has_its_examples() -> None:
    used = " ".join(text for section, text, *_ in EXAMPLES if section.startswith("10.3.4"))
    names = " ".join(SPECIFIED.split()).split(", ")
    missing = [name for name in names if f"{name}(" not in used]
    assert missing == []
    assert set(names) <= set(BUILTINS)


SPECIFIED = """
number, string, date, time, date and time, duration, years and months duration, not, substring,
string length, upper case, lower case, substring before, substring after, replace, contains, starts
with, ends with, matches, split, string join, list contains, count, min, max, sum, mean, all, any,
sublist, append, concatenate, insert before, remove, reverse, index of, union, distinct values,
flatten, product, median, stddev, mode, list replace, decimal, floor, ceiling, round up, round down,
round half up, round half down, abs, modulo, sqrt, log, exp, odd, even, is, before, after, meets,
met by, overlaps, overlaps before, overlaps after, finishes, finished by, includes, during, starts,
started by, coincides, range, day of year, day of week, month of year, week of year, sort, get
value, get entries, context, context put, context merge, now, today
"""
"""The functions of DMN 1.5 §10.3.4."""
