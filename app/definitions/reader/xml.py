"""The safe XML reader's words for a designer of processes, and small readings of an element.

What is refused, and why, stands in `app.dmn.xml`, which reads DMN too.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.model.findings import error
from app.dmn import xml
from app.dmn.xml import XmlElement, local, namespace
from app.errors import DefinitionError

__all__ = [
    "XmlElement",
    "attribute",
    "child",
    "children",
    "flag",
    "local",
    "namespace",
    "one_line",
    "parse",
    "text",
    "unprefixed",
]

_FIXES = {
    "xml:too-large": "Del modellen op i flere processer, og fjern indlejrede billeder.",
    "xml:encoding": "Gem filen som UTF-8.",
    "xml:doctype": "Slet erklæringen, eller gem modellen igen fra Camunda Modeler.",
    "xml:broken": "Åbn filen i Camunda Modeler, og gem den igen, eller ret den nævnte linje.",
    "xml:too-deep": "Brug kald-aktiviteter i stedet for delprocesser inde i delprocesser.",
}


def parse(content: bytes) -> XmlElement:
    """Read XML that nobody vouches for; return its root without comments and instructions.

    Args:
        content: the file's bytes, at most `app.dmn.xml.MAX_BYTES`.

    Raises:
        DefinitionError: too large, too deep, a DOCTYPE, an encoding other than UTF-8 and its kin,
            or broken XML.
    """
    try:
        return xml.parse(content)
    except xml.XmlRefused as refused:
        finding = error(refused.code, None, refused.message, _FIXES[refused.code])
        raise DefinitionError(refused.code, refused.message, [finding]) from refused


def children(element: XmlElement, space: str, name: str) -> Iterator[XmlElement]:
    """Iterate over the direct children with this namespace and name."""
    yield from element.iterchildren(f"{{{space}}}{name}")


def child(element: XmlElement, space: str, name: str) -> XmlElement | None:
    """Return the first direct child with this namespace and name, or None."""
    return next(children(element, space, name), None)


def text(element: XmlElement | None) -> str:
    """Return the element's own text without surrounding space; "" for None."""
    return "" if element is None else (element.text or "").strip()


def attribute(element: XmlElement, name: str, default: str = "") -> str:
    """Return an attribute without surrounding space, or the default."""
    return str(element.get(name, default)).strip()


def flag(element: XmlElement, name: str, *, default: bool) -> bool:
    """Return a boolean attribute (`xsd:boolean`: true, false, 1, 0)."""
    value = attribute(element, name).lower()
    return default if not value else value in {"true", "1"}


def one_line(value: str) -> str:
    """Return a label on one line: modelers write line breaks into names."""
    return " ".join(value.split())


def unprefixed(reference: str) -> str:
    """Return the local part of a QName reference (`ns:Message_1` → `Message_1`)."""
    return reference.strip().rpartition(":")[2]
