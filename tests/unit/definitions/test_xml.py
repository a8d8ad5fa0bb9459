"""The XML reader refuses what is broken or hostile, as a whole and in Danish."""

from __future__ import annotations

import pytest

from app.definitions import read_bpmn
from app.definitions.reader import xml
from app.errors import DefinitionError

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BILLION = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</definitions>"""
LOCAL_FILE = b"""<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml:broken"),
        (b"ikke xml", "xml:broken"),
        (b"<definitions><process></definitions>", "xml:broken"),
        (b"<a>\xff</a>", "xml:broken"),
        (b"<a>&nbsp;</a>", "xml:broken"),
        (BILLION, "xml:doctype"),
        (LOCAL_FILE, "xml:doctype"),
        ('<!DOCTYPE d [<!ENTITY x "y">]><d a="&x;"/>'.encode("utf-16"), "xml:encoding"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml:encoding"),
        (b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>", "xml:too-large"),
        (b"<a>" * 101 + b"</a>" * 101, "xml:too-deep"),
        (b"<a>" * 5000 + b"</a>" * 5000, "xml:too-deep"),
        (b"<html/>", "xml:not-bpmn"),
        (f'<process xmlns="{BPMN}"/>'.encode(), "xml:not-bpmn"),
    ],
)
def test_a_broken_or_hostile_file_is_refused_with_one_finding(content: bytes, code: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        read_bpmn(content)
    assert refused.value.code == code
    assert [finding.code for finding in refused.value.findings] == [code]
    assert refused.value.message


def test_a_file_of_a_hundred_levels_is_read() -> None:
    assert xml.parse(b"<a>" * 100 + b"</a>" * 100) is not None


def test_a_byte_order_mark_comments_and_instructions_are_no_obstacle() -> None:
    root = xml.parse(
        b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8"?><?x y?><a><!-- n -->t<b/></a>'
    )
    assert [child.tag for child in root] == ["b"]
    assert xml.text(root) == "t"


def test_latin_1_is_read_as_declared() -> None:
    root = xml.parse('<?xml version="1.0" encoding="ISO-8859-1"?><a n="Børn"/>'.encode("latin-1"))
    assert root.get("n") == "Børn"
