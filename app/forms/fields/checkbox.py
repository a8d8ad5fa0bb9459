"""`checkbox`: yes or no; where it is required, only yes will do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.forms import messages
from app.forms.component import Component, Json, Limits, Option, WrongTypeError
from app.forms.draw import Draw
from app.forms.expression import words
from app.forms.finding import Finding


@dataclass(frozen=True)
class Checkbox:
    """A box to tick."""

    type: str = "checkbox"
    empty: Json = False
    missing: str = messages.TICK

    def check(self, _component: Component) -> Iterator[Finding]:
        """Yield nothing."""
        yield from ()

    def clean(self, _component: Component, value: Json) -> Json:
        """Return the boolean."""
        if not isinstance(value, bool):
            raise WrongTypeError(messages.NOT_YES_NO)
        return value

    def problem(self, _component: Component, _value: Json, _limits: Limits) -> str | None:
        """Find nothing: a yes is always right."""
        return None

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Return whether the browser sent the box."""
        return any(text not in {"", "false"} for text in texts)

    def show(self, _component: Component, value: Json) -> str:
        """Write the value of a ticked box, or nothing."""
        return "true" if value is True else ""

    def words(self, _component: Component, value: Json, _labels: Mapping[str, str]) -> str:
        """Write ja or nej."""
        return words(value).capitalize()

    def example(
        self, component: Component, draw: Draw, _limits: Limits, _options: Sequence[Option]
    ) -> Json:
        """Return yes where it is required, else either."""
        return component.rules.required is True or draw.pick((True, False))

    def api(self, _component: Component) -> dict[str, Json]:
        """Return the JSON Schema."""
        return {"type": "boolean"}


CHECKBOX = Checkbox()
