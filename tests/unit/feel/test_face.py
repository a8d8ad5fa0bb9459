"""The package's face: parsing, variables, warnings, errors and JSON, as the rest of the program meets them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app import feel


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a + b", {"a", "b"}),
        ("a.b.c", {"a"}),
        ("count(xs)", {"xs"}),
        ("own(x)", {"own", "x"}),
        ("for x in xs, y in x return y + z", {"xs", "z"}),
        ("for i in 1..n return partial", {"n"}),
        ("some x in xs satisfies x > limit", {"xs", "limit"}),
        ("{a: 1, b: a + c}", {"c"}),
        ("{a: a}", {"a"}),
        ("{f: function(n) f(n - m)}", {"m"}),
        ("function(x) x + y", {"y"}),
        ("xs[item > limit]", {"xs", "limit"}),
        ("x in [low..high]", {"x", "low", "high"}),
        ("x in (? > 2)", {"x"}),
        ('date and time("2026-01-01").year', set()),
        ("if a then b else c", {"a", "b", "c"}),
        ("a instance of number", {"a"}),
        ("f(x: y)", {"f", "y"}),
    ],
)
def test_an_expression_knows_which_variables_it_reads(text: str, names: set[str]) -> None:
    assert feel.parse(text).names == names


def test_a_text_is_read_once() -> None:
    assert feel.parse("a + 1") is feel.parse("a + 1")
    assert feel.parse("a + 1").text == "a + 1"
    assert feel.parse("5") is not feel.parse_unary_tests("5")


def test_an_unknown_variable_is_null_with_a_suggestion() -> None:
    trace: list[feel.FeelWarning] = []
    assert feel.evaluate("samtykke_gvet", {"samtykke_givet": True}, trace=trace) is None
    (warning,) = trace
    assert warning.code == "feel:unknown-name"
    assert "Mente du 'samtykke_givet'?" in warning.message
    assert warning.position == 0


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ('1 + "a"', "feel:type", 0),
        ("2 > 1 and 1 < {}", "feel:type", 12),
        ("1 = 1 and [1] = 2", "feel:type", 14),
        ("1 / 0", "feel:number", 0),
        ('date("hest")', "feel:date", None),
        ("upper case(1)", "feel:call", None),
        ("{a: 1}.b", "feel:unknown-name", 6),
        ('matches("a", "(")', "feel:regex", None),
        ("5(1)", "feel:call", 0),
        ('@"hest"', "feel:date", 0),
    ],
)
def test_a_warning_says_why_a_value_became_null(text: str, code: str, position: int | None) -> None:
    trace: list[feel.FeelWarning] = []
    feel.evaluate(text, {}, trace=trace)
    assert (trace[0].code, trace[0].position) == (code, position)
    assert trace[0].message


def test_warnings_are_few_whatever_goes_wrong() -> None:
    trace: list[feel.FeelWarning] = []
    feel.evaluate("for i in 1..1000 return i + null", {}, trace=trace)
    assert len(trace) == 50


def test_variables_may_be_json_or_values_of_feel() -> None:
    variables = {
        "whole": 2,
        "fraction": 0.1,
        "exact": Decimal("0.2"),
        "born": date(2008, 3, 2),
        "at": time(10, 0),
        "tuple": (1, 2),
        "nested": {"list": [1, {"deep": 2.5}]},
    }
    assert feel.evaluate("whole + fraction + exact", variables) == Decimal("2.3")
    assert feel.evaluate("born.year", variables) == 2008
    assert feel.evaluate("at.hour", variables) == 10
    assert feel.evaluate("sum(tuple)", variables) == 3
    assert feel.evaluate("nested.list[2].deep * 2", variables) == 5
    assert variables["nested"] == {"list": [1, {"deep": 2.5}]}


@pytest.mark.parametrize(
    "value",
    [
        object(),
        b"bytes",
        {1, 2},
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        10**40 + 1,
        timedelta(1),
    ],
)
def test_a_value_that_feel_has_no_type_for_is_refused_when_it_is_read(value: Any) -> None:
    for outside in (value, [value], {"a": value}):
        with pytest.raises(feel.FeelError) as caught:
            feel.evaluate("x", {"x": outside})
        assert caught.value.code == "feel:value"
        with pytest.raises(feel.FeelError):
            feel.from_json(outside)
    assert feel.evaluate("1", {"x": value}) == 1


JSON = [
    (None, None),
    (True, True),
    (Decimal("2.0"), 2),
    (Decimal("1E+2"), 100),
    (Decimal("2.50"), Decimal("2.5")),
    ("a", "a"),
    ([Decimal(1), [None]], [1, [None]]),
    ({"a": Decimal("1.0")}, {"a": 1}),
    (date(2026, 1, 31), "2026-01-31"),
    (time(10, 0), "10:00:00"),
    (datetime(2026, 1, 31, 10, 0, tzinfo=UTC), "2026-01-31T10:00:00Z"),
    (feel.DaysTimeDuration(90_000_000_000), "PT1M30S"),
    (feel.YearsMonthsDuration(14), "P1Y2M"),
    (feel.Range(Decimal(1), Decimal(5), True, False), "[1..5)"),
    (feel.evaluate("sum", {}), "function sum"),
]


@pytest.mark.parametrize(("value", "expected"), JSON)
def test_to_json(value: Any, expected: Any) -> None:
    found = feel.to_json(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("value", [None, True, "a", 5, -1, [1, ["a", None]], {"a": {"b": [1]}}])
def test_json_comes_back_as_it_was(value: Any) -> None:
    assert feel.to_json(feel.from_json(value)) == value


def test_a_float_is_taken_by_its_digits() -> None:
    assert feel.from_json(0.1) == Decimal("0.1")


def test_json_too_large_is_refused() -> None:
    shared: list[object] = [1]
    for _ in range(40):
        shared = [shared, shared]
    for convert in (feel.from_json, feel.to_json):
        with pytest.raises(feel.FeelError) as caught:
            convert(shared)
        assert caught.value.code == "feel:size"


def test_an_error_tells_its_place_counted_as_people_count() -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse("1 +")
    assert str(caught.value) == "Her mangler en værdi; udtrykket slutter. (tegn 4)"


def test_feel_needs_no_flask() -> None:
    program = "import app.feel, sys; sys.exit('flask' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_many_threads_get_the_same_answers() -> None:
    texts = [f"sum(for i in 1..{n} return i / 3)" for n in range(1, 60)] * 4
    alone = [feel.evaluate(text, {}) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: feel.evaluate(text, {}), texts)) == alone


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("samtykke_gvet", "samtykke_givet"),
        ("citizen.agee", "age"),
        ('@"2026-03-01".yaer', "year"),
        ("strin length(navn)", "string length"),
        ("upercase(navn)", "upper case"),
    ],
)
def test_a_name_that_is_nearly_right_is_suggested(text: str, meant: str) -> None:
    trace: list[feel.FeelWarning] = []
    variables = {"samtykke_givet": True, "citizen": {"age": 7}, "navn": "Ea"}
    try:
        feel.evaluate(text, variables, trace=trace)
        told = trace[0].message
    except feel.FeelError as error:
        told = error.message
    assert f"Mente du {meant!r}?" in told


@pytest.mark.parametrize(
    "text", ["timer pr uge > 5", "1 + timer pr uge", "if timer pr uge > 5 then 1 else 2"]
)
def test_words_that_may_be_one_name_are_said_how_to_write(text: str) -> None:
    """Given a text read before its variables are known, as in a model, then the error says what makes it readable."""
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(text)
    assert "`timer pr uge`" in caught.value.message
    escaped = text.replace("timer pr uge", "`timer pr uge`")
    assert feel.evaluate(feel.parse(escaped), {"timer pr uge": 6}) is not None
