"""What is no DMN model, and what nobody should read."""

from __future__ import annotations

import pytest

from app import dmn
from tests.unit.dmn.conftest import SPACE, decision, literal, model


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml:broken"),
        (b"<a/>", "dmn:not-dmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "dmn:not-dmn"),
        (b'<!DOCTYPE d [<!ENTITY e "x">]><d>&e;</d>', "xml:doctype"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "xml:encoding"),
        (b"<a>" * 200 + b"</a>" * 200, "xml:too-deep"),
        (b" " * (5 * 1024 * 1024 + 1), "xml:too-large"),
    ],
)
def test_a_file_that_is_not_read(content: bytes, code: str) -> None:
    with pytest.raises(dmn.DmnError) as caught:
        dmn.read(content)
    assert caught.value.code == code
    assert caught.value.message


def test_boxes_in_too_many_layers_are_refused() -> None:
    with pytest.raises(dmn.DmnError) as caught:
        model(decision("d", "<list>" * 20 + literal("1") + "</list>" * 20))
    assert caught.value.code == "dmn:too-deep"


def test_a_context_of_thousands_of_entries_is_refused() -> None:
    entry = f'<contextEntry><variable name="a"/>{literal("1")}</contextEntry>'
    with pytest.raises(dmn.DmnError) as caught:
        model(decision("d", f"<context>{entry * 1_001}</context>"))
    assert caught.value.code == "dmn:too-large"


@pytest.mark.parametrize(
    "space",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        SPACE,
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    ],
)
def test_every_version_of_dmn_is_read(space: str) -> None:
    text = (
        f'<x:definitions xmlns:x="{space}" namespace="n" name="n"><x:decision id="d" name="d">'
        "<x:literalExpression><x:text>1</x:text></x:literalExpression></x:decision></x:definitions>"
    )
    assert dmn.evaluate(dmn.read(text.encode()), "d", {}).value == 1


def test_what_is_an_extensions_is_left_alone() -> None:
    text = (
        f'<definitions xmlns="{SPACE}" xmlns:o="urn:other" namespace="n" name="n">'
        '<o:decision id="a" name="a"/><decision id="d" name="d"><extensionElements/>'
        "<o:literalExpression/><literalExpression><text>1</text></literalExpression></decision></definitions>"
    )
    read = dmn.read(text.encode())
    assert list(read.elements) == ["d"]
    assert dmn.evaluate(read, "d", {}).value == 1
