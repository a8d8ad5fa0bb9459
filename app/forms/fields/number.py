"""`number`: a decimal number, typed as Danes do (2,5 and 1.250)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app import canonical
from app.forms import messages
from app.forms.component import Component, Json, Limits, Option, WrongTypeError
from app.forms.draw import Draw
from app.forms.expression import words
from app.forms.fields.plain import only
from app.forms.finding import Finding

DIGITS = 30
"""Digits that a number may have: FEEL's decimals hold 34."""

_DANISH = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?", re.ASCII)
_POINTED = re.compile(r"-?\d+\.\d+", re.ASCII)


@dataclass(frozen=True)
class Number:
    """A number."""

    type: str = "number"
    empty: Json = None
    missing: str = messages.FILL_IN

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield what is ignored: numbers are never sent as text."""
        if component.raw.get("serializeToString"):
            yield Finding(
                "form:setting-ignored",
                component.id,
                "»Output as string« har ingen virkning: tal er altid decimaltal.",
                "warning",
            )

    def clean(self, _component: Component, value: Json) -> Json:
        """Return an int where the number is whole, else a Decimal."""
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise WrongTypeError(messages.NOT_NUMBER)
        if isinstance(value, int) and value.bit_length() > 4 * DIGITS:
            raise WrongTypeError(messages.NOT_NUMBER)
        try:
            exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
            if (
                not exact.is_finite()
                or len(exact.as_tuple().digits) > DIGITS
                or abs(exact.adjusted()) > DIGITS
            ):
                raise WrongTypeError(messages.NOT_NUMBER)
            return canonical.number(exact)
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise WrongTypeError(messages.NOT_NUMBER) from error

    def problem(self, component: Component, value: Json, limits: Limits) -> str | None:
        """Check bounds and decimals."""
        low, high = _bound(limits.get("min")), _bound(limits.get("max"))
        if low is not None and value < low:
            return messages.too_low(words(low))
        if high is not None and value > high:
            return messages.too_high(words(high))
        digits = decimals(component)
        if digits is not None and -int(Decimal(value).as_tuple().exponent) > digits:
            return messages.too_many_decimals(digits)
        return None

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Read »1.250«, »2,5« or »2.5«; a point before three digits parts thousands."""
        text = only(texts)
        bare = re.sub(r"[\s\u00a0]", "", text).replace("\u2212", "-")
        if not bare or len(bare) > 2 * DIGITS:
            return text
        if _DANISH.fullmatch(bare):
            return canonical.number(Decimal(bare.replace(".", "").replace(",", ".")))
        return canonical.number(Decimal(bare)) if _POINTED.fullmatch(bare) else text

    def show(self, _component: Component, value: Json) -> str:
        """Write the number with a comma."""
        return words(value)

    def words(self, _component: Component, value: Json, _labels: Mapping[str, str]) -> str:
        """Write the number with a comma."""
        return words(value)

    def example(
        self, component: Component, draw: Draw, limits: Limits, _options: Sequence[Option]
    ) -> Json:
        """Return a number between the bounds."""
        low, high = _bound(limits.get("min")), _bound(limits.get("max"))
        if low is None:
            low = Decimal(0) if high is None else min(Decimal(0), high)
        if high is None:
            high = low + 10
        whole_low = int(low.to_integral_value("ROUND_CEILING"))
        whole_high = int(high.to_integral_value("ROUND_FLOOR"))
        if whole_low <= whole_high:
            return draw.between(whole_low, whole_high)
        return canonical.number(low if decimals(component) != 0 else Decimal(whole_low))

    def api(self, component: Component) -> dict[str, Json]:
        """Return the JSON Schema, with fixed bounds."""
        schema: dict[str, Json] = {"type": "integer" if decimals(component) == 0 else "number"}
        for name, word in (("min", "minimum"), ("max", "maximum")):
            bound = _bound(component.rules.fixed.get(name))
            if bound is not None:
                schema[word] = canonical.number(bound)
        return schema


def decimals(component: Component) -> int | None:
    """Return how many decimals a number may have, or None where the file does not say."""
    digits = component.raw.get("decimalDigits")
    return (
        digits if isinstance(digits, int) and not isinstance(digits, bool) and digits >= 0 else None
    )


def _bound(value: Json) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return None
        return number if number.is_finite() else None
    return None


NUMBER = Number()
