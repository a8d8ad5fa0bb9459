"""The safe XML reader: no DOCTYPE, no entities, no network, bounded in size and depth.

BPMN and DMN files come from outside: a designer's upload, a deployment over the API. lxml's
defaults are safe today only because libxml2's are; this module says each limit itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.definitions.findings import error
from app.errors import DefinitionError

XmlElement = Any
"""An lxml element; lxml ships no types."""

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 100

_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
"""Encodings that write `<!DOCTYPE` in the same bytes: looking for it cannot be fooled."""

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def _refusal(code: str, message: str, fix: str | None = None) -> DefinitionError:
    return DefinitionError(code, message, [error(code, None, message, fix)])


def parse(content: bytes) -> XmlElement:
    """Read XML that nobody vouches for; return its root without comments and instructions.

    Args:
        content: the file's bytes, at most `MAX_BYTES`.

    Raises:
        DefinitionError: too large, too deep, a DOCTYPE, an encoding other than UTF-8 and its kin,
            or broken XML.
    """
    if len(content) > MAX_BYTES:
        raise _refusal(
            "xml:too-large",
            f"Filen fylder mere end {MAX_BYTES // 1024 // 1024} MB og kan ikke læses.",
            "Del modellen op i flere processer, og fjern indlejrede billeder.",
        )
    body = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(body)
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if b"\x00" in body or body.startswith((b"\xff\xfe", b"\xfe\xff")) or encoding not in _ENCODINGS:
        raise _refusal(
            "xml:encoding",
            "Filen er ikke skrevet i UTF-8 og kan ikke læses.",
            "Gem filen som UTF-8.",
        )
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise _refusal(
            "xml:doctype",
            "Filen indeholder en DOCTYPE- eller ENTITY-erklæring. Den slags kan hente eller "
            "mangfoldiggøre "
            "indhold og er ikke tilladt.",
            "Slet erklæringen, eller gem modellen igen fra Camunda Modeler.",
        )
    root = _root(body)
    if _too_deep(root):
        raise _too_deep_error()
    return root


def _root(body: bytes) -> XmlElement:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as broken:
        if "depth" in str(broken):
            raise _too_deep_error() from broken
        line, _column = broken.position
        raise _refusal(
            "xml:broken",
            f"Filen er ikke gyldig XML (linje {line}): {broken.msg}",
            "Åbn filen i Camunda Modeler, og gem den igen, eller ret den nævnte linje.",
        ) from broken


def _too_deep(root: XmlElement) -> bool:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return True
        level = [child for element in level for child in element]
    return False


def _too_deep_error() -> DefinitionError:
    return _refusal(
        "xml:too-deep",
        f"Elementerne i filen ligger mere end {MAX_DEPTH} lag inde i hinanden, og filen kan ikke "
        f"læses.",
        "Brug kald-aktiviteter i stedet for delprocesser inde i delprocesser.",
    )


def local(element: XmlElement) -> str:
    """Return the element's name without its namespace."""
    return str(etree.QName(element).localname)


def namespace(element: XmlElement) -> str:
    """Return the element's namespace, or ""."""
    return etree.QName(element).namespace or ""


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
