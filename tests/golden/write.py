"""Write golden journals: `python -m tests.golden.write` writes those that are not there yet, and none over.

A new one is a function here that drives a course; its name is the file's. See README.md for when to add one.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from app import canonical, engine
from app.definitions import Event, Kind, Process, TimerKind, Trigger
from tests.engine import walks
from tests.engine.build import (
    Builder,
    Course,
    each,
    escalation,
    fault,
    message,
    signal,
    timer,
)
from tests.golden import graphs
from tests.golden.check import HERE, Recorded

WALKS = (0, 5, 8, 10, 11, 16, 20, 22, 23, 24, 27, 32, 33, 39, 47, 50)
SIZE = 20


class Golden(Course):
    """A course that notes what it is asked and what came of it."""

    def __init__(
        self, builder: Builder, *called: Builder, versions: Any = (), **variables: Any
    ) -> None:
        super().__init__(builder, *called, **variables)
        self.process = builder.process()
        self.callables = {b.id: b.process() for b in called}
        self.versions = {f"{b.id}-{number}": b.process() for number, b in enumerate(versions)}
        self.callees = Recorded({name: graphs.encode(one) for name, one in self.versions.items()})
        self.steps: list[dict[str, Any]] = []

    def newest(self, **versions: str) -> Golden:
        """Publish: what calls of latest find from now on."""
        self.callees.called = versions
        return self

    def do(self, command: engine.Command) -> Course:
        super().do(command)
        self.steps.append(step(command, self.state or b"", self.said(engine.ProcessCalled)))
        return self


def step(command: engine.Command, state: bytes, called: list[Any] = []) -> dict[str, Any]:  # noqa: B006 -- never changed
    """One command, and the digest of the state after it."""
    found = {"command": engine.encode_command(command), "state": sha256(state).hexdigest()}
    return found | ({"called": {e.process_id: e.version for e in called}} if called else {})


def write(
    name: str,
    process: Process,
    others: tuple[dict[str, Process], dict[str, Process]],
    steps: list[dict[str, Any]],
    last: bytes,
) -> None:
    """Write one golden journal, unless it is there."""
    path = HERE / f"{name}.json"
    if path.exists():
        return
    callables, versions = others
    text = canonical.dumps(
        {
            "rules": engine.RULES,
            "process": graphs.encode(process),
            "callables": {name: graphs.encode(one) for name, one in callables.items()},
            "versions": {name: graphs.encode(one) for name, one in versions.items()},
            "steps": steps,
            "last": last.decode(),
        }
    )
    path.write_text(f"{text}\n", encoding="utf-8")
    print(f"{path.name}: {len(steps)} commands")  # noqa: T201 -- a program for people


def write_walk(seed: int) -> None:
    """A random model with all kinds of elements and variables, walked at random."""
    steps: list[dict[str, Any]] = []
    last = b""

    def decide(model: Any, state: Any, command: Any) -> engine.Decision:
        nonlocal last
        decision = engine.decide(model, state, command)
        last = decision.state
        steps.append(step(command, last))
        return decision

    walks.walk(seed, SIZE, 30, decide=decide)
    process, called = walks.processes_of(seed, SIZE)
    write(f"walk_{seed}", process, (called, {}), steps, last)


def start(**fields: Any) -> Builder:
    b = Builder()
    b.start(**fields)
    return b


def waiting() -> Golden:
    """Timers of each kind, across both changes of the clock; messages, signals and conditions beside them."""
    b = start()
    b.node(Kind.PARALLEL, "split")
    b.user("a")
    b.boundary("daily", "a", timer("R3/P1D", TimerKind.CYCLE), interrupting=False)
    b.boundary("cron", "a", timer("0 30 2 * * *", TimerKind.CYCLE), interrupting=False)
    b.boundary("high", "a", Event(Trigger.CONDITIONAL, condition="=n > 10"), interrupting=False)
    b.boundary("stop", "a", signal("stop"))
    for name in ("daily", "cron", "high", "stop"):
        b.user(f"u_{name}")
        b.flow(name, f"u_{name}")
    b.node(Kind.EVENT_BASED, "race")
    b.node(Kind.CATCH, "answer", event=message("answer", "=id"))
    b.node(
        Kind.CATCH, "by_date", event=timer('=date and time("2027-04-30T12:00:00Z")', TimerKind.DATE)
    )
    b.node(Kind.RECEIVE, "letter", event=message("letter", "=id"))
    b.node(Kind.THROW, "jump", event=Event(Trigger.LINK, "on"))
    b.node(Kind.CATCH, "land", event=Event(Trigger.LINK, "on"))
    b.node(Kind.END, "say", event=signal("stop"), inputs=[("=answer", "why")])
    b.flow("start", "split", "a")
    b.flow("split", "race", "answer", "letter", "jump")
    b.flow("race", "by_date")
    b.flow("land", "say")
    course = Golden(b, id="k-1", n=1)
    course.now = course.now.replace(day=26, hour=22)
    course.start().tick("daily", days=1).tick("cron", hours=9)
    course.do(engine.SetVariables(course.now, variables={"n": 11})).tick("daily", days=1)
    course.message("answer", answer="ja").message("letter").tick("cron", days=2)
    course.do(engine.SetVariables(course.now, variables={"n": 1}))
    course.do(engine.SetVariables(course.now, variables={"n": 12}))
    course.signal("stop", why="nok").done("u_stop")
    return course


def working() -> Golden:
    """Jobs that fail, errors and escalations that are caught, incidents that are mended, scopes and collections."""
    b = start()
    b.service("fetch", retries="=tries")
    b.boundary("oops", "fetch", fault("E1"))
    b.user("by_hand")
    b.script("sum", "=sum(for x in amounts return x * 1.1)", "total")
    b.node(Kind.EXCLUSIVE, "big", default="big-small")
    b.call("grant", "grant", inputs=[("=total", "total")], propagate_all_parent=False)
    b.boundary("asked", "grant", escalation("ask"), interrupting=False)
    b.user("told")
    b.user("small")
    b.node(Kind.MANUAL, "letter")
    b.end()
    b.flow("start", "fetch", "sum", "big")
    b.flow("big", "grant", condition="=total > limit")
    b.service("pay", "pay", outputs=[("=receipt.number", "paid.by")])
    b.flow("grant", "letter", "pay", "end")
    b.flow("oops", "by_hand", "sum")
    b.flow("big", "small", "letter")
    b.flow("asked", "told")
    child = Builder("grant")
    child.start("gs")
    child.user(
        "vote",
        loop=each(
            '=["ann", "bo", "cy"]',
            input_element="who",
            output_collection="votes",
            output_element="={who: who, yes: yes}",
            completion_condition="=numberOfCompletedInstances >= 2",
        ),
    )
    child.node(Kind.THROW, "ask", event=escalation("ask"))
    child.node(Kind.INCLUSIVE, "which", default="which-file")
    child.user("file")
    child.user("tell")
    child.node(Kind.INCLUSIVE, "both")
    child.node(Kind.END, "done", event=Event(Trigger.TERMINATE))
    child.flow("gs", "vote", "ask", "which", "file", "both", "done")
    child.flow("which", "tell", condition="=votes[1].yes")
    child.flow("tell", "both")
    course = Golden(b, child, tries=2, limit=10)
    course.start()
    course.do(engine.FailJob(course.now, "fetch#1", 1, "nede"))
    course.do(engine.FailJob(course.now, "fetch#1", 0, "nede"))
    course.do(engine.UpdateRetries(course.now, "fetch#1", 3)).resolve("fetch#1")
    course.do(engine.ThrowError(course.now, "fetch#1", "E1", "findes ikke", {"why": "væk"}))
    course.done("by_hand", amounts=None)
    course.do(engine.SetVariables(course.now, variables={"total": Decimal("36.30")})).resolve(
        "big#1"
    )
    course.done("grant#1/vote#1[2]", yes=False).done("grant#1/vote#1[0]", yes=True)
    course.done("told").done("tell").job("pay", receipt={"number": 7})
    return course


def operated() -> Golden:
    """Calls of latest, a course that is suspended, moved, resumed and cancelled."""

    def child(task: str) -> Builder:
        c = Builder("child")
        c.start("cs")
        c.user(task)
        c.flow("cs", task)
        return c

    b = start()
    b.user("a")
    b.call("c", "child", binding="latest", loop=each("=[1, 2]", sequential=True))
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("in")
        b.user("x")
        b.user("y")
        b.flow("in", "x", "y")
        b.node(Kind.EVENT_SUB_PROCESS, "esp")
        with b.inside("esp"):
            b.start("again", message("again"), interrupting=False)
            b.user("z")
            b.flow("again", "z")
    b.flow("start", "a", "c", "sub")
    course = Golden(b, versions=(child("old"), child("new")))
    course.newest(child="child-0").start().done("a")
    course.newest(child="child-1").done("old").done("new")
    course.message("again").message("again")
    course.do(engine.Suspend(course.now))
    course.do(engine.MoveToken(course.now, (("sub#1", "y"),), ("sub#1/x#1",)))
    course.do(engine.Resume(course.now))
    course.now += timedelta(days=1)
    course.done("sub#1/esp#2/z#1").do(engine.Cancel(course.now))
    return course


def opened() -> Golden:
    """Tokens put by hand into sub-processes that do not run, two layers deep, beside one that runs; and away again."""
    b = start()
    b.user("a")
    b.node(Kind.SUB_PROCESS, "outer", inputs=[("=n + 1", "own")])
    b.boundary("late", "outer", timer("P1D"), interrupting=False)
    b.user("reminded")
    with b.inside("outer"):
        b.start("in")
        b.user("x")
        b.node(Kind.SUB_PROCESS, "inner", inputs=[("=own * 10", "deep")], outputs=[("=deep", "n")])
        with b.inside("inner"):
            b.start("deep_in")
            b.user("y")
            b.user("z")
            b.flow("deep_in", "y", "z")
        b.node(Kind.EVENT_SUB_PROCESS, "esp")
        with b.inside("esp"):
            b.start("again", message("again"), interrupting=False)
            b.user("heard")
            b.flow("again", "heard")
        b.flow("in", "x", "inner")
    b.user("after")
    b.flow("start", "a", "outer", "after")
    b.flow("late", "reminded")
    course = Golden(b, n=1)
    course.start()
    course.do(engine.MoveToken(course.now, (("", "z"),), ("a#1",)))
    course.message("again").tick("late", days=1)
    course.do(engine.MoveToken(course.now, (("outer#1", "x"),), ("outer#1/inner#1/z#1",)))
    course.do(engine.MoveToken(course.now, (("outer#1", "y"), ("", "a"))))
    course.done("outer#1/x#1").done("outer#1/inner#2/y#1").done("outer#1/inner#2/z#1")
    course.do(engine.MoveToken(course.now, (), ("outer#1",)))
    course.done("a")
    return course


def main() -> None:
    """Write what is missing."""
    for seed in WALKS:
        write_walk(seed)
    for make in (waiting, working, operated, opened):
        course = make()
        others = (course.callables, course.versions)
        write(make.__name__, course.process, others, course.steps, course.state or b"")


if __name__ == "__main__":
    main()
