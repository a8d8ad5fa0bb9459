"""Made-up answers that a form accepts: for dry runs of models and for the tests of clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from marshmallow import Schema

from app.clock import LOCAL
from app.errors import DefinitionError
from app.forms.component import Component, Json
from app.forms.draw import Draw
from app.forms.fields.dynamiclist import changeable
from app.forms.filling import Filling, Setting, fill
from app.forms.finding import Finding
from app.forms.node import Node, collect, everything
from app.forms.validation import problems

TRIES = 40


def example_answers(
    components: Sequence[Component], schema: Schema, setting: Setting, seed: int
) -> dict[str, Json]:
    """Return valid answers; the same seed gives the same.

    Answers are drawn for every visible field, looked at together, and drawn again where they are wrong.

    Raises:
        DefinitionError: none were found (`form:no-example`): the form may be impossible to fill in.
    """
    answers: dict[str, Json] = {}
    chosen: dict[str, Json] = {}
    wrong: dict[str, str] = {}
    today = setting.now.astimezone(LOCAL).date()
    for attempt in range(TRIES):
        filling = fill(components, schema, answers, setting, prefill=False)
        changed = _answered(filling, chosen, wrong, Draw(seed, str(attempt), today), attempt)
        answers = collect(filling.nodes, for_conditions=False)
        wrong = problems(fill(components, schema, answers, setting, prefill=False))
        if not changed and not wrong:
            return answers
    path, message = next(iter(wrong.items()), ("", "betingelserne falder ikke til ro"))
    raise DefinitionError(
        "form:no-example",
        f"Der er ikke fundet gyldige svar til formularen: {path}: {message}",
        [Finding("form:no-example", path or None, message)],
    )


def _answered(
    filling: Filling, chosen: dict[str, Json], wrong: Mapping[str, str], draw: Draw, attempt: int
) -> bool:
    """Put answers at all visible nodes, new ones where there is none or a wrong one; tell whether any is new."""
    changed = False
    for node in everything(filling.nodes):
        if not node.visible or node.locked:
            continue
        if node.component.type == "dynamiclist":
            changed |= _rows_drawn(node, chosen, draw)
        elif node.component.question is not None:
            if node.name not in chosen or node.name in wrong:
                chosen[node.name] = _drawn(filling, node, draw, attempt)
                changed = True
            node.value = chosen[node.name]
    return changed


def _rows_drawn(node: Node, chosen: dict[str, Json], draw: Draw) -> bool:
    if node.name in chosen or not changeable(node.component):
        return False
    most = node.component.properties.max_rows
    least = min(max(node.component.properties.min_rows, 1), most)
    chosen[node.name] = draw.between(least, min(least + 1, most))
    node.rows = [[] for _ in range(chosen[node.name])]
    return True


def _drawn(filling: Filling, node: Node, draw: Draw, attempt: int) -> Json:
    component, question = node.component, node.component.question
    if question is None:
        return None
    if attempt > TRIES // 2 and not filling.flag(component.rules.required, node):
        return question.empty
    return question.example(component, draw, filling.limits(node), filling.options(node))
