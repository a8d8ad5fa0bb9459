"""Large files: twice the drawing is twice the work, whatever it is that there is much of."""

# ruff: noqa: E501 -- pieces of XML read best on one line each
from __future__ import annotations

import cProfile
from collections.abc import Callable
from pstats import Stats

import pytest

from app.definitions import findings, fix

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
START = '<startEvent id="s"/><task id="t"/><sequenceFlow id="st" sourceRef="s" targetRef="t"/>'
SIZE = 60


def flow(key: object, source: object, target: object, label: str = "") -> str:
    return f'<sequenceFlow id="f{key}" sourceRef="{source}" targetRef="{target}" name="{label}"/>'


def process(number: int, body: str) -> str:
    return f'<process id="p{number}">{body}</process>'


def loose(count: int) -> str:
    return process(1, "".join(f'<task id="t{i}" name="Trin {i}"/>' for i in range(count)))


def ways_out_of_one(count: int) -> str:
    ways = (
        f'<task id="w{i}"/>{flow(i, "g", f"w{i}", f"Svar nr. {i}, og mere om det")}'
        for i in range(count)
    )
    return process(1, f'{START}<exclusiveGateway id="g"/>{flow("x", "t", "g")}{"".join(ways)}')


def row(count: int, step: Callable[[int], str]) -> str:
    steps = (f"{step(i)}{flow(i, f'r{i - 1}' if i else 't', f'r{i}')}" for i in range(count))
    return process(1, START + "".join(steps))


def starved_joins(count: int) -> str:
    def block(i: int) -> str:
        ways = "".join(
            f'<task id="{way}{i}"/>{flow(f"{way}{i}", f"g{i}", f"{way}{i}", way)}{flow(f"{way}o{i}", f"{way}{i}", f"r{i}")}'
            for way in "ab"
        )
        return f'<exclusiveGateway id="g{i}"/><parallelGateway id="r{i}"/>{ways}{flow(f"g{i}", f"r{i - 1}" if i else "t", f"g{i}")}'

    return process(1, START + "".join(block(i) for i in range(count)))


def pools(count: int) -> str:
    talk = "".join(f'<participant id="a{i}" processRef="p{i}"/>' for i in range(count))
    return f'<collaboration id="c">{talk}</collaboration>' + "".join(
        process(i, f'<task id="t{i}"/>') for i in range(count)
    )


def errors(count: int) -> str:
    end = "<errorEventDefinition/>"
    return row(
        count,
        lambda i: (
            f'<subProcess id="r{i}"><startEvent id="b{i}"/><endEvent id="e{i}">{end}</endEvent>{flow(f"e{i}", f"b{i}", f"e{i}")}</subProcess>'
        ),
    )


def repeated_ids(count: int) -> str:
    return process(1, "".join(f'<task id="t"/>{flow("", "t", "t")}' for _ in range(count)))


SHAPES: dict[str, Callable[[int], str]] = {
    "loose steps": loose,
    "ways out of one gateway": ways_out_of_one,
    "calls": lambda count: row(count, lambda i: f'<callActivity id="r{i}" name="Kald {i}"/>'),
    "joins that starve": starved_joins,
    "pools": pools,
    "errors that nothing catches": errors,
    "one id many times": repeated_ids,
}


def calls(of: Callable[[str], object], body: str) -> int:
    counted = cProfile.Profile()
    counted.runcall(of, f'<definitions xmlns="{BPMN}">{body}</definitions>')
    return int(Stats(counted).total_calls)


@pytest.mark.parametrize("work", [findings, fix], ids=["examine", "mend"])
@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_drawing_is_twice_the_work(shape: str, work: Callable[[str], object]) -> None:
    """Given a drawing and one with twice as much, examining or mending it takes at most 2.6 times the calls."""
    calls(work, SHAPES[shape](5))
    once, twice = (calls(work, SHAPES[shape](count)) for count in (SIZE, 2 * SIZE))
    assert twice / once < 2.6, (once, twice)
