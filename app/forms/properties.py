"""Forløb's own custom `properties` of a component: a flat object that form-js carries along untouched."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.forms.component import Properties
from app.forms.expression import Expression, expression, template
from app.forms.finding import Finding

SENSITIVITIES = ("normal", "confidential", "sensitive")
APPEARANCES = ("scale", "cards", "ladder")
_AUTOCOMPLETE = re.compile(r"[a-z]+(-[a-z]+)*( [a-z]+(-[a-z]+)*)*")


def _text(value: Any, _element: str) -> str:
    return str(value)


def _true(value: Any, _element: str) -> bool:
    return value is True or value == "true"


def _count(value: Any, _element: str) -> int:
    return int(str(value))


def _feel(value: Any, element: str) -> Expression:
    """Read FEEL with or without its `=`: these properties are never literal."""
    text = str(value)
    return expression(text, element) or Expression(text.strip(), element)


_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "sensitivity": _text, "area": _text, "picker": _text, "subject": _text, "own_words": _true,
    "appearance": _text, "format": _text, "autocomplete": _text, "required_message": _text,
    "valid_if": _feel, "valid_message": _text, "row_label": _text, "row_title": template,
    "min_rows": _count, "max_rows": _count, "target": _feel, "previous": _feel,
}  # fmt: skip
_READ_ELSEWHERE = frozenset({"min", "max"})


def read_properties(raw: Any, element: str, findings: list[Finding]) -> Properties:
    """Read custom properties; what is wrong with them is added to `findings`."""
    values: dict[str, Any] = {}
    for name, value in raw.items() if isinstance(raw, Mapping) else ():
        reader = _READERS.get(name)
        if reader is None:
            if name not in _READ_ELSEWHERE:
                message = f"Egenskaben »{name}« kendes ikke og har ingen virkning."
                findings.append(Finding("form:property-unknown", element, message, "warning"))
            continue
        if value is None or value == "":
            continue
        try:
            values[name] = reader(value, element)
        except ValueError:
            findings.append(
                Finding(
                    "form:property-invalid", element, f"Egenskaben »{name}« skal være et helt tal."
                )
            )
    properties = Properties(**values)
    findings.extend(_checked(properties, element))
    return properties


def _checked(properties: Properties, element: str) -> list[Finding]:
    findings = []
    if properties.sensitivity not in SENSITIVITIES:
        findings.append(
            Finding(
                "form:sensitivity-unknown",
                element,
                f"Følsomheden »{properties.sensitivity}« findes ikke.",
                fix=f"Brug {', '.join(SENSITIVITIES)}.",
            )
        )
    if properties.appearance and properties.appearance not in APPEARANCES:
        findings.append(
            Finding(
                "form:appearance-unknown",
                element,
                f"Udseendet »{properties.appearance}« kendes ikke; feltet vises, som det plejer.",
                "warning",
            )
        )
    if properties.autocomplete and not _AUTOCOMPLETE.fullmatch(properties.autocomplete):
        findings.append(
            Finding(
                "form:autocomplete-invalid",
                element,
                "autocomplete er ikke et navn fra HTML.",
                "warning",
            )
        )
    return findings
