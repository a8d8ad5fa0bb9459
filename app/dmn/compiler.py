"""From boxed expressions to functions from a scope to a value, as FEEL's own are (DMN 1.5 §8, §10.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.dmn.codes import OPEN, REASONS, Bench, Code, Names, blamed, missing, typed
from app.dmn.model import (
    BoxedList,
    Conditional,
    Context,
    DecisionTable,
    Expression,
    Filter,
    FunctionDefinition,
    Invocation,
    Loop,
    Missing,
    Relation,
    Text,
)
from app.dmn.table import compile_table
from app.dmn.types import ANY, Kind, coerce
from app.feel import Frame, Function, Run, Value, elements


def compile_box(bench: Bench, expression: Expression, names: Names) -> Code:
    """The function of a boxed expression, in a scope that holds these names."""
    code = _COMPILERS[type(expression)](bench, expression, names)
    kind = ANY
    if not isinstance(expression, FunctionDefinition):
        kind = bench.types.kind(expression.type, expression.id)
    return typed(code, kind, expression.id)


def _missing(_: Bench, box: Missing, _names: Names) -> Code:
    return missing(box.reason, box.id)


def _literal(bench: Bench, box: Text, names: Names) -> Code:
    return bench.literal(box, names)


def _table(bench: Bench, box: DecisionTable, names: Names) -> Code:
    return compile_table(bench, box, names)


def _context(bench: Bench, box: Context, names: Names) -> Code:
    """An entry sees those before it; one without a name is the result of the whole."""
    entries: list[tuple[str | None, Code]] = []
    for entry in box.entries:
        variable = entry.variable
        # A function may call itself, so that its own name is known in it.
        if variable is not None and isinstance(entry.value, FunctionDefinition):
            names |= {variable.name}
        code = compile_box(bench, entry.value, names)
        if variable is None:
            entries.append((None, code))
            continue
        names |= {variable.name}
        entries.append(
            (variable.name, typed(code, bench.kind_of(variable, box.id), box.id)),
        )

    def context(frame: Frame) -> Value:
        values: dict[str, Value] = {}
        inner = Frame(values, frame, frame.run)
        for name, code in entries:
            if name is None:
                return code(inner)
            values[name] = code(inner)
        return values

    return context


def _invocation(bench: Bench, box: Invocation, names: Names) -> Code:
    called = compile_box(bench, box.called, names)
    bindings = [
        (
            binding.parameter.name,
            typed(
                compile_box(bench, binding.value, names),
                bench.kind_of(binding.parameter, box.id),
                box.id,
            ),
        )
        for binding in box.bindings
    ]

    def invocation(frame: Frame) -> Value:
        function = called(frame)
        run = frame.run
        if not isinstance(function, Function):
            return run.warn("feel:call", "Det, der kaldes, er ikke en funktion.")
        run.charge(8)
        return function.named(run, {name: code(frame) for name, code in bindings})

    return blamed(invocation, box.id)


def _list(bench: Bench, box: BoxedList, names: Names) -> Code:
    items = [compile_box(bench, item, names) for item in box.items]
    return lambda frame: [item(frame) for item in items]


def _relation(bench: Bench, box: Relation, names: Names) -> Code:
    kinds = [bench.kind_of(column, box.id) for column in box.columns]
    titles = [column.name for column in box.columns]
    rows: list[list[tuple[str, Code]]] = []
    for row in box.rows:
        if len(row) != len(titles):
            bench.report("dmn:relation", box.id, "En række har ikke en værdi til hver kolonne.")
        cells = [
            typed(compile_box(bench, cell, names), kind, box.id)
            for cell, kind in zip(row, kinds, strict=False)
        ]
        rows.append(list(zip(titles, cells, strict=False)))
    return lambda frame: [{title: cell(frame) for title, cell in row} for row in rows]


def _function(bench: Bench, box: FunctionDefinition, names: Names) -> Code:
    """A boxed function, which captures the scope that it stands in."""
    if box.kind != "FEEL":
        bench.report("dmn:function-kind", box.id, REASONS["function-kind"])
        return missing("function-kind", box.id)
    return compile_function(bench, "", box, names)


def compile_function(
    bench: Bench, name: str, box: FunctionDefinition, names: Names, gives: Kind | None = None
) -> Callable[[Frame], Function]:
    """What makes a function value in a scope; its parameters and result are made to conform.

    `gives` is the type of its result where the definition itself names none.
    """
    parameters = tuple(parameter.name for parameter in box.parameters)
    kinds = [bench.kind_of(parameter, box.id) for parameter in box.parameters]
    types = tuple(kind.name for kind in kinds)
    body = compile_box(bench, box.body, names | set(parameters))
    result = bench.types.kind(box.type, box.id) if box.type or gives is None else gives
    promised = (bench.types.kind(box.body.type, box.id) if result is ANY else result).name

    def make(frame: Frame) -> Function:
        def positional(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(parameters):
                return run.warn("feel:call", f"{name}() skal have {len(parameters)} argumenter.")
            given: dict[str, Value] = {}
            for parameter, kind, argument in zip(parameters, kinds, arguments, strict=True):
                given[parameter] = coerce(argument, kind, run, box.id)
                if given[parameter] is None and argument is not None:
                    return None
            run.charge(12)
            run.enter(FUNCTION_DEPTH)
            before, run.types = run.types, bench.checks
            value = coerce(body(Frame(given, frame, run)), result, run, box.id)
            run.types = before
            run.leave(FUNCTION_DEPTH)
            return value

        def named(run: Run, arguments: dict[str, Value]) -> Value:
            if not arguments.keys() <= set(parameters):
                return run.warn("feel:call", f"{name}(): argumenternes navne passer ikke.")
            return positional(run, [arguments.get(parameter) for parameter in parameters])

        return Function(name, parameters, positional, named, types, promised)

    return make


# How many of a run's levels a boxed function takes: a table in a context in a function is not deeper.
FUNCTION_DEPTH = 12


def _conditional(bench: Bench, box: Conditional, names: Names) -> Code:
    condition, yes, no = (
        compile_box(bench, part, names) for part in (box.condition, box.yes, box.no)
    )
    return lambda frame: yes(frame) if condition(frame) is True else no(frame)


def _filter(bench: Bench, box: Filter, names: Names) -> Code:
    source = compile_box(bench, box.source, names)
    match = compile_box(bench, box.match, names | {"item", OPEN})

    def filtered(frame: Frame) -> Value:
        run = frame.run
        value = source(frame)
        if value is None:
            return run.warn("feel:type", "Det, der skal filtreres, er null.")
        kept: list[Value] = []
        for item in value if isinstance(value, list) else [value]:
            run.charge(10)
            inner = Frame({"item": item}, frame, run)
            if isinstance(item, dict):
                inner = Frame(item, inner, run)
            found = match(inner)
            if found is True:
                kept.append(item)
            elif found is not False and found is not None:
                return run.warn("feel:type", "Et filter skal svare ja eller nej.")
        return kept

    return blamed(filtered, box.id)


def _loop(bench: Bench, box: Loop, names: Names) -> Code:
    source = compile_box(bench, box.source, names)
    body = compile_box(bench, box.body, names | {box.variable, "partial"})
    variable, kind = box.variable, box.kind
    # A list of the results so far for each, but only where it may be asked for.
    partial = "partial" in str(box.body)

    def results(frame: Frame, items: Iterable[Value]) -> Value:
        made: list[Value] = []
        for item in items:
            frame.run.charge(10)
            known: dict[str, Value] = {variable: item}
            if partial:
                frame.run.list_of(len(made))
                known["partial"] = list(made)
            made.append(body(Frame(known, frame, frame.run)))
        return made

    def judged(frame: Frame, items: Iterable[Value]) -> Value:
        decisive = kind == "some"
        result: Value = not decisive
        for item in items:
            frame.run.charge(10)
            found = body(Frame({variable: item}, frame, frame.run))
            if found is decisive:
                return decisive
            if found is not (not decisive):
                result = None
        return result

    def loop(frame: Frame) -> Value:
        items = elements(source(frame), frame.run)
        if items is None:
            return frame.run.warn("feel:type", "Det, der skal gennemløbes, er ikke en liste.")
        return results(frame, items) if kind == "for" else judged(frame, items)

    return blamed(loop, box.id)


_COMPILERS: dict[type, Callable[..., Code]] = {
    Text: _literal,
    DecisionTable: _table,
    Context: _context,
    Invocation: _invocation,
    BoxedList: _list,
    Relation: _relation,
    FunctionDefinition: _function,
    Conditional: _conditional,
    Filter: _filter,
    Loop: _loop,
    Missing: _missing,
}
