"""What a hostile or careless expression can try, and that it ends: in time, in memory, without a trace."""

from __future__ import annotations

import copy
import time
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from app import feel

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# The promise is 50 ms of work. Best of three runs, in processor time; a machine that others use too has
# cold caches, so three times that is allowed.
SECONDS = 0.05
NOISE = 3
BYTES = 20_000_000

NESTED: dict[str, Any] = {"a": 1}
for _ in range(60):
    NESTED = {"a": NESTED, "b": 1}
TWICE: list[Any] = [1]
for _ in range(40):
    TWICE = [TWICE, TWICE]
SNAKE: list[Any] = [1]
for _ in range(5_000):
    SNAKE = [SNAKE]

VARIABLES: dict[str, Any] = {
    "big": list(range(5_000)),
    "huge": list(range(90_000)),
    "texts": ["a" * 100] * 2_000,
    "text": "a" * 50_000,
    "nested": NESTED,
    "twice": TWICE,
    "snake": SNAKE,
    "wide": "🐎" * 100_000,
    # Equal to it, and not the same.
    "wide2": "🐎" * 99_999 + "🐎",
    "person": {"name": "Bo", "tags": ["x"]},
}

ATTACKS = {
    # Numbers
    "power of powers": "9**9**9**9**9",
    "power of large numbers": "999999999 ** 999999",
    "power upon power": "for i in 1..100000 return 1.0000001 ** 99999999.5",
    "large literal": "1E999999999",
    "long literal": "9" * 30_000,
    "factorial": "for i in 1..100000 return if i = 1 then 1 else partial[-1] * i",
    "decimals beyond all": "decimal(1, 999999999999)",
    "decimals before all": "decimal(1, -999999999999)",
    "rounding to the smallest scale": "round up(9.5, 6176)",
    "rounding to the largest scale": "round up(9.5, -6111)",
    "exponential": "exp(10 ** 30)",
    "logarithms": "sum(for i in 1..100000 return log(i))",
    "infinity": '1/0 + number("Infinity") + number("NaN")',
    "number of a long text": "number(text)",
    # Texts
    "text times number": '"a" * 10**10',
    "doubling text": 'for i in 1..100 return if i = 1 then "ab" else partial[-1] + partial[-1]',
    "joined doubling": 'for i in 1..60 return if i = 1 then "ab" else string join([partial[-1], partial[-1]])',
    "long join": "string join(texts, text)",
    "growing replacement": 'replace(replace(text, "a", "aaaaaaaaaa"), "a", "aaaaaaaaaa")',
    "split of a long text": 'count(split(text, "a"))',
    "text of everything": "string(big) + string(big) + string(big) + string(big)",
    "text of shared lists": "string(twice)",
    "capitals": "upper case(text + text)",
    "searches": 'for i in 1..100000 return contains(text, "b")',
    # Lists
    "loop of loops": "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
    "loop that returns nothing": "count(for a in 1..1000000000 return null)",
    "some of a billion": "some x in [1..1000000000] satisfies x < 0",
    "every of a billion": "every x in 1..1000000000 satisfies x > 0",
    "days of all time": 'count(for d in @"0001-01-01"..@"9999-12-31" return d)',
    "dates past the end": 'for d in @"9999-12-30"..@"9999-12-31" return d + @"P9999999Y"',
    "sum over a huge list": "sum(huge) + sum(huge) + sum(huge)",
    "sum of a loop": "sum(for i in 1..10000000 return i)",
    "list in list": "for x in big return x in big",
    "contains in a loop": "for x in big return list contains(big, -1)",
    "positions in a loop": "for x in big return index of(big, -1)",
    "quadratic filter": "big[count(big[item > 0]) > 0]",
    "doubling list": "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
    "flattened doubling": "flatten(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
    "flatten shared lists": "flatten(twice)",
    "partial in partial": "for i in 1..100000 return partial",
    "deep list": "for i in 1..5000 return [partial]",
    "sort by a lie": "sort(big, function(x, y) true)",
    "sort with work": "sort(big, function(x, y) count(big[item > x]) > y)",
    "union of much": "union(big, big, big, huge, huge)",
    "distinct contexts": "distinct values(for x in big return {a: x})",
    "pieces": "for x in big return partition(big, 1)",
    "reverse in a loop": "for x in big return reverse(big)",
    "append in a loop": "for x in big return append(big, 1)",
    "replacing all": "for x in big return list replace(big, function(a, b) true, 1)",
    "path of a list of lists": "twice.a.b.c",
    "one huge literal": "[" + "1," * 4_000 + "1]",
    # Equality and depth
    "equality of deep structures": "nested = nested and {a: nested} = {a: nested}",
    "equality of shared lists": "twice = twice",
    "a snake of lists": "snake = snake",
    "text of a snake": "string(snake)",
    "the snake itself": "snake",
    "deep parentheses": "(" * 4_000 + "1" + ")" * 4_000,
    "deep lists": "[" * 4_000 + "]" * 4_000,
    "deep contexts": "{a:" * 2_000 + "1" + "}" * 2_000,
    "deep functions": "function(x) " * 2_000 + "x",
    "deep filters": "a[" * 2_000 + "1" + "]" * 2_000,
    "deep ranges": "[1..[" * 1_000,
    "deep in": "x in (" * 1_000,
    "reference back": r'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a*)*(a*)*\\1b")',
    "reference back, long": r'replace(text, "(a*)(a*)(a*)\\1\\2\\3b", "x")',
    "range of a long text": 'range("[" + text + "..2]")',
    "far dates": 'for d in @"-999999999-01-01"..@"999999999-12-31" return d',
    "deep types": "x instance of " + "list<" * 1_000,
    "deep if": "if true then " * 2_000,
    "deep else": "if false then 1 else " * 500 + "2",
    "many minus": "-" * 5_000 + "1",
    "many paths": "a" + ".a" * 5_000,
    "many powers": "2" + "**1" * 4_000,
    "many comparisons": "1" + "=1" * 4_000,
    "many calls": "f" + "()" * 4_000,
    "many terms": "1" + "+1" * 4_000,
    "many or": "false" + " or false" * 4_000,
    "many quotes": '"' * 9_999,
    "many comments": "/*" * 9_999,
    "many slashes": "1 " + "/" * 9_999,
    "many names": "a " * 9_999,
    "named arguments": "f(" + "a " * 9_000 + ": 1)",
    "too long": " " * 1_000_000,
    # Functions
    "endless recursion": "{f: function(n) f(n + 1), r: f(1)}.r",
    "two that call each other": "{f: function(g, n) g(g, n) + g(g, n), r: f(f, 1)}.r",
    "branching recursion": "{f: function(n) if n = 0 then 1 else f(n-1) + f(n-1), r: f(15)}.r",
    "function of functions": "(function(f) f(f))(function(f) f(f))",
    # Regular expressions
    "nested repetition": 'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a+)+$")',
    "choices that overlap": 'matches(substring(text, 1, 400), "(a|a|aa)*b")',
    "many stars": 'matches(text, "a*a*a*a*a*a*a*a*a*a*b")',
    "counted counts": 'matches("a", "((a{1000}){1000}){1000}")',
    "counted nothing": 'matches("a", "(?:(?:(?:){999}){999}){999}")',
    "classes in classes": 'matches("a", "' + "[a-" * 400 + '")',
    "groups in groups": 'matches("a", "' + "(" * 900 + ")" * 900 + '")',
    "replace by itself": 'replace(text, "(a*)(a*)(a*)b", "$1$2$3$1$2$3")',
    "extract everything": 'count(extract(text, "a"))',
    "match in a loop": 'for i in 1..100000 return matches("aaaa", "a*b")',
    "patterns made anew": 'for i in 1..5000 return matches("a", "[a-z-[b-y-[c-x]]]{900}" + string(i))',
    "patterns too large, made anew": 'for i in 1..5000 return matches("a", "((a?){30}){60}" + string(i))',
    "wrong patterns made anew": 'for i in 1..5000 return matches("a", "(((((" + string(i))',
    "many groups": 'matches(text, "' + "()" * 450 + 'b")',
    "many groups that match": 'matches(text, "' + "(a?)" * 240 + 'b")',
    "many groups and a reference back": 'matches(text, "' + "(a?)" * 200 + r'\\1\\2b")',
    # Long texts of wide characters
    "long texts compared": "count(for i in 1..100000 return wide = wide2)",
    "long texts ordered": "count(for i in 1..100000 return wide < wide2)",
    "long texts found in a list": "count(for i in 1..100000 return list contains([wide], wide2))",
    "beginnings": "count(for i in 1..100000 return starts with(wide, wide2))",
    "ends": "count(for i in 1..100000 return ends with(wide, wide2))",
    "cuts": 'for i in 1..10000 return substring before(wide, "x")',
    # Numbers of a thousand digits
    "huge whole numbers": "for i in 1..20000 return odd(1E999)",
    "huge results": "for i in 1..20000 return 1E999",
    "huge texts of numbers": "for i in 1..20000 return string(1E999)",
    "huge places": "for i in 1..20000 return sublist(big, 1E999)",
    "huge steps": "for i in 1E999..1E998 return 1",
    "huge parts of dates": "for i in 1..20000 return date(1E999, 1, 1)",
    # Time
    "overflowing dates": 'date("9999-12-31") + duration("P999999999D") * 999999999',
    "overflowing months": 'date("9999-12-31") + duration("P999999999Y") * 10 ** 30',
    "overflowing times": 'time("23:59:59") + duration("P999999999D")',
    "tiny dates": '@"0001-01-01T00:00:00+14:00" < @"0001-01-01T00:00:00+13:00"',
    "largest dates": '@"9999-12-31T23:00:00-14:00" - @"9999-12-31T23:00:00-13:00"',
    "files as zones": 'time("10:00:00@../../etc/passwd")',
    "zones that are not there": 'for i in 1..5000 return time("10:00:00@Foo" + string(i))',
    "moves in a zone": 'for i in 1..9000 return @"2020-01-01T10:00:00@Europe/Paris" + @"PT1H" * i',
    "order in zones": 'for i in 1..9000 return @"10:00:00@Europe/Paris" < @"10:00:00@Europe/Rome"',
    "ranges out of texts": 'for i in 1..9000 return range("[" + string(i) + "..99999]")',
    "arguments by name": "for i in 1..9000 return before(range: [1..2], point: i)",
    "lots": "for i in 1..9000 return random number()",
    "empty zone": 'date and time(now(), "")',
    "long temporal text": "date(text)",
    # Out of the language
    "dunder": '"".__class__.__bases__',
    "builtins": "__builtins__",
    "open": 'open("/etc/passwd").read()',
    "eval": '__import__("os").system("id")',
    "format": '"%1000000000d" % 1',
    "method": '"a".ljust(1000000000)',
    "external": 'function(a) external {java: {class: "java.lang.Math"}}',
    "changing data": 'append(person.tags, "y")',
}


