"""The declaration that a citizen signs when they consent on paper: one page of PDF, made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.clock import LOCAL
from app.documents import NewDocument

_FIRST_LINE, _LINE_HEIGHT, _MARGIN, _SIZE = 780, 22, 60, 12


def declaration(
    course_key: int, citizen_key: int, task_key: int, name: str, at: datetime
) -> NewDocument:
    """Return the signed declaration of a consent, as somebody has scanned it."""
    day = at.astimezone(LOCAL)
    lines = (
        "Samtykke til at dele oplysninger",
        "",
        "Jeg siger ja til, at kommunen deler de oplysninger, vi har talt om,",
        "med dem, vi har talt om. Jeg kan når som helst trække det tilbage.",
        "",
        f"{day.day}.{day.month}.{day.year}",
        name,
    )
    called = f"Samtykkeerklæring {name}.pdf"
    return NewDocument(course_key, citizen_key, called, pdf(lines), task_key, "document")


def pdf(lines: Sequence[str]) -> bytes:
    """Write lines of text as a PDF of one page (ISO 32000-1, 7.5: header, objects, cross-reference table, trailer)."""
    shown = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    text = f"BT /F1 {_SIZE} Tf {_LINE_HEIGHT} TL {_MARGIN} {_FIRST_LINE} Td {shown} ET".encode(
        "cp1252"
    )
    fonts = b"<< /Font << /F1 5 0 R >> >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %s >>"
        % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n" % (len(objects) + 1)
    return bytes(written + b"%d\n%%%%EOF\n" % start)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
