"""How FEEL prints a value: what string(x) gives and what messages show."""

from __future__ import annotations

from decimal import Decimal

from app.feel.numbers import dear, number_text
from app.feel.run import Run
from app.feel.temporal import temporal_text
from app.feel.values import Function, Range, Value


def text_of(value: Value, run: Run) -> str:
    """A value as FEEL text; raises FeelError when it costs more than the run has."""
    return value if isinstance(value, str) else _inner(value, run)


def _inner(value: Value, run: Run) -> str:
    """The text of a value inside a list or context, where a string has quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        run.charge(dear(value))
        text = number_text(value)
    elif isinstance(value, str):
        text = quoted(value)
    elif isinstance(value, list | dict | Range):
        return _structure(value, run)
    elif isinstance(value, Function):
        return f"function {value.name}".rstrip()
    else:
        run.charge(6)
        text = temporal_text(value)
    run.charge(6 + (len(text) >> 4))
    return text


def _structure(value: list[Value] | dict[str, Value] | Range, run: Run) -> str:
    run.enter(3)
    run.charge(15)
    if isinstance(value, list):
        text = "[" + ", ".join([_inner(item, run) for item in value]) + "]"
    elif isinstance(value, dict):
        run.charge(2 * len(value))
        text = (
            "{"
            + ", ".join([f"{_key(key)}: {_inner(item, run)}" for key, item in value.items()])
            + "}"
        )
    else:
        text = _range(value, run)
    run.leave(3)
    run.text_of(len(text))
    return text


def _range(value: Range, run: Run) -> str:
    if value.sign:
        return f"({value.sign} {_inner(value.start, run)})"
    if value.start is None:
        return f"({'<=' if value.end_included else '<'} {_inner(value.end, run)})"
    if value.end is None:
        return f"({'>=' if value.start_included else '>'} {_inner(value.start, run)})"
    left = "[" if value.start_included else "("
    right = "]" if value.end_included else ")"
    return f"{left}{_inner(value.start, run)}..{_inner(value.end, run)}{right}"


def _key(key: str) -> str:
    return key if key.replace(" ", "_").isidentifier() else quoted(key)


def quoted(text: str) -> str:
    """A string as a FEEL literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'
