"""Decision tables: which rules match, and what the hit policy makes of them (DMN 1.5 §8.2, §10.3.3).

Inputs are computed once, cells only as far as they can change the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from app import feel
from app.dmn.codes import Bench, Code, Names, missing, typed
from app.dmn.model import DecisionTable, InputClause, OutputClause, Rule, Text
from app.feel import Frame, Run, Value, with_input


@dataclass(frozen=True, slots=True)
class Match:
    """One use of a decision table, for those who ask why.

    Attributes:
        table: the decision table's id, or None where the file gives it none.
        inputs: the columns' labels with the values that were tested.
        rules: the rows that matched, counted from 1, in the order in which the hit policy took them.
        rule_ids: the same rows' ids.
        owner: id of the decision or knowledge model that the table is the logic of, or a part of.
        hit_policy: the table's, as a letter.
        matched: the same rows as the file has them.
        outputs: the names of the result columns; one without a name goes by its label.
        results: what each of the rows gives: a value, or a context where there are several columns.
        value: what the table gave.
        name: the owner's.
        namespace: of the model that the owner stands in: the one asked, or one that it imports.
    """

    table: str | None
    inputs: tuple[tuple[str, Value], ...]
    rules: tuple[int, ...]
    rule_ids: tuple[str | None, ...]
    owner: str | None = None
    hit_policy: str = ""
    matched: tuple[Rule, ...] = ()
    outputs: tuple[str, ...] = ()
    results: tuple[Value, ...] = ()
    value: Value = None
    name: str = ""
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    id: str | None
    tests: tuple[tuple[int, feel.Expression], ...]
    results: tuple[Code, ...]


_Hits: TypeAlias = list[tuple[_Row, Value]]

MAX_MATCHES = 1_000
"""How many uses of tables a run remembers."""


def compile_table(bench: Bench, table: DecisionTable, names: Names) -> Code:
    """The function that makes the decision."""
    inputs = [(clause.label, _input(bench, clause, names)) for clause in table.inputs]
    allowed = [_tests(bench, clause.allowed, names) for clause in table.inputs]
    rows = [_row(bench, table, number, names) for number in range(len(table.rules))]
    outputs = _Outputs(bench, table, names)
    first_only = table.hit_policy == "F"
    owner = bench.owner, bench.name, bench.namespace
    settle = _POLICIES[table.hit_policy]

    def decide(frame: Frame) -> Value:
        run = frame.run
        values = [code(frame) for _, code in inputs]
        frames = [with_input(value, frame) for value in values]
        for place, tests in enumerate(allowed):
            if (
                tests is not None
                and values[place] is not None
                and tests.within(frames[place]) is not True
            ):
                return run.warn(
                    "dmn:input-value", f"{inputs[place][0]!r} er ikke en af de tilladte værdier."
                )
        hits: _Hits = []
        for row in rows:
            run.charge(2)
            if all(test.within(frames[place]) is True for place, test in row.tests):
                run.charge(6)
                hits.append((row, outputs.of(row, frame)))
                if first_only:
                    break
        taken = settle(outputs, hits, run)
        value = None if taken is None else outputs.result(taken, frame)
        if len(run.marks) < MAX_MATCHES:
            labels = tuple((label, each) for (label, _), each in zip(inputs, values, strict=True))
            run.marks.append(_match(table, owner, labels, hits if taken is None else taken, value))
        return value

    return decide


def _match(
    table: DecisionTable,
    owner: tuple[str | None, str, str],
    inputs: tuple[tuple[str, Value], ...],
    hits: _Hits,
    value: Value,
) -> Match:
    return Match(
        table.id,
        inputs,
        tuple(row.number for row, _ in hits),
        tuple(row.id for row, _ in hits),
        owner[0],
        table.hit_policy,
        tuple(table.rules[row.number - 1] for row, _ in hits),
        tuple(clause.name or clause.label for clause in table.outputs),
        tuple(result for _, result in hits),
        value,
        *owner[1:],
    )


def _input(bench: Bench, clause: InputClause, names: Names) -> Code:
    kind = bench.types.kind(clause.expression.type, clause.id)
    return typed(bench.literal(clause.expression, names), kind, clause.id)


def _tests(bench: Bench, tests: Text | None, names: Names) -> feel.Expression | None:
    return None if tests is None else bench.parse(tests, names, unary=True)


def _row(bench: Bench, table: DecisionTable, place: int, names: Names) -> _Row:
    rule = table.rules[place]
    if len(rule.tests) != len(table.inputs) or len(rule.results) != len(table.outputs):
        bench.report("dmn:table-shape", rule.id, "Reglen har ikke et felt til hver kolonne.")
    tests: list[tuple[int, feel.Expression]] = []
    for column, cell in enumerate(rule.tests[: len(table.inputs)]):
        if cell.text in ("", "-"):
            continue
        test = bench.parse(cell, names, unary=True)
        tests.append((column, test if test is not None else feel.parse_unary_tests("null = 0")))
    results = tuple(bench.literal(cell, names) for cell in rule.results[: len(table.outputs)])
    short = len(table.outputs) - len(results)
    results += (missing("no-logic", rule.id),) * short
    return _Row(place + 1, rule.id, tuple(tests), results)


class _Outputs:
    """The output columns: their types, allowed values, defaults, and what a rule gives."""

    def __init__(self, bench: Bench, table: DecisionTable, names: Names) -> None:
        self._table = table
        self.clauses = table.outputs
        self._kinds = [bench.types.kind(clause.type, clause.id) for clause in table.outputs]
        self.allowed = [_tests(bench, clause.allowed, names) for clause in table.outputs]
        self._defaults = [self._default(bench, clause, names) for clause in table.outputs]
        self._best_first: list[feel.Expression | None] = []
        if table.hit_policy in "PO":
            only = table.type if len(table.outputs) == 1 else None
            self._best_first = [
                _tests(bench, clause.allowed or bench.types.choices(clause.type or only), names)
                for clause in table.outputs
            ]

    def _default(self, bench: Bench, clause: OutputClause, names: Names) -> Code | None:
        return None if clause.default is None else bench.literal(clause.default, names)

    def of(self, row: _Row, frame: Frame) -> Value:
        """What a rule gives: a value, or a context where there are several columns."""
        return self._together(
            [self._checked(at, code, frame) for at, code in enumerate(row.results)]
        )

    def _checked(self, column: int, code: Code, frame: Frame) -> Value:
        value = typed(code, self._kinds[column], self.clauses[column].id)(frame)
        tests = self.allowed[column]
        if tests is None or value is None or tests.within(with_input(value, frame)) is True:
            return value
        return frame.run.warn(
            "dmn:output-value", f"{self._name(column)!r} er ikke en af de tilladte værdier."
        )

    def _name(self, column: int) -> str:
        return self.clauses[column].name or ""

    def _together(self, values: list[Value]) -> Value:
        if len(self.clauses) == 1:
            return values[0]
        return {self._name(column): value for column, value in enumerate(values)}

    def default(self, frame: Frame) -> Value:
        """What is given when no rule matches."""
        if not any(self._defaults):
            return None
        return self._together([None if code is None else code(frame) for code in self._defaults])

    def columns(self, value: Value) -> list[Value]:
        """A rule's value taken apart into its columns."""
        if len(self.clauses) == 1:
            return [value]
        assert isinstance(value, dict)  # noqa: S101 -- made by _together
        return list(value.values())

    def rank(self, value: Value, run: Run) -> tuple[int, ...]:
        """Where a rule's value stands in the lists of output values, best first, column by column.

        A column without such a list has that of its type.
        """
        places: list[int] = []
        for tests, each in zip(self._best_first, self.columns(value), strict=True):
            place = None if tests is None else tests.rank(with_input(each, Frame({}, None, run)))
            places.append(len(self.clauses) * MAX_MATCHES if place is None else place)
        return tuple(places)

    def result(self, hits: _Hits, frame: Frame) -> Value:
        """The decision from the hits that the policy took."""
        table, values = self._table, [value for _, value in hits]
        if not values:
            return self.default(frame)
        if table.hit_policy == "C" and table.aggregation:
            return _AGGREGATES[table.aggregation](values, frame.run)
        return values if table.hit_policy in "ROC" else values[0]


