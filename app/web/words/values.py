"""Values of variables as an operator writes them: a kind from a list, and text; no JSON needs to be known for most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app import canonical
from app.web.i18n import gettext as _

TEXT, NUMBER, TRUTH, EMPTY, JSON = "text", "number", "truth", "empty", "json"
LONGEST = 100_000
"""Characters of a value."""


@dataclass(frozen=True)
class Typed:
    """A value as a form shows it."""

    kind: str
    text: str


def kinds() -> dict[str, str]:
    """Return what a kind of value is called."""
    return {
        TEXT: _("Tekst eller dato"),
        NUMBER: _("Tal"),
        TRUTH: _("Ja eller nej"),
        EMPTY: _("Intet (tom)"),
        JSON: _("Liste eller andet (JSON)"),
    }


def shown(value: Any) -> Typed:
    """Return a value as it is written in a form."""
    if value is None:
        return Typed(EMPTY, "")
    if isinstance(value, bool):
        return Typed(TRUTH, _("ja") if value else _("nej"))
    if isinstance(value, int | Decimal):
        return Typed(NUMBER, str(value).replace(".", ","))
    if isinstance(value, str):
        return Typed(TEXT, value)
    return Typed(JSON, json.dumps(canonical.to_outside(value), ensure_ascii=False, indent=1))


def read(typed: Typed) -> Any:
    """Return the value that was written.

    Raises:
        ValueError: it is not of its kind; the message says so in words.
    """
    text = typed.text.strip()
    if len(text) > LONGEST or "\0" in text:
        raise ValueError(_("Værdien er for lang eller har et tegn, der ikke kan gemmes."))
    if typed.kind == TEXT:
        return text
    if typed.kind == EMPTY:
        return None
    if typed.kind == TRUTH:
        truths = {"ja": True, "true": True, "yes": True, "nej": False, "false": False, "no": False}
        if text.casefold() not in truths:
            raise ValueError(_("Skriv ja eller nej."))
        return truths[text.casefold()]
    if typed.kind == NUMBER:
        value = _json(text.replace(",", ".").removeprefix("+"))
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError(_("Skriv et tal, fx 12 eller 12,5."))
        return value
    if typed.kind == JSON:
        value = _json(text)
        if value is _BAD:
            raise ValueError(_("Det er ikke gyldig JSON."))
        return value
    raise ValueError(_("Vælg, hvad slags værdi det er."))


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of a variable."""
    return text.isidentifier() and len(text) <= 200


def asked(form: Mapping[str, str], names: list[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that a form has for variables, and what is wrong by field; an unchanged one is left out."""
    values, wrong = {}, {}
    for name in names:
        try:
            value = read(Typed(form.get(f"kind.{name}", ""), form.get(f"value.{name}", "")))
        except ValueError as error:
            wrong[f"value.{name}"] = str(error)
        else:
            if key_of(value) != form.get(f"was.{name}"):
                values[name] = value
    return values, wrong


def key_of(value: Any) -> str:
    """Return what a form remembers of a value, to know whether it was changed."""
    return canonical.digest(value)


_BAD = object()


def _json(text: str) -> Any:
    try:
        value = canonical.from_outside(text)
        canonical.dumps(value).encode()
    except (ValueError, ArithmeticError, RecursionError):
        return _BAD
    return value
