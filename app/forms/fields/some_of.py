"""Several answers among many: what `checklist` and `taglist` are, apart from how they look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.forms import messages
from app.forms.component import Component, Json, Limits, Option, WrongTypeError
from app.forms.draw import Draw
from app.forms.expression import words
from app.forms.fields.choice import check_options, choice_schema, clean_choice, option_label
from app.forms.finding import Finding

MOST = 500
"""Answers in one list."""


@dataclass(frozen=True)
class SomeOf:
    """A choice of several, in the order they were given."""

    type: str
    empty: Json = field(default_factory=list)
    missing: str = messages.CHOOSE_SOME

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings about the options."""
        yield from check_options(component)

    def clean(self, component: Component, value: Json) -> Json:
        """Return the values of the chosen options."""
        if not isinstance(value, list | tuple):
            raise WrongTypeError(messages.NOT_LIST)
        if len(value) > MOST:
            raise WrongTypeError(messages.TOO_LARGE)
        chosen = [clean_choice(component, item) for item in value]
        return [item for item in chosen if item is not None]

    def problem(self, _component: Component, value: Json, _limits: Limits) -> str | None:
        """Refuse the same answer twice."""
        texts = [(isinstance(item, bool), item) for item in value]
        return messages.TWICE if len(set(texts)) < len(texts) else None

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Return the chosen texts."""
        return [text for text in texts if text]

    def show(self, _component: Component, value: Json) -> str:
        """Write the values, for a person to see what could not be used."""
        return words(value)

    def words(self, _component: Component, value: Json, labels: Mapping[str, str]) -> str:
        """Write the labels."""
        return ", ".join(option_label(item, labels) for item in value)

    def example(
        self, component: Component, draw: Draw, _limits: Limits, options: Sequence[Option]
    ) -> Json:
        """Return some of the options, at least one where an answer is required."""
        everything = draw.between(0, 2) == 0
        chosen = [option.value for option in options if everything or draw.pick((True, False))]
        if not chosen and options and component.rules.required is True:
            chosen = [draw.pick(options).value]
        return chosen[:MOST]

    def api(self, component: Component) -> dict[str, Json]:
        """Return the JSON Schema."""
        return {"type": "array", "items": choice_schema(component), "uniqueItems": True}
