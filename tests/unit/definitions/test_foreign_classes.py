"""What real foreign drawings taught: one small drawing of ours for each class of failure that they showed."""
# ruff: noqa: E501 -- pieces of XML read best on one line each

from __future__ import annotations

import json
import re

import pytest

from app.definitions import FixResult, fix
from tests.unit.definitions.test_fixes import KNOWN, errors, lost
from tests.unit.definitions.tiny_models import flow, straight, way
from tests.unit.definitions.to_the_end import Town, run_to_the_end

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def mended(inside: str, beside: str = "") -> FixResult:
    """Mend a process of these elements; nothing is lost, the file publishes, and mending again changes nothing."""
    text = f'<definitions xmlns="{BPMN}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><process id="p">{inside}</process>{beside}</definitions>'
    result = fix(text, around=KNOWN)
    assert errors(result) == []
    assert lost(text, result) == []
    assert fix(result.text, around=KNOWN).text == result.text
    return result


class Silent(Town):
    """A town where nobody ever fills anything in."""

    def _answers(self, form_id: str) -> dict[str, object]:
        return {}


class First(Town):
    """A town where everybody takes the first answer."""

    def __init__(self, result: FixResult, seed: int) -> None:
        super().__init__(result, seed)
        read = [json.loads(form) for form in result.forms.values()]
        self.asked = {form["id"]: form["components"] for form in read}

    def _answers(self, form_id: str) -> dict[str, object]:
        first = {part["key"]: part["values"][0]["value"] for part in self.asked[form_id]}
        lists = {part["key"] for part in self.asked[form_id] if part["type"] == "checklist"}
        return {key: [value] if key in lists else value for key, value in first.items()}


@pytest.mark.parametrize("wish", ["Start", "End", "Root", "_x", "Sæt_i_gang"])
def test_whatever_an_element_is_called_it_runs(wish: str) -> None:
    """Given an id that the engine uses for itself, the course runs all the same."""
    result = mended(
        f'<startEvent id="{wish}"/><task id="t"/><endEvent id="e"/>{way(wish, "t", "e")}'
    )
    assert run_to_the_end(result).path == [wish, "t", "e"]


def test_links_without_arrows_are_reached_by_their_own_links() -> None:
    """Given jumps that nothing leads to, what throws them is begun, and what they land on is not."""
    link = '<intermediate{}Event id="{}"><linkEventDefinition name="{}"/></intermediate{}Event>'
    result = mended(
        straight('<task id="x"/>')
        + link.format("Catch", "in_a", "A", "Catch")
        + link.format("Catch", "in_b", "B", "Catch")
        + link.format("Throw", "out_a", "A", "Throw")
        + link.format("Throw", "out_b", "B", "Throw")
    )
    assert run_to_the_end(result).ended
    assert {"in_a", "in_b"} <= set(run_to_the_end(result).path)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("timeDate", "=foo"),
        ("timeDuration", "= ventetid"),
        ("timeDate", '= bestilt + duration("P3D")'),
    ],
)
def test_a_timer_that_reads_what_nothing_writes_takes_a_day(kind: str, said: str) -> None:
    waits = f'<intermediateCatchEvent id="x"><timerEventDefinition><{kind}>{said}</{kind}></timerEventDefinition></intermediateCatchEvent>'
    result = mended(straight(waits))
    outcome = run_to_the_end(result)
    assert (outcome.ended, outcome.incidents) == (True, [])
    told = [change for change in result.report if change.code == "variable:never-written"]
    assert [(change.element, change.before) for change in told] == [("x", said)]
    assert result.forms == {}, "nobody is asked to tick off a point in time"


def test_what_nobody_knows_beside_the_processes_is_kept() -> None:
    result = mended(
        straight('<task id="x"/>'), '<somethingElse id="odd" a="b">text</somethingElse>'
    )
    assert "element:unknown" in {change.code for change in result.report}
    assert re.search(r'name="somethingElse" value="odd text"', result.text)
    assert run_to_the_end(result).ended


LOOP = (
    '<startEvent id="s"/><task id="t"/><exclusiveGateway id="g" name="Er alt med?"/><endEvent id="e"/>'
    f'{way("s", "t", "g")}<sequenceFlow id="back" name="Nej" sourceRef="g" targetRef="t"/>'
    '<sequenceFlow id="on" name="Ja" sourceRef="g" targetRef="e"/>'
)


