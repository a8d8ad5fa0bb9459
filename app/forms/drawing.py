"""From a filling to a view: labels filled in, options marked, errors put at their fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.forms.component import Json, Option, option_text
from app.forms.expression import Template, words
from app.forms.fields import document_preview, filepicker
from app.forms.fields import html as html_kind
from app.forms.fields import image as image_kind
from app.forms.fields import table as table_kind
from app.forms.fields import text as text_kind
from app.forms.fields.dynamiclist import changeable
from app.forms.filling import Filling
from app.forms.inputs import attributes, input_id, template, unit
from app.forms.node import Node, everything, lookup
from app.forms.validation import label
from app.forms.view import (
    DocumentsView,
    ErrorView,
    FieldView,
    FileView,
    FormView,
    GroupView,
    ImageView,
    Item,
    LineView,
    ListView,
    OptionView,
    RowView,
    SeparatorView,
    TableView,
    TextView,
)

REQUIRED, OPTIONAL = "required", "optional"
_CHOSEN_BY_ID = frozenset({"radio", "checklist", "taglist"})


@dataclass(frozen=True)
class Drawing:
    """How one form is to be drawn.

    Attributes:
        errors: messages by dotted path, as `DomainError.fields` has them.
        previous: earlier answers to the same form.
        readonly: draw all of it as answered, what was left empty too.
    """

    filling: Filling
    errors: Mapping[str, str]
    previous: Mapping[str, Json] | None = None
    readonly: bool = False

    def form(self, form_id: str) -> FormView:
        """Draw the whole."""
        items = tuple(self._items(self.filling.nodes, self._minority()))
        return FormView(
            form_id,
            items,
            tuple(self._summary()) if self.errors else (),
            self.readonly,
        )

    def _text(self, text: Template, node: Node) -> str:
        return text.text(self.filling.context(node), self.filling.setting.now).strip()

    def _minority(self) -> str:
        """Return the note to use: for the required fields where most are optional, else for the optional ones."""
        asked = [
            self.filling.flag(node.component.rules.required, node)
            for node in everything(self.filling.nodes)
            if node.component.question and node.visible and not node.locked
        ]
        return REQUIRED if sum(asked) * 2 < len(asked) else OPTIONAL

    def _items(self, nodes: Sequence[Node], note: str) -> Iterator[Item]:
        """Draw what is visible, and put what shares a line of the layout side by side."""
        shown = [node for node in nodes if node.visible]

        def line(node: Node) -> str:
            return node.component.line or f"{node.component.id} {node.name}"

        for _, together in groupby(shown, key=line):
            drawn = tuple(item for node in together if (item := self._item(node, note)) is not None)
            if len(drawn) > 1:
                yield LineView(drawn)
            else:
                yield from drawn

    def _item(self, node: Node, note: str) -> Item | None:
        component = node.component
        if component.question is not None:
            return self._field(node, note)
        if component.type == "group":
            items = tuple(self._items(node.children, note))
            hint = self._text(component.description, node)
            own = component.properties.own_words
            return GroupView(
                input_id(f"{node.name}-{component.id}-group"),
                label(self.filling, node),
                items,
                hint,
                own,
            )
        if component.type == "dynamiclist":
            return self._list(node, note)
        return self._shown(node)

    def _shown(self, node: Node) -> Item | None:
        """Draw what is only read; a spacer and a worked-out value draw nothing."""
        component = node.component
        context, now = self.filling.context(node), self.filling.setting.now
        if component.type == "text":
            return TextView(text_kind.html(component.label, context, now))
        if component.type == "html":
            return TextView(html_kind.safe(component, context, now))
        if component.type == "table":
            return TableView(label(self.filling, node), *table_kind.rows(component, context, now))
        if component.type == "image":
            return ImageView(*image_kind.shown(component, context, now))
        if component.type == "documentPreview":
            title = label(self.filling, node) or str(component.raw.get("title") or "")
            return DocumentsView(title, document_preview.links(component, context, now))
        return SeparatorView() if component.type == "separator" else None

    def _list(self, node: Node, note: str) -> ListView:
        component, properties = node.component, node.component.properties
        free = changeable(component) and not self.readonly
        name = properties.row_label or label(self.filling, node) or "Række"
        rows = []
        for number, row in enumerate(node.rows):
            at = Node(component, (*node.path, number), node)
            title = self._text(properties.row_title, at)
            rows.append(
                RowView(
                    f"{node.name}.{number}",
                    input_id(f"{node.name}.{number}"),
                    number + 1,
                    title,
                    tuple(self._items(row, note)),
                )
            )
        return ListView(
            node.name,
            input_id(node.name),
            label(self.filling, node),
            tuple(rows),
            self._text(component.description, node),
            self.errors.get(node.name, ""),
            row_name=name,
            addable=free and len(rows) < properties.max_rows,
            removable=free and len(rows) > properties.min_rows,
            own_words=properties.own_words,
        )

    def _field(self, node: Node, note: str) -> FieldView:
        component, question = node.component, node.component.question
        assert question is not None  # noqa: S101 -- `_item` asks first
        locked = node.locked or self.readonly
        required = not locked and self.filling.flag(component.rules.required, node)
        options = self._options(node) if component.type in _WITH_OPTIONS else ()
        name, drawn_as = node.name, template(node, options)
        return FieldView(
            template=drawn_as,
            name=name,
            id=input_id(name),
            focus=options[0].id if component.type in _CHOSEN_BY_ID and options else input_id(name),
            label=label(self.filling, node),
            hint=self._text(component.description, node),
            note=note if not locked and required == (note == REQUIRED) else "",
            required=required,
            error=self._error(name),
            text=self._typed(node),
            said=self._said(node, node.raw if node.error else node.value, options),
            previous="" if self.readonly or drawn_as == "scale" else self._previous(node, options),
            options=options,
            files=tuple(self._files(node)) if component.type == "filepicker" else (),
            checked=node.value is True,
            locked=locked,
            own_words=component.properties.own_words,
            sensitivity=component.properties.sensitivity,
            unit=unit(node),
            attributes=attributes(node) | self._file_attributes(node),
        )

    def _files(self, node: Node) -> Iterator[FileView]:
        """Draw the documents of an answer, as far as they are known."""
        base = input_id(node.name)
        known = [one for one in node.value or () if "sha256" in one]
        for number, one in enumerate(known):
            key, name, size = one["key"], one["name"], filepicker.size_words(one["size"])
            at = f"{base}-{number}"
            yield FileView(at, key, name, size, one["sha256"], filepicker.address(key))

    def _file_attributes(self, node: Node) -> dict[str, str]:
        if node.component.type != "filepicker":
            return {}
        component, now = node.component, self.filling.setting.now
        context = self.filling.context(node)
        accept = filepicker.accepted(component, context, now)
        several = filepicker.takes_several(component, context, now)
        found = {"accept": accept, "multiple": "multiple" if several else ""}
        return {name: value for name, value in found.items() if value}

    def _error(self, name: str) -> str:
        """Return the error at a field, or at an item of its list."""
        if not self.errors:
            return ""
        inside = (text for path, text in self.errors.items() if path.startswith(f"{name}."))
        return self.errors.get(name) or next(inside, "")

    def _typed(self, node: Node) -> str:
        """Return the answer as it is typed: what could not be read stays as it was."""
        question = node.component.question
        if question is None or isinstance(node.raw, list | dict):
            return ""
        if node.error and node.raw is not None:
            return str(node.raw)
        return "" if node.value is None else question.show(node.component, node.value)

    def _said(self, node: Node, value: Json, options: Iterable[OptionView]) -> str:
        question = node.component.question
        if question is None or value is None or (value == question.empty and value is not False):
            return ""
        if node.error:
            return words(value)
        labels = {option.value: option.label for option in options}
        picker = node.component.options.picker
        if picker and node.component.type in _WITH_OPTIONS:
            for item in value if isinstance(value, list) else [value]:
                found = self.filling.setting.choices.label(picker, option_text(item))
                labels.setdefault(option_text(item), found or option_text(item))
        return question.words(node.component, value, labels)

    def _previous(self, node: Node, options: Iterable[OptionView]) -> str:
        """Return the earlier answer, where it can be read as one."""
        value = self._previous_value(node)
        question = node.component.question
        if question is None or value is None or node.component.type == "checkbox":
            return ""
        cleaned = self.filling.cleaned(node, value)
        labels = {option.value: option.label for option in options}
        return "" if cleaned in (None, []) else question.words(node.component, cleaned, labels)

    def _previous_value(self, node: Node) -> Json:
        own = node.component.properties.previous
        if own:
            return self.filling.evaluate(own, node)
        return lookup(self.previous, node.path)[1] if self.previous is not None else None

    def _options(self, node: Node) -> tuple[OptionView, ...]:
        offered = list(self.filling.options(node))
        given = node.raw if node.error else node.value
        chosen = [
            option_text(item)
            for item in (given if isinstance(given, list) else [given])
            if item is not None
        ]
        picker = node.component.options.picker
        known = {option.text for option in offered}
        if picker:
            for text in chosen:
                found = self.filling.setting.choices.label(picker, text)
                if text not in known and found is not None:
                    offered.append(Option(text, found))
        marks = self._marks(node)
        base = input_id(node.name)
        return tuple(
            OptionView(
                f"{base}-{number}",
                option.text,
                option.label,
                option.hint,
                option.text in chosen,
                tuple(word for word, value in marks if value == option.text),
            )
            for number, option in enumerate(offered)
        )

    def _marks(self, node: Node) -> list[tuple[str, str]]:
        """Return the words that stand under a scale, each with the text of its option."""
        if node.component.properties.appearance != "scale":
            return []
        target = node.component.properties.target
        goal = self.filling.evaluate(target, node) if target else None
        last = self._previous_value(node)
        return [
            (word, option_text(value))
            for word, value in (("last", last), ("target", goal))
            if value is not None
        ]

    def _summary(self) -> Iterator[ErrorView]:
        """List the errors in document order, those inside a row named after it."""
        left = dict(self.errors)
        for node in everything(self.filling.nodes):
            for path in [path for path in left if path == node.name or _inside_answer(path, node)]:
                message = left.pop(path)
                yield ErrorView(self._target(node), f"{_row_name(node)}{message}")
        for path, message in left.items():
            yield ErrorView("", f"{path}: {message}" if path else message)

    def _target(self, node: Node) -> str:
        options = node.component.type in _CHOSEN_BY_ID and self.filling.options(node)
        return f"{input_id(node.name)}-0" if options else input_id(node.name)


_WITH_OPTIONS = frozenset({"radio", "select", "checklist", "taglist"})


def _inside_answer(path: str, node: Node) -> bool:
    return node.component.question is not None and path.startswith(f"{node.name}.")


def _row_name(node: Node) -> str:
    """Return »Mål 2: « for a field in the second row of a list whose rows have a name."""
    above = node.up
    while above is not None and above.component.type != "dynamiclist":
        above = above.up
    if above is None:
        return ""
    number = node.path[len(above.path)]
    name = above.component.properties.row_label or "Række"
    return f"{name} {int(number) + 1}: "
