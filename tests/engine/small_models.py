"""Small models that several tests look at."""

from __future__ import annotations

from app.definitions.graph import Event, Kind
from tests.engine.build import Builder


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
