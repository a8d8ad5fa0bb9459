"""`textfield`: one line of text; with `format: cpr` a Danish personal identification number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.forms import cpr, messages
from app.forms.component import Component, Json, Limits, Option, WrongTypeError
from app.forms.draw import Draw
from app.forms.fields.plain import LINE, clean_text, example_text, length_problem, only, text_schema
from app.forms.finding import Finding

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_PHONE = re.compile(r"\+?[0-9]{6,15}")


@dataclass(frozen=True)
class TextField:
    """A short text."""

    type: str = "textfield"
    empty: Json = None
    missing: str = messages.FILL_IN

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: a format or a validation type that does not exist."""
        if component.properties.format not in {"", "cpr"}:
            yield Finding(
                "form:format-unknown",
                component.id,
                f"Formatet »{component.properties.format}« findes ikke.",
                fix="Brug »cpr«, eller fjern egenskaben.",
            )
        if component.rules.kind not in {"", "custom", "email", "phone"}:
            yield Finding(
                "form:validation-unknown",
                component.id,
                f"Valideringen »{component.rules.kind}« findes ikke.",
                fix="Brug »email«, »phone« eller et mønster.",
            )

    def clean(self, component: Component, value: Json) -> Json:
        """Return text of one line, or the ten digits of a CPR number."""
        text = clean_text(value, LINE)
        if text is None:
            return None
        if component.properties.format == "cpr":
            digits = cpr.compact(text)
            if digits is None:
                raise WrongTypeError(messages.NOT_CPR)
            return digits
        return " ".join(text.split("\n"))

    def problem(self, component: Component, value: Json, limits: Limits) -> str | None:
        """Check length, pattern and kind of text."""
        if length := length_problem(value, limits, LINE):
            return length
        rules = component.rules
        if rules.pattern and not rules.pattern.found_in(value):
            return component.properties.valid_message or messages.NOT_PATTERN
        if rules.kind == "email" and not _EMAIL.fullmatch(value):
            return messages.NOT_EMAIL
        if rules.kind == "phone" and not _PHONE.fullmatch(re.sub(r"[\s()-]", "", value)):
            return messages.NOT_PHONE
        return None

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Return the posted text."""
        return only(texts)

    def show(self, component: Component, value: Json) -> str:
        """Write the text, a CPR number with its hyphen."""
        return cpr.shown(str(value)) if component.properties.format == "cpr" else str(value)

    def words(self, component: Component, value: Json, _labels: Mapping[str, str]) -> str:
        """Write the text as `show` does."""
        return self.show(component, value)

    def example(
        self,
        component: Component,
        draw: Draw,
        limits: Limits,
        _options: Sequence[Option],
    ) -> Json:
        """Return a made-up text; a CPR number is a replacement number, which nobody has."""
        if component.properties.format == "cpr":
            return f"{draw.between(62, 88)}{draw.between(1, 12):02d}{draw.between(40, 99)}{draw.between(1000, 3999)}"
        if component.rules.kind == "email":
            return f"borger{draw.between(1, 99)}@eksempel.dk"
        if component.rules.kind == "phone":
            return f"{draw.between(20, 99)}{draw.between(100000, 999999)}"
        if component.rules.pattern:
            return component.rules.pattern.example(draw)
        return example_text(draw, limits, LINE)

    def api(self, component: Component) -> dict[str, Json]:
        """Return the JSON Schema, with the pattern."""
        schema = text_schema(component, LINE)
        if component.rules.pattern:
            schema["pattern"] = component.rules.pattern.source
        if component.rules.kind == "email":
            schema["format"] = "email"
        return schema


TEXTFIELD = TextField()
