"""Whether a form is filled in: the one check that the page, the API and the studio share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from app.errors import DomainError
from app.forms import messages
from app.forms.component import Json, WrongTypeError
from app.forms.fields.dynamiclist import changeable
from app.forms.filling import Filling
from app.forms.node import Node, everything
from app.forms.schema import printable, required_message

MAX_VALUES = 20_000
MAX_LEVELS = 12
MAX_CHARACTERS = 1_000_000
MAX_EXPONENT = 30


def invalid(fields: Mapping[str, str]) -> DomainError:
    """Return the error that says which answers to mend."""
    count = len(fields)
    return DomainError("form:invalid", f"Ret {count} svar, og send igen", fields=fields)


def guard(answers: Json) -> dict[str, Json]:
    """Return answers that are JSON of a bearable size.

    Raises:
        DomainError: `form:invalid`, before anything looks deeper: no object, a type that is not JSON, NaN, a number of
            absurd size, too many values or too many levels.
    """
    if not isinstance(answers, Mapping):
        raise invalid({"": messages.NOT_OBJECT})
    waiting: list[tuple[Json, str, int]] = [(answers, "", 0)]
    values = characters = 0
    while waiting:
        value, path, level = waiting.pop()
        values += 1
        if isinstance(value, str):
            characters += len(value)
        if values > MAX_VALUES or level > MAX_LEVELS or characters > MAX_CHARACTERS:
            raise invalid({path.split(".")[0]: messages.TOO_LARGE})
        if isinstance(value, Mapping):
            for key, item in value.items():
                if not isinstance(key, str):
                    raise invalid({path: messages.NOT_OBJECT})
                inner = printable(key)
                waiting.append((item, f"{path}.{inner}" if path else inner, level + 1))
        elif isinstance(value, list | tuple):
            waiting.extend((item, f"{path}.{n}", level + 1) for n, item in enumerate(value))
        elif not _storable(value):
            raise invalid({path: messages.filled(messages.NOT_NUMBER, "")})
    return dict(answers)


def _storable(value: Json) -> bool:
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        return value.bit_length() <= 4 * MAX_EXPONENT
    if isinstance(value, float):
        value = Decimal(repr(value))
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    return (
        abs(value.adjusted()) <= MAX_EXPONENT and len(value.as_tuple().digits) <= 2 * MAX_EXPONENT
    )


def problems(filling: Filling) -> dict[str, str]:
    """Return what is wrong with the visible answers, by dotted path, in document order."""
    found: dict[str, str] = {}
    for node in everything(filling.nodes):
        if not node.visible:
            continue
        problem = _problem(filling, node)
        if problem:
            found[node.name] = messages.filled(problem, label(filling, node))
    hidden: set[str] = set()
    if filling.stray:
        hidden = {node.name for node in everything(filling.nodes) if not node.visible}
    for path, message in filling.stray.items():
        if not any(path == name or path.startswith(f"{name}.") for name in hidden):
            found[path] = messages.filled(message, "")
    return found


def label(filling: Filling, node: Node) -> str:
    """Return a node's label with its holes filled in."""
    component = node.component
    return component.label.text(filling.context(node), filling.setting.now).strip()


def _problem(filling: Filling, node: Node) -> str | None:
    if node.component.type == "dynamiclist":
        return _rows_problem(node)
    if node.component.question is None:
        return None
    return next(_answer_problems(filling, node), None)


def _answer_problems(filling: Filling, node: Node) -> Iterator[str]:
    component, question = node.component, node.component.question
    assert question is not None  # noqa: S101 -- `_problem` asks first
    if node.locked:
        if node.given and not _same(filling, node):
            yield messages.LOCKED
        return
    if node.error:
        yield node.error
    if node.value is None or node.value == question.empty:
        if filling.flag(component.rules.required, node):
            yield required_message(component)
        return
    if component.rules.computed:
        problem = question.problem(component, node.value, filling.limits(node))
        if problem:
            yield problem
    valid_if = component.properties.valid_if
    if valid_if and filling.evaluate(valid_if, node) is not True:
        yield component.properties.valid_message or messages.NOT_VALID


def _same(filling: Filling, node: Node) -> bool:
    """Whether a locked answer was sent back as it stood (a program may send the whole form)."""
    question = node.component.question
    if question is None or node.raw is None or node.raw == node.start:
        return True
    try:
        return bool(question.clean(node.component, node.raw) == filling.cleaned(node, node.start))
    except WrongTypeError:
        return False


def _rows_problem(node: Node) -> str | None:
    component, count = node.component, len(node.rows)
    if node.error:
        return node.error
    if not changeable(component):
        fixed = int(node.start)
        return messages.FIXED_ROWS.replace("{count}", str(fixed)) if count != fixed else None
    if count < component.properties.min_rows:
        return messages.too_few_rows(component.properties.min_rows)
    if count > component.properties.max_rows:
        return messages.too_many_rows(component.properties.max_rows)
    return None
