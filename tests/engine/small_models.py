"""Small models that several tests look at."""

from __future__ import annotations

from contextlib import ExitStack

from app import engine
from app.definitions.model.graph import Event, Kind
from tests.engine.build import Builder, Course


def line(*names: str) -> Builder:
    """Start → user tasks → end."""
    b = Builder()
    b.start()
    for name in names:
        b.user(name)
    b.end()
    b.flow("start", *names, "end")
    return b


def choice(kind: Kind) -> Builder:
    b = Builder()
    b.start()
    b.node(kind, "x", default="x-c")
    for name in ("a", "b", "c"):
        b.user(name)
    b.flow("start", "x")
    b.flow("x", "a", condition="=n > 1")
    b.flow("x", "b", condition="=n > 2")
    b.flow("x", "c")
    return b


def guarded(event: Event, *, interrupting: bool) -> Builder:
    b = line("a")
    b.boundary("e", "a", event, interrupting=interrupting)
    b.user("extra")
    b.flow("e", "extra")
    return b


def with_sub(**fields: object) -> Builder:
    b = Builder()
    b.start()
    b.node(Kind.SUB_PROCESS, "sub", **fields)
    with b.inside("sub"):
        b.start("sub.start")
        b.user("a")
        b.flow("sub.start", "a")
    b.user("after")
    b.flow("start", "sub", "after")
    return b


def start() -> Builder:
    b = Builder()
    b.start()
    return b


def mend(course: Course, where: str, scope: str = "", **variables: object) -> Course:
    course.do(engine.SetVariables(course.now, scope, variables))
    return course.resolve(where)


def nested(builder: Builder, count: int, inside: str = "") -> Builder:
    """Sub-processes inside each other; in the innermost a task, or a call."""
    with ExitStack() as stack:
        before = "start"
        for number in range(count):
            builder.node(Kind.SUB_PROCESS, f"s{number}")
            builder.flow(before, f"s{number}")
            stack.enter_context(builder.inside(f"s{number}"))
            before = builder.start(f"b{number}")
        builder.call("c", inside) if inside else builder.user("c")
        builder.flow(before, "c")
    return builder


def caught(event: Event, kind: Kind = Kind.CATCH) -> Builder:
    b = Builder()
    b.start()
    b.node(kind, "w", event=event)
    b.user("after")
    b.flow("start", "w", "after")
    return b
