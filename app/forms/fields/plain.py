"""What all answers in plain text have in common: characters, ends, lengths."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.forms import messages
from app.forms.component import Component, Json, Limits, WrongTypeError
from app.forms.draw import Draw

LINE = 255
"""Characters in a text of one line where the file says nothing."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_WORDS = (
    "en aftale om morgenen", "vi ringer i morgen", "det går bedre nu", "familien er enig",
    "et lille skridt ad gangen", "aftalt på mødet", "ønsker ro på", "følges op om en måned",
)  # fmt: skip


def clean_text(value: Json, longest: int) -> str | None:
    """Return text without blank ends and with plain line breaks; None where nothing is left.

    Raises:
        WrongTypeError: not text, longer than `longest`, or with characters that cannot be stored.
    """
    if not isinstance(value, str):
        raise WrongTypeError(messages.NOT_TEXT)
    if len(value) > longest * 2 + 100:
        raise WrongTypeError(messages.too_long(longest))
    if _CONTROL.search(value):
        raise WrongTypeError(messages.BAD_CHARACTERS)
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def length_problem(text: str, limits: Limits, longest: int) -> str | None:
    """Return what is wrong with the length of a text."""
    most = limits.get("maxLength")
    most = longest if most is None else min(int(most), longest)
    least = limits.get("minLength")
    if len(text) > most:
        return messages.too_long(most)
    if least is not None and len(text) < least:
        return messages.too_short(int(least))
    return None


def only(texts: Sequence[str]) -> str:
    """Return the one text that a browser posted for a field; the last where there are more."""
    return texts[-1] if texts else ""


def example_text(draw: Draw, limits: Limits, longest: int) -> str:
    """Write words that keep the limits."""
    most, least = limits.get("maxLength"), int(limits.get("minLength") or 0)
    text = draw.pick(_WORDS).capitalize()
    while len(text) < least:
        text += " " + draw.pick(_WORDS)
    text = text[: max(least, min(longest if most is None else int(most), max(len(text), 1)))]
    return text if text == text.strip() else text.strip().ljust(len(text), "n")


def text_schema(component: Component, longest: int) -> dict[str, Json]:
    """Return the JSON Schema of a text."""
    fixed = component.rules.fixed
    schema: dict[str, Json] = {"type": "string", "maxLength": fixed.get("maxLength") or longest}
    if fixed.get("minLength"):
        schema["minLength"] = fixed["minLength"]
    return schema
