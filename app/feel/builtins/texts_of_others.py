"""What Camunda adds for texts from and to other systems: JSON, Base64, blanks; and a claim that must hold."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

from app.feel.builtins.signature import Declared, declare
from app.feel.errors import FeelError
from app.feel.jsonvalue import admit, to_json
from app.feel.run import Run
from app.feel.values import Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)


@metered("is blank(string: string)")
def is_blank(run: Run, text: str) -> Value:
    """Whether a text is empty or white space only (Camunda)."""
    run.charge(len(text) >> 8)
    return not text.strip()


@metered("to base64(value: string)")
def to_base64(run: Run, text: str) -> Value:
    """The text's UTF-8 in Base64, RFC 4648 (Camunda)."""
    raw = text.encode("utf-8", "surrogatepass")
    run.text_of(4 * (len(raw) + 2) // 3)
    return base64.b64encode(raw).decode()


@metered("from json(value: string)")
def from_json_text(run: Run, text: str) -> Value:
    """The value that a JSON text says, its numbers as they stand there; null where it is none (Camunda)."""
    run.charge(len(text) >> 2)
    try:
        read = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return run.warn("feel:json", "Teksten er ikke JSON.")
    return admit(read, run)


def _no_number(name: str) -> Any:
    raise ValueError(name)


@metered("to json(value: any)")
def to_json_text(run: Run, value: Value) -> Value:
    """The value as a JSON text; what is temporal is text in it (Camunda)."""
    parts: list[str] = []
    _write(to_json(value), parts)
    run.text_of(sum(map(len, parts)))
    return "".join(parts)


def _write(value: Any, parts: list[str]) -> None:
    if isinstance(value, dict):
        parts.append("{")
        for at, (key, item) in enumerate(value.items()):
            parts.append(f"{',' * bool(at)}{json.dumps(key, ensure_ascii=False)}:")
            _write(item, parts)
        parts.append("}")
    elif isinstance(value, list):
        parts.append("[")
        for at, item in enumerate(value):
            parts.append("," * bool(at))
            _write(item, parts)
        parts.append("]")
    else:
        whole = format(value, "f") if isinstance(value, Decimal) else None
        parts.append(whole or json.dumps(value, ensure_ascii=False))


@builtin("assert(value: any, condition: any)")
def claim(value: Value, holds: Value) -> Value:
    """The value, if the condition holds; else the evaluation stops with `feel:assert` (Camunda)."""
    return claim_because(value, holds, "En betingelse i udtrykket holder ikke.")


@builtin("assert(value: any, condition: any, cause: string)")
def claim_because(value: Value, holds: Value, cause: str) -> Value:
    """The same, with the words to stop with."""
    if holds is not True:
        raise FeelError(cause, code="feel:assert")
    return value