def _called(name: str) -> Callable[[list[Value], Run], Value]:
    function = feel.evaluate(name, {})
    assert isinstance(function, feel.Function)  # noqa: S101 -- a built-in's name
    return lambda values, run: function.positional(run, [values])


_AGGREGATES: dict[str, Callable[[list[Value], Run], Value]] = {
    "+": _called("sum"),
    "<": _called("min"),
    ">": _called("max"),
    "#": _called("count"),
}

_Policy: TypeAlias = Callable[[_Outputs, _Hits, Run], "_Hits | None"]


def _unique(_: _Outputs, hits: _Hits, run: Run) -> _Hits | None:
    if len(hits) > 1:
        rules = ", ".join(str(row.number) for row, _ in hits)
        run.warn("dmn:not-unique", f"Flere regler passer ({rules}), men højst én må.")
        return None
    return hits


def _any(_: _Outputs, hits: _Hits, run: Run) -> _Hits | None:
    equal = _EQUAL
    first = hits[0][1] if hits else None
    for _row, value in hits[1:]:
        same = value is None if first is None else equal.positional(run, [first, value])
        if same is not True:
            run.warn("dmn:not-any", "Reglerne, der passer, giver ikke det samme.")
            return None
    return hits


def _priority(outputs: _Outputs, hits: _Hits, run: Run) -> _Hits | None:
    return _ordered(outputs, hits, run)[:1]


def _output_order(outputs: _Outputs, hits: _Hits, run: Run) -> _Hits | None:
    return _ordered(outputs, hits, run)


def _ordered(outputs: _Outputs, hits: _Hits, run: Run) -> _Hits:
    return sorted(hits, key=lambda hit: outputs.rank(hit[1], run))


def _all(_: _Outputs, hits: _Hits, _run: Run) -> _Hits | None:
    return hits


def _equality() -> feel.Function:
    function = feel.evaluate("function(a, b) a = b", {})
    assert isinstance(function, feel.Function)  # noqa: S101 -- the text says so
    return function


_EQUAL = _equality()

_POLICIES: dict[str, _Policy] = {
    "U": _unique,
    "A": _any,
    "P": _priority,
    "F": _all,
    "R": _all,
    "O": _output_order,
    "C": _all,
}
