"""The demo's signed declaration is a file that is taken, and a PDF whose parts are where it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from app.demo.declaration import declaration, pdf
from app.documents import type_of


def test_the_declaration_is_a_pdf_about_the_citizen() -> None:
    made = declaration(1, 2, 3, "Sofie Østergård", datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    assert made.name == "Samtykkeerklæring Sofie Østergård.pdf"
    assert type_of(made.name, made.content) == "application/pdf"
    assert "Sofie Østergård".encode("cp1252") in made.content
    assert b"21.11.2026" in made.content


def test_its_table_points_at_its_objects() -> None:
    made = pdf(["Hej (du) \\"])
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", made)]
    assert [made[place : place + 7] for place in places] == [
        b"%d 0 obj" % number for number in range(1, 6)
    ]
    start = int(re.findall(rb"startxref\n(\d+)", made)[0])
    assert made[start : start + 4] == b"xref"
    assert rb"(Hej \(du\) \\) Tj" in made
