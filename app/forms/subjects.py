"""Whose data an answer is: what the journal seals with that person's key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from app.forms.component import Json, NoChoices, Path
from app.forms.expression import expression
from app.forms.filling import Filling, Setting, fill
from app.forms.form import Form
from app.forms.node import Node, everything, lookup
from app.forms.validation import guard

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def subjects(
    form: Form, answers: Mapping[str, Json], variables: Mapping[str, Json]
) -> dict[str, str]:
    """Return whose data each marked answer is: JSON pointer (RFC 6901) → the subject's id.

    `subject` on a field covers its answer, on a group each of its answers, on a list each whole row. Its value is FEEL
    with `=`, else the name of an answer (in the row, then in the form) or of a variable; where that is empty, nothing
    is marked. What lies deeper wins: a pointer inside another one is that person's.
    """
    if not any(component.properties.subject for component in form.all_components()):
        return {}
    setting = Setting(variables, _NEVER, NoChoices())
    filling = fill(form.components, form.loader, guard(answers), setting, prefill=False)
    found: dict[str, str] = {}
    for node in everything(filling.nodes):
        for marked, path in _places(node):
            subject = _subject(filling, marked, Node(node.component, path, node.up))
            if subject and lookup(answers, path)[0]:
                found[_pointer(path)] = subject
    return found


def _places(node: Node) -> list[tuple[str, Path]]:
    """Return what says whose a node's answers are, and where they are."""
    own = node.component.properties.subject
    if node.component.type == "dynamiclist":
        return [(own, (*node.path, number)) for number in range(len(node.rows))] if own else []
    if node.component.question is None:
        return []
    above = node.up
    while not own and above is not None and above.component.type == "group":
        own, above = above.component.properties.subject, above.up
    return [(own, node.path)] if own else []


def _subject(filling: Filling, source: str, at: Node) -> str:
    context = filling.context(at)
    computed = expression(source, at.component.id)
    named = lookup(context, tuple(source.split(".")))[1]
    value = computed.value(context, _NEVER) if computed else named
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _pointer(path: Path) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)
