"""What the doctor finds risky: it can be published, and a designer should look at it."""

# ruff: noqa: E501 -- pieces of XML read best on one line each
from __future__ import annotations

from app.definitions.rules import (
    approvals,
    consent,
    dead_ends,
    fields,
    owners,
    splits,
    uncaught,
    variables,
)
from tests.unit.definitions.tiny_models import (
    CODE,
    TIMER,
    Case,
    ext,
    flow,
    on_boundary,
    straight,
    way,
)


def asked(name: str, form: str, more: str = "", title: str = "") -> str:
    """A user task with a form."""
    label = f' name="{title}"' if title else ""
    return f'<userTask id="{name}"{label}>{ext(f"<zeebe:formDefinition formId={chr(34)}{form}{chr(34)}/>{more}")}</userTask>'


def group(name: str) -> str:
    return f'<zeebe:assignmentDefinition candidateGroups="{name}"/>'


def job(name: str, kind: str) -> str:
    return f'<serviceTask id="{name}">{ext(f"<zeebe:taskDefinition type={chr(34)}{kind}{chr(34)}/>")}</serviceTask>'


def then_choice(before: str, *steps: str) -> str:
    """Steps, then a choice on `age`."""
    return (
        f'<startEvent id="s"/>{before}<exclusiveGateway id="g" default="no"/><endEvent id="e1"/><endEvent id="e2"/>'
        f"{way('s', *steps, 'g')}{flow('yes', 'g', 'e1', '= age > 17')}{flow('no', 'g', 'e2')}"
    )


def written_after() -> str:
    """A choice on `age` before the form that asks for it."""
    return (
        f'<startEvent id="s"/><exclusiveGateway id="g" default="no"/>{asked("t", "f")}<endEvent id="e1"/><endEvent id="e2"/>'
        f"{way('s', 'g')}{flow('yes', 'g', 'e1', '= age > 17')}{flow('no', 'g', 't')}{way('t', 'e2')}"
    )


def shared_by(*ways: str) -> str:
    """Consent `c` and a meeting `m`, joined as the ways say."""
    return (
        f'<startEvent id="s"/>{job("c", "consent:record")}{job("m", "meeting:convene")}'
        f'<exclusiveGateway id="g"/><endEvent id="e"/>{"".join(ways)}'
    )


def two_ways(split: str, join: str) -> str:
    """A block of two tasks between two gateways, `g` and `x`."""
    conditions = split == "exclusiveGateway"
    default = ' default="g-b"' if conditions else ""
    return (
        f'<startEvent id="s"/><{split} id="g"{default}/><task id="a"/><task id="b"/><{join} id="x"/><endEvent id="e"/>'
        f"{way('s', 'g', 'b', 'x', 'e')}{flow('f', 'g', 'a', '= ok' if conditions else '')}{way('a', 'x')}"
    )


def multiplying(kind: str) -> str:
    """A loop through a gateway `g` that leads back and out."""
    conditions = kind == "exclusiveGateway"
    default = ' default="g-e"' if conditions else ""
    return (
        f'<startEvent id="s"/><task id="a"/><{kind} id="g"{default}/><endEvent id="e"/>'
        f"{way('s', 'a', 'g', 'e')}{flow('f', 'g', 'a', '= again' if conditions else '')}"
    )


def approval(writer: str, approver: str, title: str = "Godkend indstillingen") -> str:
    write = f'<userTask id="w" name="Skriv indstilling">{ext(group(writer))}</userTask>'
    approve = f'<userTask id="x" name="{title}">{ext(group(approver))}</userTask>'
    return f'<startEvent id="s"/>{write}{approve}<endEvent id="e"/>{way("s", "w", "x", "e")}'


def thrown(inside: str, edge: str = "") -> str:
    """A sub-process that throws an error at its end `x`."""
    end = f'<endEvent id="x"><errorEventDefinition errorRef="err"/></endEvent>{inside}'
    return (
        straight(
            f'<subProcess id="sub"><startEvent id="s2"/>{end}{way("s2", "x")}</subProcess>', "sub"
        )
        + edge
    )


CATCHES = (
    '<boundaryEvent id="b" attachedToRef="sub"><errorEventDefinition errorRef="err"/></boundaryEvent>'
    f'<endEvent id="e3"/>{way("b", "e3")}'
)

KNOWS_AGE = {"form_fields": {"f": frozenset({"age"})}}

CASES = [
    Case(
        variables.check,
        "variable:never-written",
        "yes",
        then_choice('<task id="t"/>', "t"),
        then_choice(asked("t", "f"), "t"),
        around=KNOWS_AGE,
    ),
    Case(
        variables.check,
        "feel:unknown-name",
        "yes",
        then_choice(asked("t", "f"), "t").replace("= age", "= citzen_age"),
        then_choice(asked("t", "f"), "t").replace("= age", "= citizen_age"),
        around={"form_fields": {"f": frozenset({"citizen_age"})}},
    ),
    Case(
        variables.check,
        "variable:read-before-written",
        "yes",
        written_after(),
        then_choice(asked("t", "f"), "t"),
        around=KNOWS_AGE,
    ),
    Case(
        fields.check,
        "form:field-unused",
        "t",
        straight(asked("t", "f"), "t"),
        then_choice(asked("t", "f"), "t"),
        around=KNOWS_AGE,
    ),
    Case(
        fields.check,
        "form:field-never-set",
        "t",
        straight(asked("t", "f"), "t"),
        f'<startEvent id="s"/>{asked("u", "g")}{asked("t", "f")}<endEvent id="e"/>{way("s", "u", "t", "e")}',
        around={
            "form_fields": {"f": frozenset(), "g": frozenset({"total"})},
            "form_shows": {"f": frozenset({"total"})},
            "form_reads": {"f": frozenset({"total"})},
        },
    ),
    Case(
        owners.check,
        "timer:no-owner",
        "x",
        on_boundary(TIMER),
        on_boundary(TIMER).replace(
            '<endEvent id="e2"/>', f'<userTask id="u">{ext(group("a"))}</userTask><endEvent id="e2"/>'
        ).replace(way("x", "e2"), way("x", "u", "e2")),
    ),
    Case(
        approvals.check,
        "approval:own-work",
        "x",
        approval("myndighed", "myndighed"),
        approval("myndighed", "team_leader"),
    ),
    Case(
        approvals.check,
        "approval:own-work",
        "x",
        approval("myndighed", "myndighed"),
        approval("myndighed", "myndighed", "Få borgerens godkendelse"),
    ),
    Case(
        consent.check,
        "consent:bypassed",
        "m",
        shared_by(way("s", "g", "c", "m", "e"), way("g", "m")),
        shared_by(way("s", "g", "c", "m", "e")),
    ),
    Case(
        splits.check,
        "flow:implicit-split",
        "x",
        straight('<task id="x"/>') + f'<endEvent id="e2"/>{way("x", "e2")}',
        straight('<task id="x"/>'),
    ),
    Case(
        dead_ends.check,
        "join:starved",
        "x",
        two_ways("exclusiveGateway", "parallelGateway"),
        two_ways("parallelGateway", "parallelGateway"),
    ),
    Case(
        dead_ends.check,
        "loop:endless",
        "p",
        multiplying("parallelGateway"),
        multiplying("exclusiveGateway"),
    ),
    Case(uncaught.check, "error:uncaught", "x", thrown(""), thrown("", CATCHES), roots=CODE),
]  # fmt: skip
