"""Names and invocations: variables first, then the built-in functions."""

from __future__ import annotations

from collections.abc import Callable

from app.feel.builtins import BUILTINS
from app.feel.code import Code, Compile
from app.feel.errors import suggestion, unknown
from app.feel.jsonvalue import admit
from app.feel.nodes import Call, FunctionDefinition, Literal, Name, Path, measure
from app.feel.run import Frame, Run
from app.feel.temporal import read_date, read_datetime, read_duration, read_time
from app.feel.types import checker, conform, type_text
from app.feel.values import Function, Value

_MOST_NAMES = 200


def compile_name(node: Name) -> Code:
    """A variable; where there is none, the built-in function of that name; else null and a warning."""
    name, position = node.name, node.position

    def read(frame: Frame) -> Value:
        scope: Frame | None = frame
        while scope is not None:
            names = scope.names
            if name in names:
                return names[name]
            scope = scope.parent
        run = frame.run
        if name in run.variables:
            return variable(name, run)
        if name in BUILTINS:
            return BUILTINS[name]
        if run.listens:
            near = _visible(frame) if run.suggests else []
            meant = near and (suggestion(name, near) or suggestion(name, BUILTINS))
            return run.warn("feel:unknown-name", unknown(name, ()) + (meant or ""), position)
        return None

    return read


def variable(name: str, run: Run) -> Value:
    """A variable from outside, as a FEEL value; admitted once a run."""
    value = run.admitted[name] = admit(run.variables[name], run)
    return value


def is_defined(name: str, frame: Frame) -> bool:
    """Whether a name stands for anything, null included."""
    scope: Frame | None = frame
    while scope is not None:
        if name in scope.names:
            return True
        scope = scope.parent
    return name in frame.run.variables


def _visible(frame: Frame) -> list[str]:
    names: dict[str, None] = {}
    scope: Frame | None = frame
    while scope is not None and len(names) < _MOST_NAMES:
        names.update(dict.fromkeys(scope.names))
        scope = scope.parent
    names.update(dict.fromkeys(frame.run.variables))
    return list(names)


def compile_call(node: Call, compile_node: Compile) -> Code:
    """An invocation, with arguments in order or by name."""
    asked = isinstance(node.function, Name) and node.function.name == "is defined"
    if asked and len(node.arguments) == 1:
        return _is_defined(node, compile_node)
    function = _callee(node, compile_node)
    arguments = [compile_node(argument) for argument in node.arguments]
    position = node.position
    names = node.names
    written = _written(node)

    def call(frame: Frame) -> Value:
        called = function(frame)
        run = frame.run
        if not isinstance(called, Function):
            return run.warn("feel:call", "Det, der kaldes, er ikke en funktion.", position)
        run.charge(8)
        if written is not None and called is BUILTINS[written[0]]:
            return written[1]
        if names is None:
            return called.positional(run, [argument(frame) for argument in arguments])
        given = {name: argument(frame) for name, argument in zip(names, arguments, strict=True)}
        return called.named(run, given)

    return call


_READERS: dict[str, Callable[[str], Value]] = {
    "date": read_date,
    "time": read_time,
    "date and time": read_datetime,
    "duration": read_duration,
}


def _written(node: Call) -> tuple[str, Value] | None:
    """The function's name and the value of a call as `date("2026-01-31")`, which is always the same."""
    if not isinstance(node.function, Name) or len(node.arguments) != 1 or node.names is not None:
        return None
    (argument,) = node.arguments
    read = _READERS.get(node.function.name)
    if read is None or not isinstance(argument, Literal) or not isinstance(argument.value, str):
        return None
    value = read(argument.value)
    return None if value is None else (node.function.name, value)


def _callee(node: Call, compile_node: Compile) -> Code:
    """What is invoked; a variable that is no function does not hide the built-in of its name."""
    code = compile_node(node.function)
    if not isinstance(node.function, Name) or node.function.name not in BUILTINS:
        return code
    builtin = BUILTINS[node.function.name]

    def callee(frame: Frame) -> Value:
        found = code(frame)
        return found if isinstance(found, Function) else builtin

    return callee


def _is_defined(node: Call, compile_node: Compile) -> Code:
    """`is defined(x)`: whether there is such a variable or entry, even one that is null (Camunda)."""
    (argument,) = node.arguments
    if isinstance(argument, Name):
        name = argument.name
        return lambda frame: is_defined(name, frame)
    if isinstance(argument, Path):
        source, last = compile_node(argument.source), argument.name

        def has_entry(frame: Frame) -> Value:
            value = source(frame)
            return isinstance(value, dict) and last in value

        return has_entry
    code = compile_node(argument)
    return lambda frame: code(frame) is not None


def compile_function(node: FunctionDefinition, compile_node: Compile) -> Code:
    """A function definition, which captures the scope that it stands in."""
    body = compile_node(node.body)
    size, depth = measure(node.body)
    names = tuple(parameter.name for parameter in node.parameters)
    types = tuple(None if each.type is None else type_text(each.type) for each in node.parameters)
    checks = [None if each.type is None else checker(each.type) for each in node.parameters]

    def define(frame: Frame) -> Value:
        def positional(run: Run, arguments: list[Value]) -> Value:
            if len(arguments) != len(names):
                return run.warn(
                    "feel:call", f"Funktionen skal have {len(names)} argumenter.", node.position
                )
            given: dict[str, Value] = {}
            for name, check, argument in zip(names, checks, arguments, strict=True):
                made = (argument,) if check is None else conform(argument, check, run)
                if made is None:
                    return run.warn(
                        "feel:call", "Et argument er af en forkert slags.", node.position
                    )
                given[name] = made[0]
            run.charge(2 * size + 8)
            run.enter(depth + 2)
            value = body(Frame(given, frame, run))
            run.leave(depth + 2)
            return value

        def named(run: Run, arguments: dict[str, Value]) -> Value:
            if not arguments.keys() <= set(names):
                return run.warn("feel:call", "Argumenternes navne passer ikke.", node.position)
            return positional(run, [arguments.get(name) for name in names])

        return Function("", names, positional, named, types)

    return define
