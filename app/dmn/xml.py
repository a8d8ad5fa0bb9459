"""The safe XML reader: no DOCTYPE, no entities, no network, bounded in size and depth.

BPMN and DMN files come from outside: a designer's upload, a deployment over the API. lxml's
defaults are safe today only because libxml2's are; this module says each limit itself.
`app.definitions` reads BPMN with it too.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

XmlElement = Any
"""An lxml element; lxml ships no types."""

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 100

_ENCODINGS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
"""Encodings that write `<!DOCTYPE` in the same bytes: looking for it cannot be fooled."""

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


class XmlRefused(Exception):
    """XML that is broken or that must not be read.

    Attributes:
        code: `xml:too-large`, `xml:encoding`, `xml:doctype`, `xml:broken` or `xml:too-deep`.
        message: Danish, says what is wrong.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse(content: bytes) -> XmlElement:
    """Read XML that nobody vouches for; return its root without comments and instructions.

    Args:
        content: the file's bytes, at most `MAX_BYTES`.

    Raises:
        XmlRefused: too large, too deep, a DOCTYPE, an encoding other than UTF-8 and its kin, or
            broken XML.
    """
    if len(content) > MAX_BYTES:
        raise XmlRefused(
            "xml:too-large",
            f"Filen fylder mere end {MAX_BYTES // 1024 // 1024} MB og kan ikke læses.",
        )
    body = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    declared = _DECLARED.match(body)
    encoding = declared.group(1).decode().lower() if declared else "utf-8"
    if b"\x00" in body or body.startswith((b"\xff\xfe", b"\xfe\xff")) or encoding not in _ENCODINGS:
        raise XmlRefused("xml:encoding", "Filen er ikke skrevet i UTF-8 og kan ikke læses.")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise XmlRefused(
            "xml:doctype",
            "Filen indeholder en DOCTYPE- eller ENTITY-erklæring. Den slags kan hente eller "
            "mangfoldiggøre "
            "indhold og er ikke tilladt.",
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
        raise XmlRefused(
            "xml:broken", f"Filen er ikke gyldig XML (linje {line}): {broken.msg}"
        ) from broken


def _too_deep(root: XmlElement) -> bool:
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return True
        level = [child for element in level for child in element]
    return False


def _too_deep_error() -> XmlRefused:
    return XmlRefused(
        "xml:too-deep",
        f"Elementerne i filen ligger mere end {MAX_DEPTH} lag inde i hinanden, og filen kan ikke "
        f"læses.",
    )


def local(element: XmlElement) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: XmlElement) -> str:
    """Return the element's namespace, or ""."""
    space, brace, _ = str(element.tag).rpartition("}")
    return space[1:] if brace else ""
