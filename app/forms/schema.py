"""The marshmallow schema of a form: types, shape, and every bound that holds whatever the other answers are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from marshmallow import RAISE, Schema, ValidationError, fields

from app.errors import complaints
from app.forms import messages
from app.forms.component import Component, Json, WrongTypeError
from app.forms.fields.dynamiclist import MOST_ROWS


@dataclass(frozen=True)
class _Leaf:
    """A component at the place of its answer; `certain` where no condition can hide it."""

    component: Component
    certain: bool


_Names: TypeAlias = "dict[str, _Leaf | _Names]"


class FormSchema(Schema):
    """What all forms' schemas have: unknown fields are refused, in Danish."""

    error_messages = {"type": messages.NOT_OBJECT, "unknown": messages.UNKNOWN}  # noqa: RUF012 -- marshmallow's own declaration

    class Meta:
        """Refuse what the form does not ask for; stay out of marshmallow's class registry."""

        unknown = RAISE
        register = False


class Answer(fields.Field[Any]):
    """One answer, read by its component's type."""

    def __init__(self, component: Component, *, asked: bool) -> None:
        # marshmallow formats its messages; ours get their label later.
        message = required_message(component).replace("{", "{{").replace("}", "}}")
        super().__init__(
            required=asked,
            allow_none=not asked,
            error_messages={"required": message, "null": message},
        )
        self.component = component
        self.asked = asked

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 -- marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002 -- marshmallow's signature
        **kwargs: Any,  # noqa: ARG002 -- marshmallow's signature
    ) -> Any:
        question = self.component.question
        assert question is not None  # noqa: S101 -- build_schema makes answers of questions only
        try:
            answer = question.clean(self.component, value)
        except WrongTypeError as error:
            raise ValidationError(str(error)) from None
        if answer is None or answer == question.empty:
            if self.asked:
                raise self.make_error("null")
            return answer
        problem = question.problem(self.component, answer, self.component.rules.fixed)
        if problem:
            raise ValidationError(problem)
        return answer


class Rows(fields.Field[Any]):
    """The rows of a dynamic list; a row keeps its number whatever is wrong with the others."""

    def __init__(self, row: type[Schema]) -> None:
        super().__init__(allow_none=True)
        self.row = row()

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 -- marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002 -- marshmallow's signature
        **kwargs: Any,  # noqa: ARG002 -- marshmallow's signature
    ) -> Any:
        if not isinstance(value, list | tuple):
            raise ValidationError(messages.NOT_LIST)
        if len(value) > MOST_ROWS:
            raise ValidationError(messages.too_many_rows(MOST_ROWS))
        rows: list[Any] = []
        errors: dict[Any, Any] = {}
        for number, item in enumerate(value):
            try:
                rows.append(self.row.load(item))
            except ValidationError as error:
                rows.append(error.valid_data if isinstance(error.valid_data, dict) else {})
                errors[number] = error.messages
        if errors:
            raise ValidationError(errors, valid_data=rows)
        return rows


def build_schema(components: Sequence[Component], name: str) -> type[Schema]:
    """Make the schema class of a form, or of a row.

    Args:
        components: as in the definition; groups are looked through.
        name: of the class, for people who debug.
    """
    names: _Names = {}
    _place(components, names, certain=True)
    return _schema(names, name)


def required_message(component: Component) -> str:
    """Return what to say where an answer is missing."""
    missing = component.question.missing if component.question else messages.FILL_IN
    return component.properties.required_message or missing


def _place(components: Sequence[Component], names: _Names, *, certain: bool) -> None:
    """Put components where their answers are; what can be hidden is never asked for without looking."""
    for component in components:
        shown = certain and component.hide is None
        if component.type == "group":
            _place(component.children, names, certain=shown)
        if component.question is None and component.type != "dynamiclist":
            continue
        at = names
        for segment in component.path[:-1]:
            inner = at.setdefault(segment, {})
            assert isinstance(inner, dict)  # noqa: S101 -- form:key-duplicate has refused the other case
            at = inner
        at[component.path[-1]] = _Leaf(component, shown)


def _schema(names: _Names, name: str) -> type[Schema]:
    """Make a class; its attributes are numbered, so that no key meets an attribute of `Schema`."""
    made: dict[str, fields.Field[Any]] = {}
    for number, (key, place) in enumerate(names.items()):
        made_field = _field(key, place)
        made_field.data_key = made_field.attribute = key
        made[f"answer_{number}"] = made_field
    schema: type[Schema] = FormSchema.from_dict(made, name=name)
    return schema


def _field(key: str, place: _Leaf | _Names) -> fields.Field[Any]:
    if isinstance(place, dict):
        return fields.Nested(_schema(place, key), allow_none=True)
    component = place.component
    if component.type == "dynamiclist":
        return Rows(build_schema(component.children, key))
    locked = component.readonly or component.disabled
    asked = component.rules.required is True and place.certain and not locked
    return Answer(component, asked=asked)


def load(schema: Schema, answers: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, str]]:
    """Read answers as far as they can be read.

    Returns:
        The typed answers, and what is wrong by dotted path, with `{label}` in the messages.
    """
    try:
        loaded: dict[str, Json] = schema.load(answers)
    except ValidationError as error:
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        flat: dict[str, str] = {}
        for path, said in complaints(error.messages):
            steps = (printable(str(step)) for step in path)
            flat.setdefault(".".join(step for step in steps if step), said[0])
        return valid, flat
    return loaded, {}


def printable(key: str) -> str:
    """Return a key from outside so that it can be stored and shown."""
    return key[:100].encode("utf-8", "replace").decode()
