"""What all components with options have in common: which values can be chosen, and which are meant by a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from app.forms import messages
from app.forms.component import Component, Json, Option, WrongTypeError, option_text
from app.forms.finding import Finding

LONGEST = 500
"""Characters of an option's value."""

PICKERS = ("user", "citizen", "guardian", "team_member", "legal_basis")


def check_options(component: Component) -> Iterator[Finding]:
    """Yield findings about where the options come from."""
    source = component.options
    picker = source.picker
    if picker and picker not in PICKERS and not picker.startswith("code_list:"):
        yield Finding(
            "form:picker-unknown",
            component.id,
            f"Vælgeren »{picker}« findes ikke.",
            fix=f"Brug {', '.join(PICKERS)} eller code_list:<navn>.",
        )
    if not (source.fixed or source.variable or source.computed or picker):
        yield Finding(
            "form:options-missing",
            component.id,
            "Der er ingen svarmuligheder.",
            fix="Skriv dem i filen, eller hent dem med »Input values key«, et udtryk eller en picker.",
        )
    texts = [option.text for option in source.fixed]
    for text in sorted({text for text in texts if texts.count(text) > 1 or not text}):
        yield Finding(
            "form:option-duplicate",
            component.id,
            f"Svarmuligheden »{text}« har samme værdi som en anden."
            if text
            else "En svarmulighed har ingen værdi.",
            fix="Giv hver svarmulighed sin egen værdi.",
        )


def clean_choice(component: Component, value: Json) -> Json:
    """Return the value of the option that is meant; one that is not fixed in the file is looked up later.

    Raises:
        WrongTypeError: not a value that an option can have, or none of the fixed ones.
    """
    if isinstance(value, float) or not isinstance(value, str | bool | int | Decimal):
        raise WrongTypeError(messages.NOT_AN_OPTION)
    if isinstance(value, str) and (len(value) > LONGEST or not _printable(value)):
        raise WrongTypeError(messages.NOT_AN_OPTION)
    if value == "":
        return None
    if component.options.fixed:
        return matched(value, component.options.fixed)
    return value


def matched(value: Json, options: Sequence[Option]) -> Json:
    """Return the value of the option whose value, or its text, is `value`.

    Raises:
        WrongTypeError: none of them.
    """
    for option in options:
        if option.value == value and isinstance(option.value, bool) == isinstance(value, bool):
            return option.value
    if isinstance(value, str):
        for option in options:
            if option.text == value:
                return option.value
    raise WrongTypeError(messages.NOT_AN_OPTION)


def option_label(value: Json, labels: Mapping[str, str]) -> str:
    """Return the label of a chosen value, or the value where its option is gone."""
    return labels.get(option_text(value), option_text(value))


def choice_schema(component: Component) -> dict[str, Json]:
    """Return the JSON Schema of one choice."""
    fixed = component.options.fixed
    if fixed:
        return {"enum": [option.value for option in fixed]}
    return {"type": ["string", "number", "boolean"]}


def _printable(text: str) -> bool:
    return not any(character < " " or "\ud800" <= character <= "\udfff" for character in text)