def outcome(text: str) -> object:
    """A value, or the code of a FeelError; nothing else may come."""
    try:
        return feel.evaluate(text, VARIABLES, now=NOW)
    except feel.FeelError as error:
        return f"{error.code}: {error}"


@pytest.mark.timed
@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_ends_in_time(text: str) -> None:
    took = []
    for _ in range(3):
        before = time.process_time()
        outcome(text)
        took.append(time.process_time() - before)
        if took[-1] < SECONDS:
            break
    assert min(took) < SECONDS * NOISE


@pytest.mark.timed
def test_saying_what_was_meant_ends_in_time() -> None:
    """400 names that are all nearly the one asked for, and 50 to ask for."""
    known = {f"a_long_name_with_the_number_{n}_in_the_middle_of_it": n for n in range(400)}
    text = " or ".join(
        f"a_long_name_with_the_number_x{n}_in_the_midle_of_it = 1" for n in range(50)
    )
    trace: list[feel.FeelWarning] = []
    before = time.process_time()
    feel.evaluate(text, known, now=NOW, trace=trace)
    assert time.process_time() - before < SECONDS * NOISE
    assert "Mente du" in trace[0].message
    assert [warning.code for warning in trace] == ["feel:unknown-name"] * 50


@pytest.mark.parametrize("text", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_ends_in_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        outcome(text)
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", list(ATTACKS.values())[::5], ids=list(ATTACKS)[::5])
def test_unary_tests_survive_the_same(text: str) -> None:
    try:
        answer = feel.test(text, 5, VARIABLES, now=NOW)
    except feel.FeelError:
        return
    assert answer in (True, False, None)


def test_no_attack_changes_the_variables() -> None:
    before = copy.deepcopy(VARIABLES["person"])
    for text in (
        'append(person.tags, "y")',
        'context put(person, "name", "Eva")',
        'insert before(person.tags, 1, "y")',
        "reverse(person.tags)",
        "sort(person.tags)",
        "{person: 1}",
        "for person in [1] return person",
    ):
        outcome(text)
    assert VARIABLES["person"] == before


def test_a_result_does_not_share_lists_with_the_variables() -> None:
    variables = {"tags": ["x"]}
    result = feel.evaluate("tags", variables)
    assert isinstance(result, list)
    result.append("y")
    assert variables == {"tags": ["x"]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9**9**9 +", "feel:syntax"),
        ("some x in [1..1000000000] satisfies x < 0", "feel:fuel"),
        ("sum(for i in 1..10000000 return i)", "feel:fuel"),
        ('for i in 1..100 return if i = 1 then "ab" else partial[-1] + partial[-1]', "feel:size"),
        ("(" * 1_500 + "1" + ")" * 1_500, "feel:depth"),
        ("{f: function(n) f(n + 1), r: f(1)}.r", "feel:depth"),
        ("snake = snake", "feel:depth"),
        ("1E999999999", "feel:size"),
        (" " * 1_000_000, "feel:size"),
        ("function(a) external {}", "feel:refused"),
        ("thing", "feel:value"),
    ],
)
def test_an_error_says_by_its_code_what_was_wrong(text: str, code: str) -> None:
    with pytest.raises(feel.FeelError) as caught:
        feel.evaluate(text, {**VARIABLES, "thing": object()}, now=NOW)
    assert caught.value.code == code
    assert caught.value.text == text


@pytest.mark.parametrize(
    "text", ["9**9**9**9**9", '"a" * 10**10', '"".__class__', "1/0", '"a".ljust(10)']
)
def test_what_has_no_meaning_is_null_with_a_warning(text: str) -> None:
    trace: list[feel.FeelWarning] = []
    assert feel.evaluate(text, {}, trace=trace) is None
    assert trace


def test_fuel_is_the_callers_choice() -> None:
    text = "count(for i in 1..1000 return i)"
    assert feel.to_json(feel.evaluate(text, {}, fuel=10_000)) == 1000
    with pytest.raises(feel.FeelError, match="for mange skridt"):
        feel.evaluate(text, {}, fuel=1_000)


def test_the_same_depth_is_refused_however_deep_the_caller_is() -> None:
    """The limits are the language's own: 300 frames of a caller change nothing."""
    text = "{f: function(n) if n = 0 then 0 else 1 + f(n - 1), r: f(20)}.r"

    def deeper(frames: int) -> object:
        return deeper(frames - 1) if frames else outcome(text)

    assert deeper(0) == deeper(300) == 20
