"""Small readings of DMN's XML: children of the model's own namespace, texts, references."""

from __future__ import annotations

from collections.abc import Iterator

from app.dmn.model import Named, Text
from app.dmn.xml import XmlElement, local, namespace


def is_dmn(element: XmlElement) -> bool:
    """Whether an element is DMN's own, of whichever version, and no extension's."""
    space = namespace(element)
    return "omg.org/spec/DMN/" in space and not space.endswith(("DMNDI/", "DI/", "DC/"))


def all_of(element: XmlElement, name: str) -> Iterator[XmlElement]:
    """The children of that name."""
    return (child for child in element if local(child) == name and is_dmn(child))


def first(element: XmlElement, name: str) -> XmlElement | None:
    """The first child of that name, or None."""
    return next(all_of(element, name), None)


def text_in(element: XmlElement, name: str) -> str:
    """The text of the first child of that name, without space around it."""
    child = first(element, name)
    return "" if child is None else (child.text or "").strip()


def flag(element: XmlElement, name: str) -> bool:
    """A boolean attribute, false where it is missing."""
    return element.get(name, "").strip() in ("true", "1")


def typed(element: XmlElement) -> Named:
    """A name and its type."""
    return Named(" ".join(element.get("name", "").split()), element.get("typeRef"))


def text(element: XmlElement) -> Text:
    """A literal expression."""
    return Text(
        element.get("id"),
        text_in(element, "text"),
        element.get("typeRef"),
        element.get("expressionLanguage"),
    )


def unary(element: XmlElement | None) -> Text | None:
    """Unary tests, where there are any."""
    if element is None:
        return None
    tests = text(element)
    return tests if tests.text else None


def hrefs(element: XmlElement, name: str) -> tuple[str, ...]:
    """What the children of that name refer to: `#id` or `namespace#id`."""
    return tuple(child.get("href", "").strip() for child in all_of(element, name))
