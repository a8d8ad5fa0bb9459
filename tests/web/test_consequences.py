"""What follows when a task is sent, read from the model."""

from __future__ import annotations

from app.definitions import Call, Event, Flow, Kind, ModelProcess, Process, Trigger
from app.web.words.consequences import Follows, together, what_follows
from tests.engine.build import Builder


def build(builder: Builder) -> Process:
    return Process(builder.id, nodes=tuple(builder.nodes), flows=tuple(builder.flows))


def test_work_that_happens_by_itself_is_passed_over() -> None:
    b = Builder()
    b.node(Kind.USER, "ask")
    b.node(Kind.SERVICE, "save", name="Gem")
    b.node(Kind.USER, "plan", name="Læg en plan", lane="Tovholder")
    b.flow("ask", "save", "plan")
    assert what_follows(build(b), {}, "ask#1") == (Follows("task", "Læg en plan", "Tovholder"),)


def choice(b: Builder, gateway: str, question: str, **answers: str) -> None:
    b.node(Kind.EXCLUSIVE, gateway, name=question)
    for answer, target in answers.items():
        b.flows.append(Flow(f"{gateway}-{answer}", gateway, target, b.scope, name=answer))


def test_each_way_out_of_a_gateway_has_its_question_and_answer() -> None:
    b = Builder()
    b.node(Kind.USER, "ask")
    b.node(Kind.USER, "go", name="Gå i gang")
    b.node(Kind.END, "end", name="Slut")
    choice(b, "yes", "Siger borgeren ja?", Ja="go", Nej="end")
    b.flow("ask", "yes")
    assert what_follows(build(b), {}, "ask#3") == (
        Follows("task", "Gå i gang", when=(("Siger borgeren ja?", "Ja"),)),
        Follows("end", "Slut", when=(("Siger borgeren ja?", "Nej"),)),
    )


def called_twice() -> tuple[Process, dict[str, ModelProcess]]:
    inner = Builder("inner")
    inner.node(Kind.USER, "review")
    inner.node(Kind.END, "done", name="Færdig")
    choice(inner, "reached", "Er målene nået?", Ja="done", Nej="review")
    inner.flow("review", "reached")
    outer = Builder("outer")
    outer.node(Kind.CALL, "follow_up", call=Call("inner", "deployment"))
    outer.node(Kind.CALL, "closure", name="Afslutning", call=Call("closing", "deployment"))
    outer.node(Kind.CALL, "plan", name="Plan", call=Call("planning", "deployment"))
    choice(outer, "really", "Er målene nået?", Ja="closure", Ret="plan")
    outer.flow("follow_up", "really")
    return build(outer), {"inner": ModelProcess("m", build(inner))}


def test_after_a_called_process_the_caller_goes_on_and_a_question_is_told_once() -> None:
    main, called = called_twice()
    found = what_follows(main, called, "follow_up#1/review#2")
    assert [(one.what, one.name or "review", one.when) for one in found] == [
        ("phase", "Afslutning", (("Er målene nået?", "Ja"),)),
        ("phase", "Plan", (("Er målene nået?", "Ret"),)),
        ("task", "review", (("Er målene nået?", "Nej"),)),
    ]


def test_an_error_end_goes_where_it_is_caught() -> None:
    inner = Builder("inner")
    inner.node(Kind.USER, "ask")
    inner.node(Kind.END, "refused", event=Event(Trigger.ERROR, "no"))
    inner.flow("ask", "refused")
    outer = Builder("outer")
    outer.node(Kind.CALL, "consent", call=Call("inner", "deployment"))
    outer.node(Kind.BOUNDARY, "caught", attached_to="consent", event=Event(Trigger.ERROR, "no"))
    outer.node(Kind.USER, "help", name="Hjælp på anden vis")
    outer.node(Kind.END, "fine")
    outer.flow("consent", "fine")
    outer.flow("caught", "help")
    found = what_follows(
        build(outer), {"inner": ModelProcess("m", build(inner))}, "consent#1/ask#1"
    )
    assert found == (Follows("task", "Hjælp på anden vis"),)


def test_a_loop_ends_and_what_cannot_be_known_is_not_told() -> None:
    b = Builder()
    b.node(Kind.USER, "ask")
    b.node(Kind.SERVICE, "again")
    b.flow("ask", "again")
    b.flow("again", "again")
    assert what_follows(build(b), {}, "ask#1") == ()
    assert what_follows(build(b), {}, "gone#1") == ()
    assert what_follows(build(b), {}, "gone#1/ask#1") == ()


def test_parallel_ways_stand_beneath_one_condition() -> None:
    b = Builder()
    b.node(Kind.USER, "ask")
    b.node(Kind.PARALLEL, "both")
    b.node(Kind.USER, "one", name="Det ene")
    b.node(Kind.CATCH, "two", name="Svar fra skolen", event=Event(Trigger.MESSAGE, "m"))
    b.flow("ask", "both", "one")
    b.flow("both", "two")
    ways = what_follows(build(b), {}, "ask#1")
    assert together(ways) == [
        ((), [Follows("task", "Det ene"), Follows("wait", "Svar fra skolen")])
    ]


def test_where_every_answer_leads_to_the_same_the_question_is_not_told() -> None:
    b = Builder()
    b.node(Kind.USER, "ask")
    b.node(Kind.SERVICE, "alarm")
    b.node(Kind.EXCLUSIVE, "join")
    b.node(Kind.USER, "treat", name="Behandl")
    choice(b, "worry", "Bekymring?", Ja="alarm", Nej="join")
    b.flow("ask", "worry")
    b.flow("alarm", "join", "treat")
    assert what_follows(build(b), {}, "ask#1") == (Follows("task", "Behandl"),)
