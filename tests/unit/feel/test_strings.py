"""String functions (DMN 1.5 §10.3.4.3) and regular expressions (XPath functions 3.1 §5.6)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import feel
from tests.unit.feel.conftest import Answer

ROWS = [
    ('"for" + "løb"', "forløb"),
    ('"a" + 1', None),
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", 3, 3)', "oba"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("foobar", 0)', None),
    ('substring("foobar", 7)', None),
    ('substring("😀bar", 2)', "bar"),
    ('substring(string: "foobar", start position: 3, length: 3)', "oba"),
    ('string length("😀bar")', 4),
    ("string length(null)", None),
    ("string length(12)", None),
    ('upper case("æbler")', "ÆBLER"),
    ('lower case("ÆBLER")', "æbler"),
    ('substring before("foobar", "bar")', "foo"),
    ('substring before("foobar", "x")', ""),
    ('substring before("foobar", "")', ""),
    ('substring after("foobar", "foo")', "bar"),
    ('substring after("foobar", "x")', ""),
    ('substring after("foobar", "")', "foobar"),
    ('contains("foobar", "oba")', True),
    ('contains("foobar", null)', None),
    ('starts with("foobar", "foo")', True),
    ('ends with("foobar", "foo")', False),
    ('trim("  a b ")', "a b"),
    ('string join(["a", "b", null, "c"], ", ")', "a, b, c"),
    ('string join(["a", "b"])', "ab"),
    ('string join(["a", 1])', None),
    ('string join("a", ",")', "a"),
    ('split("a,b,,c", ",")', ["a", "b", "", "c"]),
    ('split("Bo Eva   Ib", "\\s+")', ["Bo", "Eva", "Ib"]),
    ('extract("tlf 12 og 34", "[0-9]+")', ["12", "34"]),
    ('matches("foobar", "^fo*b")', True),
    ('matches("FOO", "foo", "i")', True),
    ('matches("a\nb", "a.b")', False),
    ('matches("a\nb", "a.b", "s")', True),
    ('matches("a\nb", "^b", "m")', True),
    ('matches("hej verden", "hej verden", "x")', False),
    ('matches("hejverden", "hej verden", "x")', True),
    ('matches("a.b", "a.b", "q")', True),
    ('matches("axb", "a.b", "q")', False),
    ('matches("a", "a", "z")', None),
    ('matches("a", "(")', None),
    ('matches("aa", "(a)\\1")', True),
    ('matches("ab", "(a)\\1")', False),
    ('matches("Anna", "(a)(n)\\2\\1", "i")', True),
    ('matches("Anna", "(a)(n)\\2\\1")', False),
    ('matches("b", "(a)?b\\1")', True),
    ('matches("a1", "(a)\\11")', False),
    ('replace("aabbc", "(.)\\1", "<$1>")', "<a><b>c"),
    ('split("a11b22c", "(\\d)\\1")', ["a", "b", "c"]),
    ('matches("æ", "^\\p{IsLatin-1Supplement}$")', True),
    ('matches("a", "\\P{IsGreek}")', True),
    ('matches("a", "\\p{IsHest}")', None),
    ('matches("a", "\\1(a)")', None),
    ('matches("a", "(a\\1)")', None),
    ('matches("a", "(a)\\2")', None),
    ('matches("a", "(a)[\\1]")', None),
    ('matches("a", "a**")', None),
    ('matches("010203-1234", "^[0-9]{6}-?[0-9]{4}$")', True),
    ('matches("x", "^[a-z-[aeiou]]$")', True),
    ('matches("e", "^[a-z-[aeiou]]$")', False),
    ('matches("Å", "^\\p{Lu}$")', True),
    ('matches("å", "^\\P{Lu}$")', True),
    ('matches("_a1", "^\\i\\c*$")', True),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
    ('replace("abracadabra", "bra", "*")', "a*cada*"),
    ('replace("abracadabra", "a.*a", "*")', "*"),
    ('replace("abracadabra", "a.*?a", "*")', "*c*bra"),
    ('replace("abracadabra", "a", "")', "brcdbr"),
    ('replace("AAAA", "A+?", "b")', "bbbb"),
    ('replace("abc", "b", "\\$")', "a$c"),
    ('replace("abc", "b", "$")', None),
    ('replace("abc", "x*", "-")', None),
    ('replace("abc", "(b)", "$12")', "ab2c"),
    ('replace("Abc", "a", "x", "i")', "xbc"),
    ('replace(input: "abc", pattern: "b", replacement: "x")', "axc"),
    ('string("tekst")', "tekst"),
    ("string(null)", None),
    ("string(true)", "true"),
    ('string([1, "a", null])', '[1, "a", null]'),
    ('string({a: 1, "b c": @"2026-01-31"})', "{a: 1, b c: 2026-01-31}"),
    ("string([1..5))", "[1..5)"),
    ('string(@"P1DT2H")', "P1DT2H"),
    ('number("1.5")', 1.5),
    ('number("1 000,50", " ", ",")', 1000.5),
    ('number("1.000,50", ".", ",")', 1000.5),
    ('number("1,000.50", ",", ".")', 1000.5),
    ('number("hest")', None),
    ('number("1,5")', None),
    ('number("1", ".", ".")', None),
    ('number(from: "2", grouping separator: null, decimal separator: ",")', 2),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_strings(text: str, expected: Any, answer: Answer) -> None:
    assert answer(text) == expected


PIECES = st.sampled_from(
    ["a", "b", "[ab]", "(a)", "(b|c)", ".", "a?", "b*", "c+", "(?:ab)", "a{1,2}", "b*?", "^", "$"]
)


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=6),
    text=st.text(alphabet="abc", max_size=12),
)
def test_the_machine_agrees_with_python_where_both_have_the_pattern(
    pieces: list[str], text: str
) -> None:
    pattern = "".join(pieces)
    found = feel.evaluate("extract(t, p)", {"t": text, "p": pattern})
    mine = feel.evaluate("matches(t, p)", {"t": text, "p": pattern})
    assert mine is (re.search(pattern, text) is not None)
    first = re.search(pattern, text)
    assert isinstance(found, list)
    assert (found[0] if found else None) == (first.group() if first else None)
