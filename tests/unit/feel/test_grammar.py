"""The grammar (DMN 1.5 §10.3.1): what each form means, and what is no expression."""

from __future__ import annotations

from typing import Any

import pytest

from app import feel
from tests.unit.feel.conftest import Answer

FORMS = [
    # Literals (rules 33-37, 62)
    ("1", 1),
    ("1.50", 1.5),
    (".5", 0.5),
    ("1e3", 1000),
    ("1.2E-2", 0.012),
    ("true", True),
    ("false", False),
    ("null", None),
    ('"tekst"', "tekst"),
    ('"æøå \\"citat\\" \\\\ \\n\\t"', 'æøå "citat" \\ \n\t'),
    ('"\\u00e6\\U01F600"', "æ😀"),
    ('"\\uD83D\\uDE00"', "😀"),
    ('"\\d+"', "\\d+"),
    ('@"2026-01-31"', "2026-01-31"),
    ('@"10:00:00"', "10:00:00"),
    ('@"2026-01-31T10:00:00+01:00"', "2026-01-31T10:00:00+01:00"),
    ('@"P1DT2H"', "P1DT2H"),
    ('@"P1Y2M"', "P1Y2M"),
    ('@"hest"', None),
    # Comments and white space
    ("1 // en\n+ 2", 3),
    ("1 /* to * / */ + /**/ 2", 3),
    (" \u00a0\n1\t", 1),
    # Precedence (rules 2-9)
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 4 - 3", 3),
    ("24 / 4 / 2", 3),
    ("2 ** 3 ** 2", 64),
    ("-3 ** 2", 9),
    ("--3", 3),
    ("2 * -3", -6),
    ("1 + 1 = 2 and 2 > 1", True),
    ("true or false and false", True),
    ("1 < 2 = true", True),
    # if
    ('if 1 < 2 then "ja" else "nej"', "ja"),
    ('if null then "ja" else "nej"', "nej"),
    ('if 1 then "ja" else "nej"', "nej"),
    ("if false then 1 else if false then 2 else 3", 3),
    ("1 + if true then 2 else 3", 3),
    # for
    ("for x in [1, 2, 3] return x * 2", [2, 4, 6]),
    ("for x in 1..3 return x", [1, 2, 3]),
    ("for x in 3..1 return x", [3, 2, 1]),
    ("for x in [1..3] return x", [1, 2, 3]),
    ("for x in (1..3) return x", [2]),
    ("for x in [1, 2], y in [10, 20] return x + y", [11, 21, 12, 22]),
    ("for x in [[1, 2], [3]], y in x return y", [1, 2, 3]),
    ("for i in 1..5 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24, 120]),
    ("for i in 1..3 return count(partial)", [0, 1, 2]),
    ('for d in @"2026-02-27"..@"2026-03-01" return d', ["2026-02-27", "2026-02-28", "2026-03-01"]),
    ("for x in 5 return x", [5]),
    ("for x in [] return x", []),
    ("for x in null return x", None),
    ("for x in 1..2.5 return x", None),
    # some, every
    ("some x in [1, 2] satisfies x > 1", True),
    ("some x in [1, 2] satisfies x > 2", False),
    ("every x in [1, 2] satisfies x > 0", True),
    ("every x in [1, 2] satisfies x > 1", False),
    ("some x in [] satisfies true", False),
    ("every x in [] satisfies false", True),
    ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
    ("every x in [1, null] satisfies x > 0", None),
    ("some x in [1, null] satisfies x > 1", None),
    # Lists and filters
    ("[1, [2, 3]]", [1, [2, 3]]),
    ("[]", []),
    ("[10, 20, 30][1]", 10),
    ("[10, 20, 30][-1]", 30),
    ("[10, 20, 30][4]", None),
    ("[10, 20, 30][0]", None),
    ("[10, 20, 30][item > 15]", [20, 30]),
    ("[{a: 1}, {a: 2}][a > 1]", [{"a": 2}]),
    ("[{a: 1}, {a: 2}][item.a > 1].a", [2]),
    ("[{a: 1}, {a: 2}].a", [1, 2]),
    ("[{a: 1}, {b: 2}].a", [1, None]),
    ("5[1]", 5),
    ("5[item > 9]", []),
    ("null[1]", None),
    ("[1, 2, 3][item > 1][1]", 2),
    ("[{item: 1}, {item: 2}][item = 2]", [{"item": 2}]),
    # Contexts and paths
    ("{a: 1, b: a + 1}", {"a": 1, "b": 2}),
    ('{"med mellemrum": 1}', {"med mellemrum": 1}),
    ("{med mellemrum: 1, to: med mellemrum + 1}.to", 2),
    ("{med mellemrum: 1}.med mellemrum", 1),
    ("{a-b: 3, c: a-b + 1}.c", 4),
    ("{a: {b: {c: 5}}}.a.b.c", 5),
    ("{a: 1}.b", None),
    ("{}", {}),
    ("{for: 1}.for", 1),
    ("null.a", None),
    # Functions
    ("(function(x, y) x + y)(1, 2)", 3),
    ("(function(x, y) x - y)(y: 1, x: 2)", 1),
    ("{double: function(x) x * 2, r: double(4)}.r", 8),
    ("{f: function(n) if n = 0 then 1 else n * f(n - 1)}.f(5)", 120),
    ("(function(x: number) x)(1)", 1),
    ('(function(x: number) x)("1")', None),
    ("(function(x) x)(1, 2)", None),
    ("(function() 7)()", 7),
    ("{a: 3, f: function(x) x + a, r: (function(a) f(1))(100)}.r", 4),
    ("[function(x) x + 1][1](2)", 3),
    ("1(2)", None),
    # Names of several words, built in
    ('date and time("2026-01-31T10:00:00").hour', 10),
    ('string length("abc")', 3),
    ('string  length ( string : "abc" )', 3),
    ('years and months duration(@"2024-01-01", @"2026-03-01")', "P2Y2M"),
    ("get or else(null, 1)", 1),
    # instance of
    ("1 instance of number", True),
    ('"a" instance of number', False),
    ("null instance of Null", True),
    ("null instance of Any", False),
    ("[1, 2] instance of list<number>", True),
    ('[1, "a"] instance of list<number>', False),
    ("{a: 1} instance of context<a: number>", True),
    ("{a: 1} instance of context<a: string>", False),
    ("[1..2] instance of range<number>", True),
    ("[[1]] instance of list<list<number>>", True),
    ("[1, null] instance of list<number>", True),
    ("[1, 2] instance of list<Any>", True),
    ("{a: null} instance of context<a: string>", True),
    ("{a: 1, b: 2} instance of context<a: number>", True),
    ("{b: 2} instance of context<a: number>", False),
    ("(function(a: number) a) instance of function<number> -> number", True),
    ("(function(a: number) a) instance of function<string> -> number", False),
    ("(function(a) a) instance of function<number> -> Any", True),
    ("(function() 1) instance of function<number> -> number", False),
    # A type that does not say what it is made of is none
    ("[1, 2] instance of list", None),
    ("{a: 1} instance of context", None),
    ("sum instance of function", None),
    ("[[1]] instance of list<list>", None),
    # Names left out of a named invocation are null
    ("(function(a, b) [a, b])(a: 1)", [1, None]),
    ("(function(a, b) [a, b])(c: 1)", None),
    ('@"2026-01-31" instance of date', True),
    ('@"2026-01-31T10:00:00" instance of date', False),
    ('@"P1D" instance of days and time duration', True),
    ('@"P1Y" instance of years and months duration', True),
    # between and in
    ("5 between 1 and 5", True),
    ("5 between 6 and 9", False),
    ("5 between 1 and 9 and true", True),
    ("5 in [1..5]", True),
    ("5 in [1..5)", False),
    ("5 in [1..5[", False),
    ("1 in ]1..5]", False),
    ("1 in (1..5]", False),
    ("5 in (< 3, > 4)", True),
    ("5 in (1, 5)", True),
    ("5 in [1, 5]", True),
    ("5 in > 4", True),
    ("5 in != 4", True),
    ("5 in ([1..3], 5)", True),
    ("[1, 2] in [[1, 2], [3]]", True),
    ('"b" in ["a".."c"]', True),
    ("5 in null", False),
    ("5 in [1..null]", None),
    ("2 in ([1..3][1])", True),
]


@pytest.mark.parametrize(("text", "expected"), FORMS, ids=[text for text, _ in FORMS])
def test_an_expression_has_this_value(text: str, expected: Any, answer: Answer) -> None:
    assert answer(text) == expected


NOT_EXPRESSIONS = [
    ("", 0, "udtrykket slutter"),
    ("1 +", 3, "mangler en værdi"),
    ("1 2", 2, "skulle udtrykket slutte"),
    ("(1", 2, "mangler ')'"),
    ("[1, 2", 5, "mangler ','"),
    ("{a 1}", 4, "mangler"),
    ("{a: 1, a: 2}", 7, "står to gange"),
    ('"åben', 0, "anførselstegn"),
    ("/* åben", 0, "afslutning"),
    ("a # b", 2, "hører ikke til"),
    ("if a then b", 11, "mangler 'else'"),
    ("for in [1] return 1", 4, "mangler et navn"),
    ("for x in [1]", 12, "mangler 'return'"),
    ("some x in [1]", 13, "mangler 'satisfies'"),
    ("f(a: 1, 2)", 1, "Enten har alle"),
    ("f(a: 1, a: 2)", 1, "to gange"),
    ("function(a, a) a", 0, "samme navn"),
    ("1 instance of hest", 14, "ikke en type"),
    ("[1..", 4, "mangler en værdi"),
    ("[1..2", 5, "afslutning"),
    ("a.", 2, "mangler et navn"),
    ("and", 0, "mangler en værdi"),
    ("ukendt navn", 7, "skulle udtrykket slutte"),
    ('"\\uD83D"', 0, "halv"),
    ("=1", 0, "mangler en værdi"),
]


@pytest.mark.parametrize(
    ("text", "position", "says"), NOT_EXPRESSIONS, ids=[text for text, *_ in NOT_EXPRESSIONS]
)
def test_what_is_no_expression_says_where_and_why(text: str, position: int, says: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.parse(text)
    assert caught.value.code == "feel:syntax"
    assert caught.value.position == position
    assert caught.value.text == text
    assert says in caught.value.message


def test_a_caller_can_make_names_of_several_words_known() -> None:
    names = ("borgerens alder", "team-leder")
    expression = feel.parse('borgerens alder > 17 and team-leder = "Bo"', names=names)
    assert expression.names == frozenset(names)
    assert feel.evaluate(expression, {"borgerens alder": 18, "team-leder": "Bo"}) is True


def test_a_name_in_backticks_is_one_name() -> None:
    assert feel.evaluate("`borgerens alder` + `if`", {"borgerens alder": 17, "if": 1}) == 18


def test_an_entry_after_a_dot_may_have_a_known_name_of_several_words() -> None:
    expression = feel.parse("borger.borgerens alder", names=["borgerens alder"])
    assert feel.evaluate(expression, {"borger": {"borgerens alder": 17}}) == 17
