"""A form being filled in: answers read, prefilled and settled; all else asks it what is visible and what it says.

Conditions are settled in document order, again and again until nothing changes: hiding a field changes what others see.
A field that still changes after the last round (its condition contradicts itself) is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marshmallow import Schema

from app.forms import messages
from app.forms.component import (
    Choices,
    Component,
    Json,
    Option,
    Path,
    WrongTypeError,
    option_text,
)
from app.forms.definition import read_options
from app.forms.expression import Expression
from app.forms.fields import filepicker
from app.forms.fields.choice import matched
from app.forms.fields.dynamiclist import MOST_ROWS, changeable, first_rows
from app.forms.node import Node, collect, everything, lookup
from app.forms.schema import load

ROUNDS = 10


@dataclass(frozen=True)
class Setting:
    """What a form is filled in among.

    Attributes:
        variables: of the course, JSON values by name; they prefill fields of the same name.
        now: the instant that FEEL's today() and now() answer with, aware.
        choices: where pickers get their options from.
    """

    variables: Mapping[str, Json]
    now: datetime
    choices: Choices


@dataclass
class Filling:
    """One form with one set of answers, settled.

    Attributes:
        nodes: the top of the form.
        stray: what is wrong with answers that have no place in the form, by dotted path.
    """

    setting: Setting
    nodes: list[Node]
    stray: dict[str, str]
    _data: dict[str, Json] | None = None
    _options: dict[Any, tuple[Option, ...]] = field(default_factory=dict)

    def context(self, node: Node | None = None) -> dict[str, Json]:
        """Return what an expression at a node sees: variables, answers, and inside a row `this`, `parent` and `i`."""
        if self._data is None:
            self._data = collect(self.nodes, for_conditions=True)
        seen = {**self.setting.variables, **self._data}
        parent: Json = self._data
        for end, segment in enumerate(node.path if node else ()):
            if isinstance(segment, int) and node is not None:
                found, row = lookup(self._data, node.path[: end + 1])
                row = row if found and isinstance(row, dict) else {}
                seen |= {**row, "this": row, "parent": parent, "i": segment + 1}
                parent = row
        return seen

    def evaluate(self, expression: Expression, node: Node) -> Json:
        """Evaluate an expression where a node stands."""
        return expression.value(self.context(node), self.setting.now)

    def flag(self, value: bool | Expression, node: Node) -> bool:  # noqa: FBT001 -- the value of a setting, not a switch
        """Return whether a setting that may be an expression holds at a node."""
        return value if isinstance(value, bool) else self.evaluate(value, node) is True

    def limits(self, node: Node) -> dict[str, Json]:
        """Return the bounds that hold at a node, computed ones included."""
        rules = node.component.rules
        computed = {name: self.evaluate(value, node) for name, value in rules.computed.items()}
        return {**rules.fixed, **computed}

    def options(self, node: Node) -> tuple[Option, ...]:
        """Return the options at a node; those of a picker are what `Choices` offers without a search."""
        source = node.component.options
        if source.fixed:
            return source.fixed
        if source.picker:
            return self._offered(source.picker)
        if source.computed:
            return read_options(self.evaluate(source.computed, node))
        if source.variable:
            found, value = lookup(self.context(node), tuple(source.variable.split(".")))
            return read_options(value if found else None)
        return ()

    def choose(self, node: Node, value: Json) -> Json:
        """Return the option's value that is meant by one answer; raise WrongTypeError where there is none."""
        picker = node.component.options.picker
        if not picker:
            return matched(value, self.options(node))
        offered = {option.text for option in self._offered(picker)}
        text = option_text(value)
        if text not in offered and self.setting.choices.label(picker, text) is None:
            return matched(value, ())
        return text

    def _offered(self, picker: str) -> tuple[Option, ...]:
        if picker not in self._options:
            offered = self.setting.choices.options(picker, "")
            self._options[picker] = tuple(Option(value, label) for value, label in offered)
        return self._options[picker]

    def settle(self) -> None:
        """Match answers with computed options, then settle conditions and locks to a fixed point."""
        nodes = list(everything(self.nodes))
        for node in nodes:
            self._match(node)
        moving = [
            node
            for node in nodes
            if node.component.hide
            or isinstance(node.component.readonly, Expression)
            or isinstance(node.component.disabled, Expression)
        ]
        changed: list[Node] = []
        for _ in range(ROUNDS):
            changed = [node for node in moving if self._move(node)]
            if not changed:
                return
        for node in changed:
            node.hidden = False
        self._data = None

    def _move(self, node: Node) -> bool:
        component, before = node.component, (node.hidden, node.locked, node.disabled)
        if component.hide:
            node.hidden = self.evaluate(component.hide, node) is True
        node.disabled = self.flag(component.disabled, node)
        node.locked = node.disabled or self.flag(component.readonly, node)
        if before == (node.hidden, node.locked, node.disabled):
            return False
        if node.component.question is not None and node.locked != before[1]:
            node.value = self.cleaned(node, node.start) if node.locked else node.answer
        self._data = None
        return True

    def _match(self, node: Node) -> None:
        question, source = node.component.question, node.component.options
        if (
            question is None
            or source.fixed
            or not (source.variable or source.computed or source.picker)
        ):
            return
        if node.error or node.value is None or node.value == question.empty:
            return
        try:
            if node.component.type == "filepicker":
                self._match_documents(node)
            elif isinstance(node.value, list):
                node.value = [self.choose(node, item) for item in node.value]
            else:
                node.value = self.choose(node, node.value)
        except WrongTypeError as error:
            node.error = str(error)
        self._data = None

    def _match_documents(self, node: Node) -> None:
        """Put what is kept in place of references; keep those that can be used where others cannot."""
        component, now = node.component, self.setting.now
        given, node.value = node.value, []
        context = self.context(node)
        accept = filepicker.accepted(component, context, now)
        for one in given:
            kept = filepicker.found(one, self.setting.choices.document(one["key"]))
            node.value.append(kept)
            if not filepicker.fits(accept, str(kept["name"]), str(kept["type"])):
                raise WrongTypeError(messages.wrong_file(str(kept["name"]), accept))
        if len(given) > 1 and not filepicker.takes_several(component, context, now):
            raise WrongTypeError(messages.ONE_FILE)

    def cleaned(self, node: Node, value: Json) -> Json:
        """Return a prefilled value in its one form, or the empty answer where it cannot be used."""
        question = node.component.question
        if question is None or value is None:
            return question.empty if question else None
        try:
            answer = question.clean(node.component, value)
        except WrongTypeError:
            return question.empty
        return question.empty if answer is None else answer