@pytest.mark.parametrize("town", [Silent, First])
def test_a_question_leads_on_before_it_leads_back(town: type[Town]) -> None:
    """Given a loop as students draw them, who answers nothing, or takes what is offered first, comes to an end."""
    for drawing in (LOOP, LOOP.replace("Nej", "Ja, igen").replace("exclusive", "inclusive")):
        assert town(mended(drawing), 1).run(100).ended


def test_ways_are_offered_as_they_were_drawn_where_none_leads_back() -> None:
    drawing = (
        '<startEvent id="s"/><exclusiveGateway id="g"/><task id="a"/><endEvent id="e1"/><endEvent id="e2"/>'
        f"{way('s', 'g')}{flow('long', 'g', 'a')}{way('a', 'e1')}{flow('short', 'g', 'e2')}"
    )
    (form,) = mended(drawing).forms.values()
    assert form.index("»a«".encode()) < form.index("»e2«".encode())


@pytest.mark.parametrize("condition", ["${!repeat}", "#{not repeat}", "${repeat}"])
def test_a_condition_on_an_answer_that_was_not_given_is_no_incident(condition: str) -> None:
    """Given a condition of another engine that is neither true nor false without an answer, the other way is gone."""
    drawing = (
        '<startEvent id="s"/><userTask id="u"><extensionElements xmlns:camunda="http://camunda.org/schema/1.0/bpmn">'
        '<camunda:formData><camunda:formField id="repeat" type="boolean"/></camunda:formData></extensionElements></userTask>'
        '<exclusiveGateway id="g"/><endEvent id="e1"/><endEvent id="e2"/>'
        f"{way('s', 'u', 'g')}{flow('f1', 'g', 'e1', condition)}{flow('f2', 'g', 'e2')}"
    )
    outcome = Silent(mended(drawing), 1).run(20)
    assert (outcome.ended, outcome.incidents) == (True, [])


def test_what_nothing_leads_to_begins_once_however_much_it_is() -> None:
    """Given many loose steps, each is led to once, and a chain of them by its first."""
    loose = "".join(f'<task id="t{number}"/>' for number in range(30))
    result = mended(straight('<task id="x"/>') + loose + way("t1", "t2", "t3"))
    led = [change.element for change in result.report if change.code == "flow:unreachable"]
    assert len(led) == len(set(led)) == 28
    assert {"t2", "t3"}.isdisjoint(led)
    assert run_to_the_end(result).ended


def test_many_joins_that_starve_are_all_loosened() -> None:
    """Given more joins after choices than are looked at one by one, the course still comes to an end."""
    parts, last = '<startEvent id="s"/><endEvent id="e"/>', "s"
    for n in range(40):
        parts += f'<exclusiveGateway id="g{n}"/><task id="a{n}"/><task id="b{n}"/><parallelGateway id="j{n}"/>'
        parts += way(last, f"g{n}", f"a{n}", f"j{n}") + way(f"g{n}", f"b{n}", f"j{n}")
        last = f"j{n}"
    result = mended(parts + way(last, "e"))
    assert run_to_the_end(result).ended


def test_comments_of_a_file_stay_where_they_stood() -> None:
    """Given comments before, between and after the elements, they are there when all else is mended."""
    text = (
        f'<!-- first --><definitions xmlns="{BPMN}"><process id="p"><!-- about t --><task id="t"/>'
        "<!-- at the end --></process></definitions><!-- last -->"
    )
    once = fix(text).text
    assert [said.strip() for said in re.findall("<!--(.*?)-->", once)] == [
        "first",
        "about t",
        "at the end",
        "last",
    ]
    assert re.search(r"<!-- about t -->\s*<task", once)
    assert fix(once).text == once


def test_who_always_takes_the_last_answer_comes_to_an_end_where_several_lead_on() -> None:
    """Given ways on and a way back, first and last of what is offered lead on."""
    drawing = LOOP + f'<task id="u"/>{flow("away", "g", "u")}{way("u", "e")}'
    (form,) = mended(drawing).forms.values()
    offered = [one["label"] for one in json.loads(form)["components"][0]["values"]]
    assert offered == ["Ja", "Nej", "Videre til »u«"]


def test_a_conversation_that_nobody_can_run_is_kept() -> None:
    result = fix(
        f'<definitions xmlns="{BPMN}"><globalConversation id="g"/></definitions>', around=KNOWN
    )
    assert not errors(result)
    assert "globalConversation" in result.text
