"""A diagram as SVG: every node and flow of the file stands in it, escaped, and what is done or waits is marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.definitions import read_bpmn
from app.definitions.picture import picture
from app.definitions.reader import xml

SVG = "{http://www.w3.org/2000/svg}"
WORKFLOWS = Path(__file__).parents[3] / "workflows"
MODELS = sorted(WORKFLOWS.rglob("*.bpmn"))

BARE = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
<userTask id="t" name="&lt;script&gt;alert(1)&lt;/script&gt; &amp; mere"/>
<sequenceFlow id="f2" sourceRef="t" targetRef="e"/><endEvent id="e"/></process></definitions>"""


def titles(svg: str) -> list[str]:
    return [found.text or "" for found in xml.parse(svg.encode()).iter(f"{SVG}title")]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_node_and_flow_of_a_model_is_drawn(path: Path) -> None:
    content = path.read_bytes()
    process = read_bpmn(content).processes[0]
    svg = picture(content, "Model")
    told = titles(svg)
    for node in process.nodes:
        assert " ".join((node.name or node.id).split()) in told, node.id
    drawn = xml.parse(svg.encode())
    assert len(list(drawn.iter(f"{SVG}polyline"))) >= len(process.flows)


def test_what_is_done_and_where_the_course_stands_is_said_in_words_too() -> None:
    told = titles(picture(BARE, "Lille", done=["s"], here=["t"]))
    assert told[0] == "Lille"
    assert "s: udført" in told
    assert "<script>alert(1)</script> & mere: står her" in told


def test_a_file_without_a_diagram_is_laid_out_and_its_texts_are_escaped() -> None:
    svg = picture(BARE, 'To "ord"')
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg
    assert len(list(xml.parse(svg.encode()).iter(f"{SVG}polyline"))) == 2


def test_numbers_that_are_none_or_beyond_all_bounds_draw_nothing_wild() -> None:
    drawn = picture(BARE, "x").encode()
    assert b"nan" not in drawn
    from app.definitions.layout import draw

    broken = draw(BARE).replace(b'x="', b'x="1e99', 1).replace(b'y="', b'y="nan', 2)
    assert "nan" not in picture(broken, "x")
    assert "e+" not in picture(broken, "x")
