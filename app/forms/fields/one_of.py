"""One answer among several: what `radio` and `select` are, apart from how they look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.forms import messages
from app.forms.component import Component, Json, Limits, Option, option_text
from app.forms.draw import Draw
from app.forms.fields.choice import check_options, choice_schema, clean_choice, option_label
from app.forms.fields.plain import only
from app.forms.finding import Finding


@dataclass(frozen=True)
class OneOf:
    """A choice of one."""

    type: str
    empty: Json = None
    missing: str = messages.CHOOSE

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings about the options."""
        yield from check_options(component)

    def clean(self, component: Component, value: Json) -> Json:
        """Return the chosen option's value."""
        return clean_choice(component, value)

    def problem(self, _component: Component, _value: Json, _limits: Limits) -> str | None:
        """Find nothing: whether it is an option has been asked already."""
        return None

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Return the chosen text, None where nothing is."""
        return only(texts) or None

    def show(self, _component: Component, value: Json) -> str:
        """Write the option's value."""
        return option_text(value)

    def words(self, _component: Component, value: Json, labels: Mapping[str, str]) -> str:
        """Write the option's label."""
        return option_label(value, labels)

    def example(
        self, _component: Component, draw: Draw, _limits: Limits, options: Sequence[Option]
    ) -> Json:
        """Return one of the options."""
        return draw.pick(options).value if options else None

    def api(self, component: Component) -> dict[str, Json]:
        """Return the JSON Schema."""
        return choice_schema(component)
