"""Which files are taken, judged by their first bytes and not by what the sender calls them; and what they are called.

Nothing that a browser or an office program would run is taken: no pages, drawings with scripts, programs, macros.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from urllib.parse import quote

from app.errors import DomainError

LONGEST_NAME = 120
TAKEN = "PDF, billeder (PNG og JPEG), Word (DOCX), OpenDocument (ODT) og ren tekst (TXT)"
"""The kinds that are taken, for people."""

_ODT = "application/vnd.oasis.opendocument.text"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, LZMAError, OSError, EOFError, RuntimeError, NotImplementedError,
    ValueError, OverflowError, struct.error,
)  # fmt: skip
"""All that reading a zip file raises where somebody has written nonsense into it."""

_UNSAFE = re.compile(r'[<>:"/\\|?*;%\x00-\x1f\x7f]')
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|\?xml|\?php)", re.IGNORECASE)
_LOOKED_AT = 4096


def clean_name(name: str) -> str:
    """Return a file's name without folders, signs that a system gives a meaning, and what cannot be seen.

    A name of which nothing is left becomes »dokument«; a long one keeps its ending.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    kept = " ".join(_UNSAFE.sub("_", seen).split()).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        stem, ending = kept, ""
    room = LONGEST_NAME - len(dot + ending)
    if room < 1:
        return kept[:LONGEST_NAME]
    return f"{stem[:room] or 'dokument'}{dot}{ending}"


def headers(name: str) -> dict[str, str]:
    """Return the headers of an answer that is to be kept as a file of this name, and never opened as a page."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def type_of(name: str, content: bytes) -> str:
    """Return the media type of a file that is taken.

    Raises:
        DomainError: `document:empty`, `document:type` (of no kind that is taken), or `document:content` (not what its
            name says).
    """
    if not content:
        raise DomainError("document:empty", f"»{name}« er tom.")
    kind = _KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        raise DomainError("document:type", f"»{name}« kan ikke sendes. Brug {TAKEN}.")
    if not kind.fits(content):
        text = f"Indholdet af »{name}« er ikke det, som navnet siger. Gem filen igen, og prøv så."
        raise DomainError("document:content", text)
    return kind.type


@dataclass(frozen=True)
class _Kind:
    type: str
    fits: Callable[[bytes], bool]


def _begins(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(marks)


def _is_text(content: bytes) -> bool:
    if _MARKUP.search(content[:_LOOKED_AT]) or content.startswith((b"#!", b"MZ")):
        return False
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            return False
    return all(sign >= " " or sign in "\t\n\r\f" for sign in text)


def _is_docx(content: bytes) -> bool:
    names = _names(content)
    macros = any("vbaproject" in name.lower() for name in names)
    return "[Content_Types].xml" in names and "word/document.xml" in names and not macros


def _is_odt(content: bytes) -> bool:
    names = _names(content)
    if "mimetype" not in names or any(name.startswith(("Basic/", "Scripts/")) for name in names):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as file, file.open("mimetype") as said:
            return said.read(len(_ODT) + 1).decode("ascii", "replace") == _ODT
    except BROKEN_ZIP:
        return False


def _names(content: bytes) -> frozenset[str]:
    """Return the names of what is in a zip file; nothing is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            return frozenset(file.namelist())
    except BROKEN_ZIP:
        return frozenset()


_KINDS = {
    "pdf": _Kind("application/pdf", _begins(b"%PDF-")),
    "png": _Kind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "jpeg": _Kind("image/jpeg", _begins(b"\xff\xd8\xff")),
    "docx": _Kind(_DOCX, _is_docx),
    "odt": _Kind(_ODT, _is_odt),
    "txt": _Kind("text/plain", _is_text),
}
"""By the name's ending."""
