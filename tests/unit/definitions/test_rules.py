"""The doctor's rules: for each, a tiny model that it finds fault with, and the same model mended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.definitions import Surroundings, read_bpmn
from app.definitions.rules import RULES, diagram, repetition
from app.definitions.rules.view import View
from tests.unit.definitions import cases_of_content, cases_of_risk, cases_of_structure
from tests.unit.definitions.tiny_models import Case, repeated, straight, task

CASES = [*cases_of_structure.CASES, *cases_of_content.CASES, *cases_of_risk.CASES]


def run(case: Case, body: str, model: Callable[..., bytes], *, drawn: bool = True) -> list[Any]:
    file = read_bpmn(model(body, roots=case.roots, drawn=drawn))
    return list(case.rule(View(file.processes[0], file, Surroundings(**case.around))))


def name(case: Case) -> str:
    return f"{case.rule.__module__.rpartition('.')[2]}-{case.code}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_rule_finds_what_is_wrong_and_says_why(case: Case, model: Callable[..., bytes]) -> None:
    found = run(case, case.wrong, model, drawn=not case.undrawn)
    assert (case.code, case.element) in {(finding.code, finding.element) for finding in found}
    assert all(finding.message for finding in found)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_rule_is_silent_about_what_is_right(case: Case, model: Callable[..., bytes]) -> None:
    assert run(case, case.right, model) == []


def test_every_rule_is_tried() -> None:
    assert {case.rule for case in CASES} == set(RULES)


def test_a_step_missing_on_the_diagram_is_named(model: Callable[..., bytes]) -> None:
    content = model(straight(task("task"))).replace(b'bpmnElement="x"', b'bpmnElement="y"')
    file = read_bpmn(content)
    found = [
        (finding.code, finding.element) for finding in diagram.check(View(file.processes[0], file))
    ]
    assert found == [("diagram:incomplete", "x")]


def test_a_repetition_of_a_gateway_is_found(model: Callable[..., bytes]) -> None:
    body = repeated('inputCollection="= team"').replace("<task", "<parallelGateway")
    file = read_bpmn(model(body.replace("</task>", "</parallelGateway>")))
    assert "loop:not-activity" in {f.code for f in repetition.check(View(file.processes[0], file))}
