"""How points and ranges lie (DMN 1.5 §10.3.4.8, table 78), and ranges as values (§10.3.2.7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.feel.conftest import Answer

YES = """
before(1, 10) | before(1, (1..10]) | before(1, [5..10]) | before([1..10), 10) | before([1..10], 15)
before([1..10], [15..20]) | before([1..10), [10..20]) | before([1..10], (10..20])
after(10, 5) | after(12, [1..10]) | after(10, [1..10)) | after([11..20], 10) | after((11..20], 11)
after([11..20], [1..10]) | after([11..20], [1..11)) | after((11..20], [1..11])
meets([1..5], [5..10]) | met by([5..10], [1..5])
overlaps([1..5], [3..8]) | overlaps([3..8], [1..5]) | overlaps([1..8], [3..5]) | overlaps([3..5], [1..8])
overlaps([1..5], [5..8]) | overlaps([5..8], [1..5])
overlaps before([1..5], [3..8]) | overlaps before([1..5], [5..8]) | overlaps before([1..5), (1..5])
overlaps before([1..5], (1..5])
overlaps after([3..8], [1..5]) | overlaps after([5..8], [1..5]) | overlaps after((1..5], [1..5))
overlaps after((1..5], [1..5])
finishes(10, [1..10]) | finishes([5..10], [1..10]) | finishes([5..10), [1..10)) | finishes([1..10], [1..10])
finishes((1..10], [1..10])
finished by([1..10], 10) | finished by([1..10], [5..10]) | finished by([1..10), [5..10))
finished by([1..10], [1..10]) | finished by([1..10], (1..10])
includes([1..10], 5) | includes([1..10], 1) | includes([1..10], 10) | includes([1..10], [4..6])
includes([1..10], [1..5]) | includes((1..10], (1..5]) | includes([1..10], (1..10)) | includes([1..10), [5..10))
includes([1..10], [1..10)) | includes([1..10], (1..10]) | includes([1..10], [1..10])
during(5, [1..10]) | during(1, [1..10]) | during(10, [1..10]) | during([4..6], [1..10]) | during([1..5], [1..10])
during((1..5], (1..10]) | during((1..10), [1..10]) | during([5..10), [1..10)) | during([1..10), [1..10])
during((1..10], [1..10]) | during([1..10], [1..10])
starts(1, [1..10]) | starts([1..5], [1..10]) | starts((1..5], (1..10]) | starts([1..10], [1..10])
starts([1..10), [1..10]) | starts((1..10), (1..10))
started by([1..10], 1) | started by([1..10], [1..5]) | started by((1..10], (1..5]) | started by([1..10], [1..10])
started by([1..10], [1..10)) | started by((1..10), (1..10))
coincides(5, 5) | coincides([1..5], [1..5])
before(date("2026-01-01"), [date("2026-02-01")..date("2026-03-01")]) | during("b", ["a".."c"])
before(point: 1, range: [5..10]) | includes(range: [1..10], point: 5)
"""
NO = """
before(10, 1) | before(1, [1..10]) | before([1..10], 10) | before([1..10], [10..20])
after(5, 10) | after(10, [1..10]) | after([11..20], 12) | after([11..20], 11) | after([1..10], [11..20])
meets([1..5), [5..10]) | meets([1..5], (5..10]) | meets([1..5], [6..10])
met by([5..10], [1..5)) | met by((5..10], [1..5]) | met by([6..10], [1..5])
overlaps([1..5], [6..8]) | overlaps([6..8], [1..5]) | overlaps([1..5], (5..8]) | overlaps([1..5), [5..8])
overlaps([1..5), (5..8]) | overlaps((5..8], [1..5]) | overlaps([5..8], [1..5)) | overlaps((5..8], [1..5))
overlaps before([1..5], [6..8]) | overlaps before([1..5], (5..8]) | overlaps before([1..5), [5..8])
overlaps before([1..5), [1..5]) | overlaps before([1..5], [1..5])
overlaps after([6..8], [1..5]) | overlaps after((5..8], [1..5]) | overlaps after([5..8], [1..5))
overlaps after([1..5], [1..5)) | overlaps after([1..5], [1..5])
finishes(10, [1..10)) | finishes([5..10), [1..10]) | finishes([1..10], [5..10])
finished by([1..10), 10) | finished by([1..10], [5..10)) | finished by([5..10], [1..10])
includes([1..10], 12) | includes((1..10], 1) | includes([1..10), 10) | includes([4..6], [1..10])
during(12, [1..10]) | during(1, (1..10]) | during(10, [1..10)) | during([1..10], [4..6])
starts(1, (1..10]) | starts(2, [1..10]) | starts((1..5], [1..10]) | starts([1..5], (1..10])
started by((1..10], 1) | started by([1..10], 2) | started by([1..10], (1..5]) | started by((1..10], [1..5])
coincides(3, 4) | coincides((1..5), [1..5]) | coincides([1..5], [2..6])
"""


def _cells(table: str) -> list[str]:
    return [cell.strip() for line in table.split("\n") for cell in line.split("|") if cell.strip()]


@pytest.mark.parametrize("text", _cells(YES))
def test_lies_so(text: str, answer: Answer) -> None:
    assert answer(text) is True


@pytest.mark.parametrize("text", _cells(NO))
def test_does_not_lie_so(text: str, answer: Answer) -> None:
    assert answer(text) is False


ROWS: list[tuple[str, Any]] = [
    ("[1..10].start", 1),
    ("[1..10].end", 10),
    ("(1..10].start included", False),
    ("(1..10].end included", True),
    ("(<= 10).start", None),
    ("(<= 10).start included", False),
    ("(<= 10).end included", True),
    ("(> 1).end", None),
    ("(> 1).end included", False),
    ("(> 1).start included", False),
    ("[1..3] = [1..3]", True),
    ("[1..3] = [1..3)", False),
    ("(= 10) = (= 10)", True),
    ("(= 10) = [10..10]", False),
    ("10 in (= 10)", True),
    ("10 in (!= 10)", False),
    ("9 in (!= 10)", True),
    ("(!= 10) = (!= 10)", True),
    ("[10..1]", None),
    ('[1.."a"]', None),
    # The ends of a text's range are literals
    ('range("[18..21)") = [18..21)', True),
    ('range("]2..4[") = (2..4)', True),
    ('range("[2..)").start', 2),
    ('range("[2..)").end', None),
    ('5 in range("[2..)")', True),
    ("[2..null)", None),
    ("(>= 2) = [2..null)", False),
    ('range("(..2]").end', 2),
    ('range("[-3..2.5]").start', -3),
    ('range("[\\"a\\"..\\"c\\"]").end', "c"),
    ('range("[@\\"2026-01-01\\"..@\\"2026-02-01\\"]").start', "2026-01-01"),
    ('range("[date(\\"2026-01-01\\")..date(\\"2026-02-01\\")]").end', "2026-02-01"),
    ('range("[duration(\\"P1D\\")..duration(\\"P2D\\")]").end', "P2D"),
    ('range(from: "[1..2]").end', 2),
    ('range("[..2]")', None),
    ('range("[1..]")', None),
    ('range("(..)")', None),
    ('range("[3..1]")', None),
    ('range("[1+1..3]")', None),
    ('range("[today()..3]")', None),
    ('range("1..3")', None),
    ('range("")', None),
    ("range(null)", None),
    ("range(1)", None),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_ranges_as_values(text: str, expected: Any, answer: Answer) -> None:
    assert answer(text) == expected
