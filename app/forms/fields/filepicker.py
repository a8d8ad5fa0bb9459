"""`filepicker`: documents that are sent with the form. The answer is a list of references, never a byte of content.

A browser sends the file itself beside the answers; the page keeps it and puts its key among them. A program sends the
key of a document that it has sent before. Either way `Choices.document` says whether the course has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.forms import messages
from app.forms.component import Component, Json, Limits, Option, WrongTypeError
from app.forms.draw import Draw
from app.forms.expression import Expression, expression
from app.forms.finding import Finding

MOST = 10
"""Documents in one answer."""

FACTS = frozenset({"key", "name", "type", "size", "sha256"})
_PICTURES = {".jpg": ".jpeg"}
_UNITS = ((1_000_000, "MB"), (1_000, "kB"))


@dataclass(frozen=True)
class FilePicker:
    """Documents, in the order they were sent."""

    type: str = "filepicker"
    empty: Json = field(default_factory=list)
    missing: str = messages.CHOOSE_FILE

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: an expression that cannot be read."""
        for word in ("accept", "multiple"):
            said = expression(component.raw.get(word), component.id)
            if said is not None and said.problem() is not None:
                message = f"Udtrykket »{said.source}« i {word} kan ikke læses."
                yield Finding("form:expression-invalid", component.id, message)

    def clean(self, _component: Component, value: Json) -> Json:
        """Return references; of one that only names a document, the key."""
        if not isinstance(value, list | tuple):
            raise WrongTypeError(messages.NOT_LIST)
        if len(value) > MOST:
            raise WrongTypeError(messages.too_many_files(MOST))
        return [_reference(item) for item in value if item != ""]

    def problem(self, _component: Component, value: Json, _limits: Limits) -> str | None:
        """Refuse the same document twice."""
        keys = [item["key"] for item in value]
        return messages.TWICE if len(set(keys)) < len(keys) else None

    def read(self, _component: Component, texts: Sequence[str]) -> Json:
        """Return the keys; the same one twice is one."""
        return list(dict.fromkeys(text for text in texts if text))

    def show(self, _component: Component, _value: Json) -> str:
        """Write nothing: a file cannot be typed."""
        return ""

    def words(self, _component: Component, value: Json, _labels: Mapping[str, str]) -> str:
        """Write names and sizes."""
        return ", ".join(
            f"{item.get('name') or 'Dokument'} ({size_words(item.get('size'))})"
            for item in value
            if isinstance(item, Mapping)
        )

    def example(
        self, _component: Component, draw: Draw, _limits: Limits, options: Sequence[Option]
    ) -> Json:
        """Return one of the documents that there are; none where there are none."""
        return [{"key": draw.pick(options).text}] if options else []

    def api(self, _component: Component) -> dict[str, Json]:
        """Return the JSON Schema."""
        return {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "key": {"type": "string"},
                    "name": {"type": "string"},
                    "type": {"type": "string"},
                    "size": {"type": "integer"},
                    "sha256": {"type": "string"},
                },
                "required": ["key"],
            },
        }


FILEPICKER = FilePicker()


def found(given: Mapping[str, Json], kept: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """Return the document that a reference means, as it is kept.

    Raises:
        WrongTypeError: the course has none of that key, or the reference says something else about it.
    """
    if kept is None or any(kept[name] != said for name, said in given.items()):
        raise WrongTypeError(messages.NOT_A_DOCUMENT)
    return kept


def accepted(component: Component, context: Mapping[str, Any], now: datetime) -> str:
    """Return what a field accepts, as HTML writes it: `.pdf,image/*`; "" for all that can be sent."""
    said = _value(component, "accept", context, now)
    return said if isinstance(said, str) else ""


def takes_several(component: Component, context: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a field takes more than one document."""
    return _value(component, "multiple", context, now) is True


def fits(accept: str, name: str, type_: str) -> bool:
    """Tell whether a document is of a kind that `accept` names."""
    wanted = [part.strip().lower() for part in accept.split(",") if part.strip()]
    ending = f".{name.rpartition('.')[2].lower()}"
    main = type_.partition("/")[0]
    same = {ending, _PICTURES.get(ending, ending), type_, f"{main}/*", "*/*"}
    return not wanted or any(_PICTURES.get(part, part) in same for part in wanted)


def size_words(size: Json) -> str:
    """Write a size as people read it: 1,2 MB."""
    if not isinstance(size, int):
        return "?"
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}".replace(".", ",").replace(",0 ", " ")
    return f"{size} byte"


def address(key: str) -> str:
    """Return the path where a document is fetched."""
    return f"/documents/{key}"


def _value(component: Component, word: str, context: Mapping[str, Any], now: datetime) -> Any:
    said = component.raw.get(word)
    computed: Expression | None = expression(said, component.id)
    return said if computed is None else computed.value(context, now)


def _reference(item: Json) -> dict[str, Json]:
    """Read a reference: a key, our own, or one as Camunda's modeler writes it (`documentId`)."""
    if isinstance(item, Mapping):
        if "documentId" in item:
            item = {"key": item["documentId"]}
        facts = {name: value for name, value in item.items() if name in FACTS}
    else:
        facts = {"key": item}
    key = facts.get("key")
    if not isinstance(key, str) or not (key.isascii() and key.isdigit() and len(key) < 20):
        raise WrongTypeError(messages.NOT_A_DOCUMENT)
    return facts
