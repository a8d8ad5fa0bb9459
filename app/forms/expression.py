"""FEEL in a form: expressions that start with `=`, and texts with `{{ expression }}` inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.clock import LOCAL
from app.errors import DefinitionError
from app.feel import FeelError, evaluate, parse, to_json
from app.forms.dates import date_words
from app.forms.finding import Finding

_HOLE = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Expression:
    """A FEEL expression, without its leading `=`, and the component that it stands in."""

    source: str
    element: str

    def value(self, context: Mapping[str, Any], now: datetime) -> Any:
        """Return the JSON value of the expression.

        Raises:
            DefinitionError: it cannot be evaluated (`form:expression`); a null is a value, not an error.
        """
        try:
            return to_json(evaluate(self.source, context, now=now))
        except FeelError as error:
            finding = Finding("form:expression", self.element, f"»={self.source}«: {error.message}")
            raise DefinitionError(
                "form:expression",
                f"Formularen kan ikke vises: udtrykket ved »{self.element}« fejler. {error.message}",
                [finding],
            ) from error

    @property
    def names(self) -> frozenset[str]:
        """Return the names that it reads; none where it cannot be read."""
        try:
            return parse(self.source).names
        except FeelError:
            return frozenset()

    def problem(self) -> str | None:
        """Return why the expression cannot be read, or None."""
        try:
            parse(self.source)
        except FeelError as error:
            return str(error)
        return None


@dataclass(frozen=True, slots=True)
class Template:
    """Text with FEEL in it: a tuple of literal parts and expressions."""

    parts: tuple[str | Expression, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.parts)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it, in order."""
        return tuple(part for part in self.parts if isinstance(part, Expression))

    def text(
        self,
        context: Mapping[str, Any],
        now: datetime,
        escape: Callable[[str], str] = lambda text: text,
    ) -> str:
        """Fill the holes in; `escape` is applied to what the expressions give, not to the designer's text."""
        return "".join(
            part if isinstance(part, str) else escape(words(part.value(context, now)))
            for part in self.parts
        )


NO_TEXT = Template()


def expression(value: Any, element: str) -> Expression | None:
    """Return the expression that `value` is, or None where it is literal."""
    if isinstance(value, str) and value.startswith("="):
        return Expression(value[1:].strip(), element)
    return None


def template(value: Any, element: str) -> Template:
    """Read a designer's text: `=FEEL` as a whole, or literal with `{{ FEEL }}` in it; what is not text is empty."""
    if not isinstance(value, str) or not value:
        return Template()
    whole = expression(value, element)
    if whole is not None:
        return Template((whole,))
    parts: list[str | Expression] = []
    at = 0
    for hole in _HOLE.finditer(value):
        if hole.start() > at:
            parts.append(value[at : hole.start()])
        parts.append(Expression(hole.group(1).strip().removeprefix("=").strip(), element))
        at = hole.end()
    if at < len(value):
        parts.append(value[at:])
    return Template(tuple(parts))


def words(value: Any) -> str:
    """Write a JSON value as Danish people read it: 2,5 · ja · 1. februar 2027."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int | Decimal):
        return format(Decimal(value), "f").replace(".", ",")
    if isinstance(value, list):
        return ", ".join(words(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {words(item)}" for key, item in value.items())
    text = str(value)
    return _moment(text) or text


def _moment(text: str) -> str | None:
    if not re.match(r"\d{4}-\d\d-\d\d(T|$)", text):
        return None
    try:
        if len(text) == 10:
            return date_words(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment.astimezone(LOCAL) if moment.tzinfo else moment
    return f"{date_words(moment.date())} kl. {moment:%H.%M}"