def fill(
    components: Sequence[Component],
    schema: Schema,
    answers: Mapping[str, Json] | None,
    setting: Setting,
    *,
    prefill: bool,
) -> Filling:
    """Read answers into a form and settle it.

    Args:
        components: the form's.
        schema: an instance of the form's schema.
        answers: as given, already guarded; None before anybody has answered.
        setting: what the form is filled in among.
        prefill: take variables and defaults where `answers` is silent (to show a form); without it silence is an
            empty answer (to complete one).
    """
    typed, errors = load(schema, answers) if answers is not None else ({}, {})
    filling = Filling(setting, [], errors)
    builder = _Builder(filling, answers, typed, errors, prefill=prefill)
    filling.nodes.extend(builder.nodes(components, (), None, prefilled=True))
    filling.settle()
    return filling


class _Builder:
    """Makes nodes for components, taking each error that has a place in the form out of `errors`."""

    def __init__(
        self,
        filling: Filling,
        answers: Mapping[str, Json] | None,
        typed: Mapping[str, Json],
        errors: dict[str, str],
        *,
        prefill: bool,
    ) -> None:
        self.filling = filling
        self.answers = dict(answers or {})
        self.typed = dict(typed)
        self.errors = errors
        self.prefill = prefill

    def nodes(
        self, components: Sequence[Component], base: Path, up: Node | None, *, prefilled: bool
    ) -> list[Node]:
        return [self.node(component, base, up, prefilled=prefilled) for component in components]

    def node(self, component: Component, base: Path, up: Node | None, *, prefilled: bool) -> Node:
        node = Node(component, (*base, *component.path), up)
        node.disabled = component.disabled is True
        node.locked = node.disabled or component.readonly is True
        if component.type == "group":
            node.children = self.nodes(component.children, base, node, prefilled=prefilled)
        elif component.type == "dynamiclist":
            self._rows(node, prefilled=prefilled)
        elif component.question is not None:
            self._answer(node, prefilled=prefilled)
        return node

    def _answer(self, node: Node, *, prefilled: bool) -> None:
        question, filling = node.component.question, self.filling
        assert question is not None  # noqa: S101 -- `node` asks first
        if self.prefill or node.component.readonly or node.component.disabled:
            node.start = self._start(node, prefilled=prefilled)
        node.given, node.raw = lookup(self.answers, node.path)
        node.error = self._error(node.name)
        if node.locked or (self.prefill and not node.given):
            node.error = None
            node.value = filling.cleaned(node, node.start)
            node.raw = node.raw if node.given else node.start
        elif node.error is None:
            found, value = lookup(self.typed, node.path)
            node.value = value if found and value is not None else question.empty
        else:
            node.value = question.empty
        node.answer = node.value

    def _error(self, name: str) -> str | None:
        """Take the errors at a place, and inside it (an item of a list), out of those without a place."""
        if not self.errors:
            return None
        found = self.errors.pop(name, None)
        inside = [key for key in self.errors if key.startswith(f"{name}.")]
        return (
            next(iter([self.errors.pop(key) for key in inside]), None) if found is None else found
        )

    def _rows(self, node: Node, *, prefilled: bool) -> None:
        component = node.component
        given, raw = lookup(self.answers, node.path)
        rows = raw if isinstance(raw, list | tuple) else None
        node.given = given
        node.error = self.errors.pop(node.name, None)
        _, start = lookup(self.filling.setting.variables, node.path) if prefilled else (False, None)
        count = min(len(start), MOST_ROWS) if isinstance(start, list) else first_rows(component)
        node.start = count
        if rows is not None:
            count = 0 if node.error else len(rows)
        elif not self.prefill and changeable(component):
            count = 0
        keep = prefilled and not (rows is not None and changeable(component))
        node.rows = [
            self.nodes(component.children, (*node.path, number), node, prefilled=keep)
            for number in range(min(count, MOST_ROWS))
        ]

    def _start(self, node: Node, *, prefilled: bool) -> Json:
        component, setting = node.component, self.filling.setting
        sent_anew = component.type == "filepicker" and not (
            component.readonly or component.disabled
        )
        if prefilled and not sent_anew:  # one person's declaration is not the next one's
            found, value = lookup(setting.variables, node.path)
            if found and value is not None:
                return value
        if isinstance(component.default, Expression):
            return component.default.value(setting.variables, setting.now)
        return component.default
