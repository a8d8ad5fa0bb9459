"""From the bytes of a file to a tree that can be mended: encoding, prefixes, namespace and outermost element.

Nothing here opens what `app.dmn.xml` refuses for safety: a DOCTYPE that declares anything stays refused.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from app.definitions.fixes.remarks import Remark, remarks
from app.definitions.fixes.report import Change
from app.definitions.layout.interchange import DC, DI
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, BPMN_DI, MODELER, ZEEBE
from app.definitions.reader.xml import XmlElement
from app.errors import DefinitionError

CODES = ("xml:encoding", "xml:broken", "xml:doctype", "xml:not-bpmn")

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_BARE_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*>")
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_KNOWN_PREFIXES = {
    "bpmn": BPMN,
    "bpmn2": BPMN,
    "semantic": BPMN,
    "bpmndi": BPMN_DI,
    "dc": DC,
    "omgdc": DC,
    "di": DI,
    "omgdi": DI,
    "xsi": _XSI,
    "xsd": "http://www.w3.org/2001/XMLSchema",
    "zeebe": ZEEBE,
    "modeler": MODELER,
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "signavio": "http://www.signavio.com",
    "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    "drools": "http://www.jboss.org/drools",
    "tns": "http://www.jboss.org/drools",
}
_OLD_SPACES = re.compile(r"(?i)^https?://[\w.]*omg\.org/.*bpmn.*$|^https?://[\w.]*bpmn\.org/.*$")


def open_file(content: bytes, changes: list[Change]) -> tuple[XmlElement, list[Remark]]:
    """Return the `definitions` element of a file, mended as far as can be before it is read, and its comments.

    Raises:
        DefinitionError: hostile or broken XML, or nothing like BPMN.
    """
    body = _transcoded(content, changes)
    body = _without_doctype(body, changes)
    try:
        root = xml.parse(body)
    except DefinitionError as broken:
        if broken.code != "xml:broken":
            raise
        body = _repaired(body)
        root = xml.parse(body)
        changes.append(Change("xml:broken", None, f"Filens XML er rettet: {broken.message}"))
    said = remarks(body, root)
    _to_bpmn(root, changes)
    return _declaring(root), said


def _transcoded(content: bytes, changes: list[Change]) -> bytes:
    """Return the file as UTF-8, whatever it was written in."""
    encoding = _encoding(content)
    text = _decoded(content, encoding or "utf-8")
    body = _DECLARATION.sub(b"", text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace"), count=1)
    if encoding not in {"", "utf-8", "utf8", "us-ascii", "ascii"} or _utf8(content) is None:
        message = f"Filen er skrevet om til UTF-8 (den var i {encoding or 'en anden kodning'})."
        changes.append(Change("xml:encoding", None, message, before=encoding))
    return body.lstrip()


def _encoding(content: bytes) -> str:
    """Return what a file says that it is written in, by its first bytes or its declaration; "" if nothing."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content[:2] == b"<\x00":
        return "utf-16-le"
    declared = _ENCODING.search(content[:200])
    return declared.group(1).decode().lower() if declared else ""


def _utf8(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decoded(content: bytes, encoding: str) -> str:
    for name in (encoding, "utf-8", "windows-1252"):
        try:
            return content.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("latin-1")


def _without_doctype(body: bytes, changes: list[Change]) -> bytes:
    """Drop a DOCTYPE that declares nothing; one that declares anything is for the reader to refuse."""
    if b"<!ENTITY" in body or not _BARE_DOCTYPE.search(body):
        return body
    changes.append(Change("xml:doctype", None, "Filens tomme DOCTYPE-erklæring er taget ud."))
    return _BARE_DOCTYPE.sub(b"", body)


def _repaired(body: bytes) -> bytes:
    """Mend what modelers and hands get wrong in XML: loose ampersands, control characters, lost prefixes."""
    body = _BARE_AMPERSAND.sub(b"&amp;", _CONTROL.sub(b"", body))
    declared = set(re.findall(rb"xmlns:([\w.-]+)\s*=", body))
    used = set(re.findall(rb"</?([A-Za-z_][\w.-]*):", body))
    used |= set(re.findall(rb"\s([A-Za-z_][\w.-]*):[\w.-]+\s*=", body)) - {b"xmlns", b"xml"}
    missing = b"".join(
        f' xmlns:{prefix}="{_KNOWN_PREFIXES.get(prefix, f"urn:unknown:{prefix}")}"'.encode()
        for prefix in sorted(found.decode() for found in used - declared)
    )
    return re.sub(
        rb"^(<[A-Za-z_][\w:.-]*)", lambda found: found.group(1) + missing, body.lstrip(), count=1
    )


def _to_bpmn(root: XmlElement, changes: list[Change]) -> None:
    """Move elements of an old or misspelt BPMN namespace into that of BPMN 2.0."""
    if xml.local(root) not in {"definitions", "process", "collaboration"}:
        message = "Filen er XML, men ikke en BPMN 2.0-model."
        raise DefinitionError("xml:not-bpmn", message)
    space = xml.namespace(root)
    wrong = space != BPMN and (not space or _OLD_SPACES.match(space) is not None)
    if space != BPMN and not wrong:
        raise DefinitionError("xml:not-bpmn", "Filen er XML, men ikke en BPMN 2.0-model.")
    if wrong:
        for found in root.iter():
            if xml.namespace(found) == space and isinstance(found.tag, str):
                part = xml.local(found)
                found.tag = f"{{{_space_of(part)}}}{part}"
        message = f"Filens navnerum {space or '(intet)'} er rettet til BPMN 2.0's."
        changes.append(Change("xml:not-bpmn", None, message, before=space))
    _diagram_spaces(root)


def _space_of(part: str) -> str:
    if part.startswith("BPMN"):
        return BPMN_DI
    if part in {"Bounds", "Font"}:
        return DC
    return DI if part == "waypoint" else BPMN


def _diagram_spaces(root: XmlElement) -> None:
    for found in root.iter():
        part = xml.local(found)
        if part.startswith("BPMN") or part in {"Bounds", "waypoint"}:
            space = _space_of(part)
            if xml.namespace(found) != space and xml.namespace(found) != BPMN:
                found.tag = f"{{{space}}}{part}"


def _declaring(root: XmlElement) -> XmlElement:
    """Return the root as `definitions`, with prefixes for what the fixes write."""
    wanted = {"zeebe": ZEEBE, "xsi": _XSI, "bpmndi": BPMN_DI, "dc": DC, "di": DI}
    spaces = dict(root.nsmap)
    known = set(spaces.values())
    for prefix, space in wanted.items():
        if space not in known and prefix not in spaces:
            spaces[prefix] = space
    if BPMN not in known:
        spaces["bpmn" if "bpmn" not in spaces else "bpmn20"] = BPMN
    inside = xml.local(root) != "definitions"
    new = etree.Element(f"{{{BPMN}}}definitions", nsmap=spaces)
    if inside:
        new.append(root)
        return new
    for key, value in root.attrib.items():
        new.set(key, value)
    new.text = root.text
    new.extend(list(root))
    return new
