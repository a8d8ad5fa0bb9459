"""`textarea`: text of several lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.forms import messages
from app.forms.component import Component, Json, Limits, Option
from app.forms.draw import Draw
from app.forms.fields.plain import clean_text, example_text, length_problem, only, text_schema
from app.forms.finding import Finding

LONGEST = 20_000


@dataclass(frozen=True)
class TextArea:
    """A long text."""

    type: str = "textarea"
    empty: Json = None
    missing: str = messages.FILL_IN

    def check(self, _component: Component) -> Iterator[Finding]:
        """Yield nothing: there is no more to get wrong than in any field."""
        yield from ()

    def clean(self, _component: Component, value: Json) -> Json:
        """Return text with plain line breaks."""
        return clean_text(value, LONGEST)

    def problem(self, _component: Component, value: Json, limits: Limits) -> str | None:
        """Check the length."""
        return length_problem(value, limits, LONGEST)

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Return the posted text."""
        return only(texts)

    def show(self, _component: Component, value: Json) -> str:
        """Write the text."""
        return str(value)

    def words(self, _component: Component, value: Json, _labels: Mapping[str, str]) -> str:
        """Write the text."""
        return str(value)

    def example(
        self,
        _component: Component,
        draw: Draw,
        limits: Limits,
        _options: Sequence[Option],
    ) -> Json:
        """Return a made-up text."""
        return example_text(draw, limits, LONGEST)

    def api(self, component: Component) -> dict[str, Json]:
        """Return the JSON Schema."""
        return text_schema(component, LONGEST)


TEXTAREA = TextArea()
