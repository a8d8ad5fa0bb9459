"""Flat for ever: ten thousand rounds of a loop with everything in it cost no more than the first ones."""

from __future__ import annotations

from statistics import median
from time import process_time

import pytest

from app import engine
from app.definitions.model.graph import Kind
from tests.engine.build import Builder, Course, each, timer


def loop() -> Course:
    """A plan that is revised: a boundary timer, a parallel block, a call, and a question to five people."""
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "again")
    b.user("revise", inputs=[("=plan", "draft")])
    b.boundary("remind", "revise", timer("P14D"), interrupting=False)
    b.user("reminded")
    b.flow("remind", "reminded")
    b.node(Kind.PARALLEL, "split")
    b.user(
        "ask",
        loop=each("=people", input_element="who", output_collection="said", output_element="=x"),
    )
    b.call("c", "child", inputs=[("=plan", "plan")], propagate_all_parent=False)
    b.node(Kind.PARALLEL, "join")
    b.node(Kind.EXCLUSIVE, "reached", default="reached-again")
    b.end()
    b.flow("start", "again", "revise", "split", "ask", "join", "reached", "again")
    b.flow("split", "c", "join")
    b.flow("reached", "end", condition="=done")
    child = Builder("child")
    child.start("cs")
    child.user("approve")
    child.end("ce")
    child.flow("cs", "approve", "ce")
    return Course(b, child, plan={"goals": ["a", "b"]}, people=[1, 2, 3, 4, 5], done=False).start()


def round_of(course: Course, number: int, *, done: bool = False) -> int:
    """One round; returns how many commands it took."""
    people = [f"ask#{number}[{index}]" for index in range(5)]
    places = [f"revise#{number}", f"c#{number}/approve#1", *people]
    for where in places:
        course.done(where, done=done)
    course.all.clear()
    return len(places)


def rounds(count: int) -> tuple[dict[int, float], dict[int, int], Course]:
    """Go round; return µs a command and bytes of state around the rounds 10, 100, 1,000 …"""
    course, taken, sizes = loop(), {}, {}
    marks = [mark for mark in (10, 100, 1_000, 10_000) if mark <= count]
    window: list[float] = []
    for number in range(1, count + 1):
        before = process_time()
        commands = round_of(course, number)
        window = [*window[-8:], (process_time() - before) / commands * 1e6]
        if number in marks:
            taken[number], sizes[number] = median(window), len(course.state or b"")
    return taken, sizes, course


@pytest.mark.long
def test_ten_thousand_rounds_are_flat() -> None:
    taken, sizes, course = rounds(10_000)
    assert sizes[10_000] < sizes[10] + 64
    assert sizes[10_000] < 4_096
    assert taken[10_000] < 2 * taken[10]
    round_of(course, 10_001, done=True)
    assert engine.ended(course.state or b"") == "completed"


@pytest.mark.timed
def test_two_hundred_rounds_are_flat() -> None:
    _, sizes, course = rounds(200)
    assert sizes[100] < sizes[10] + 32
    round_of(course, 201, done=True)
    assert course.how == "completed"
