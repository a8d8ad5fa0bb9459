"""Layout: rules that every picture keeps, over the project's own models and random ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.definitions import Flow, Kind, Node, Process, read_bpmn
from app.definitions.layout import draw, lay_out
from tests.unit.definitions.pictures import label_problems, problems, random_process

MODELS = sorted((Path(__file__).parents[3] / "workflows").glob("*/*.bpmn"))


def _line(*nodes: Node, flows: tuple[tuple[str, str], ...], lanes: tuple[str, ...] = ()) -> Process:
    made = tuple(Flow(f"{a}_{b}", a, b, "p") for a, b in flows)
    return Process("p", nodes=nodes, flows=made, lanes=lanes)


def _node(name: str, kind: Kind = Kind.USER, **more: str) -> Node:
    return Node(name, kind, "p", **more)


@pytest.mark.parametrize("seed", range(24))
def test_a_random_process_keeps_the_rules(seed: int) -> None:
    process = random_process(seed)
    assert list(problems(process, lay_out(process))) == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_our_own_models_keep_the_rules_and_their_labels_stand_free(path: Path) -> None:
    process = read_bpmn(path.read_bytes()).processes[0]
    picture = lay_out(process, pool=True)
    assert list(problems(process, picture)) == []
    assert list(label_problems(picture)) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_same_process_gives_the_same_picture(seed: int) -> None:
    assert lay_out(random_process(seed)) == lay_out(random_process(seed))


def test_steps_in_a_row_stand_left_to_right_on_one_line() -> None:
    picture = lay_out(
        _line(
            _node("s", Kind.START), _node("a"), _node("e", Kind.END), flows=(("s", "a"), ("a", "e"))
        )
    )
    centres = [picture.shapes[name].centre for name in ("s", "a", "e")]
    assert [c.x for c in centres] == sorted(c.x for c in centres)
    assert len({c.y for c in centres}) == 1
    assert all(len(points) == 2 for points in picture.edges.values())


def test_a_loop_goes_back_above_the_steps() -> None:
    picture = lay_out(
        _line(
            _node("s", Kind.START),
            _node("m", Kind.EXCLUSIVE),
            _node("a"),
            _node("g", Kind.EXCLUSIVE),
            _node("e", Kind.END),
            flows=(("s", "m"), ("m", "a"), ("a", "g"), ("g", "e"), ("g", "m")),
        )
    )
    assert min(point.y for point in picture.edges["g_m"]) < picture.shapes["a"].y
    assert picture.shapes["g"].x > picture.shapes["a"].x > picture.shapes["m"].x


def test_a_boundary_event_sits_on_its_hosts_edge_with_its_branch_below() -> None:
    picture = lay_out(
        _line(
            _node("s", Kind.START),
            _node("a"),
            _node("b", Kind.BOUNDARY, attached_to="a"),
            _node("late"),
            _node("e", Kind.END),
            flows=(("s", "a"), ("a", "e"), ("b", "late")),
        )
    )
    host, event = picture.shapes["a"], picture.shapes["b"]
    assert event.centre.y == host.bottom
    assert host.x < event.centre.x < host.right
    assert picture.shapes["late"].y > host.bottom


def test_a_boundary_event_sits_on_the_upper_edge_when_its_branch_is_in_a_lane_above() -> None:
    picture = lay_out(
        _line(
            _node("a", lane="low"),
            _node("b", Kind.BOUNDARY, attached_to="a", lane="low"),
            _node("late", lane="high"),
            flows=(("b", "late"),),
            lanes=("high", "low"),
        )
    )
    assert picture.shapes["b"].centre.y == picture.shapes["a"].y
    assert picture.lanes["high"].bottom == picture.lanes["low"].y


def test_event_sub_processes_stand_side_by_side_below_everything_else() -> None:
    inner = [
        Node(f"{name}_{part}", kind, name)
        for name in ("x", "y")
        for part, kind in (("start", Kind.START), ("end", Kind.END))
    ]
    process = _line(
        _node("s", Kind.START),
        _node("a"),
        _node("x", Kind.EVENT_SUB_PROCESS),
        _node("y", Kind.EVENT_SUB_PROCESS),
        flows=(("s", "a"),),
    )
    picture = lay_out(replace(process, nodes=(*process.nodes, *inner)))
    x, y = picture.shapes["x"], picture.shapes["y"]
    assert x.y == y.y > picture.shapes["a"].bottom
    assert y.x > x.right
    assert x.contains(picture.shapes["x_end"])


def test_an_empty_process_and_an_empty_lane_are_drawn_too() -> None:
    assert lay_out(Process("p")).shapes == {}
    picture = lay_out(_line(_node("a", lane="one"), flows=(), lanes=("one", "two")))
    assert picture.lanes["two"].height > 0


def test_a_step_that_leads_to_itself_gets_a_loop() -> None:
    process = _line(_node("a"), flows=(("a", "a"),))
    assert list(problems(process, lay_out(process))) == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_writing_the_diagram_changes_nothing_else(path: Path) -> None:
    before = path.read_bytes()
    after = draw(before)
    assert after == before, "workflows/ are drawn by this layout: run `forloeb model fix`"
    again = read_bpmn(after)
    assert {n.id for n in again.processes[0].nodes} <= again.drawn


def test_a_lane_that_holds_lanes_lies_around_them() -> None:
    drawn = draw(
        b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:t">
        <collaboration id="c"><participant id="pool" processRef="p"/></collaboration>
        <process id="p" isExecutable="true"><laneSet id="ls"><lane id="outer" name="Outer"><childLaneSet id="cs">
        <lane id="one" name="One"><flowNodeRef>s</flowNodeRef></lane>
        <lane id="two" name="Two"><flowNodeRef>e</flowNodeRef></lane>
        </childLaneSet></lane></laneSet>
        <startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>
        </process></definitions>"""
    )
    heights = {
        shape.get("bpmnElement"): int(shape[0].get("height"))
        for shape in _shapes(drawn)
        if shape.get("bpmnElement") in {"outer", "one", "two", "pool"}
    }
    assert heights["outer"] == heights["one"] + heights["two"] == heights["pool"]


def _shapes(content: bytes) -> list:
    from lxml import etree

    return list(etree.fromstring(content).iter("{*}BPMNShape"))
