"""A zip file in which somebody has written nonsense is refused like any other wrong file, wherever it is read."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest

from app.documents import type_of
from app.errors import DomainError
from app.studio.drafts import unpack

ODT = "application/vnd.oasis.opendocument.text"


def archive(name: str, text: str, method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        made.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_one_byte_changed_anywhere_is_no_bug(method: int) -> None:
    model, paper = archive("a.bpmn", "x" * 300, method), archive("mimetype", ODT, method)
    for whole, read in ((model, unpack), (paper, type_of)):
        name = "a.zip" if read is unpack else "a.odt"
        for place in range(len(whole)):
            for value in (0, 1, 8, 12, 14, 99, 127, 255):
                broken = bytes([*whole[:place], value, *whole[place + 1 :]])
                with suppress(DomainError):
                    read(name, broken)


def test_nonsense_where_the_content_was_is_refused_with_a_reason() -> None:
    whole = bytearray(archive("a.bpmn", "xyz" * 400, zipfile.ZIP_DEFLATED))
    at = 30 + len("a.bpmn")
    whole[at : at + 6] = b"\xff" * 6
    with pytest.raises(DomainError) as refused:
        unpack("a.zip", bytes(whole))
    assert refused.value.code == "draft:zip"
