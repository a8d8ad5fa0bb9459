"""Which files are taken, and what they are called."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from app.documents import clean_name, references_in, type_of
from app.errors import DomainError


def zipped(*names: str, mimetype: str = "") -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        if mimetype:
            file.writestr("mimetype", mimetype)
        for name in names:
            file.writestr(name, "indhold")
    return made.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
ODT = zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content", "type_"),
    [
        ("a.pdf", b"%PDF-1.4 x", "application/pdf"),
        ("a.PNG", b"\x89PNG\r\n\x1a\n..", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.txt", "Æblegrød\r\n".encode(), "text/plain"),
        ("a.txt", "Æblegrød".encode("cp1252"), "text/plain"),
        ("a.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.odt", ODT, "application/vnd.oasis.opendocument.text"),
    ],
)
def test_the_common_kinds_are_taken(name: str, content: bytes, type_: str) -> None:
    assert type_of(name, content) == type_


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("side.html", b"<html>"),
        ("tegning.svg", b"<svg xmlns='x'/>"),
        ("program.exe", b"MZ"),
        ("makro.docm", DOCX),
        ("arkiv.zip", DOCX),
        ("uden", b"%PDF-1.4"),
        (".", b"%PDF-1.4"),
    ],
)
def test_other_kinds_are_refused_by_name(name: str, content: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        type_of(name, content)
    assert refused.value.code == "document:type"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>alert(1)</script>"),
        ("a.pdf", b"MZ\x90"),
        ("a.png", b"<svg xmlns='x'/>"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n"),
        ("a.txt", b"<!DOCTYPE html><p>"),
        ("a.txt", b"  <SCRIPT>alert(1)"),
        ("a.txt", b"#!/bin/sh\nrm"),
        ("a.txt", b"\x7fELF\x00\x01"),
        ("a.docx", zipped("evil.exe")),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.docx", b"PK\x03\x04 og ikke mere"),
        ("a.odt", zipped("content.xml", mimetype="application/zip")),
        ("a.odt", zipped("Basic/x.xml", mimetype="application/vnd.oasis.opendocument.text")),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(DomainError) as refused:
        type_of(name, content)
    assert refused.value.code == "document:content"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Erklæring fra Ida.pdf", "Erklæring fra Ida.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Brugere\\Mette\\brev.docx", "brev.docx"),
        ("fak\u202etura\r\nX: y.pdf", "fakturaX_ y.pdf"),
        ('a"b;c%.pdf', "a_b_c_.pdf"),
        ("  brev . pdf ", "brev . pdf"),
        ("", "dokument"),
        ("...", "dokument"),
        (f"{'x' * 300}.pdf", f"{'x' * 116}.pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_references_are_found_wherever_they_stand() -> None:
    one = {"key": "4", "name": "a", "type": "b", "size": 1, "sha256": "0" * 64}
    answers = {"a": [one], "rows": [{"b": [one]}], "c": {"key": "4"}, "d": "key"}
    assert list(references_in(answers)) == [one, one]
    assert not list(references_in({**one, "sha256": "kort"}))
