"""Fixes: each model that a rule finds fault with is mended, loses nothing that was drawn, and runs to an end."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from app.definitions import MENDABLE, FixResult, Severity, Surroundings, findings, fix, library
from app.house import CHECKS
from tests.unit.definitions import cases_of_content, cases_of_risk, cases_of_structure
from tests.unit.definitions.tiny_models import Case
from tests.unit.definitions.to_the_end import run_to_the_end

CASES = [
    case
    for case in [*cases_of_structure.CASES, *cases_of_content.CASES, *cases_of_risk.CASES]
    if case.code in MENDABLE
]
NODE = re.compile(r'<(\w*(?:[Tt]ask|Event|Gateway|[pP]rocess|Activity|transaction)) id="([^"]+)"')
KNOWN = Surroundings(forms=frozenset(), processes={}, decisions={}, jobs=frozenset())


def errors(result: FixResult) -> list[tuple[str, str | None]]:
    """Return what would stop the mended file from being published."""
    draft = library.read_draft({"m.bpmn": result.text.encode(), **result.forms})
    found = library.examine_draft(draft, KNOWN, CHECKS)
    return [
        (one.code, one.element)
        for each in found.values()
        for one in each
        if one.severity is Severity.ERROR
    ]


def lost(before: str, result: FixResult) -> list[str]:
    """Return the ids of flow nodes that are neither in the mended file nor in its report."""
    told = {change.element for change in result.report} | {c.before for c in result.report}
    return [
        found
        for _, found in NODE.findall(before)
        if f'id="{found}"' not in result.text and found not in told
    ]


def name(case: Case) -> str:
    return f"{case.rule.__module__.rpartition('.')[2]}-{case.code}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_what_a_rule_finds_is_mended_and_runs(case: Case, model: Callable[..., bytes]) -> None:
    wrong = model(case.wrong, roots=case.roots, drawn=not case.undrawn)
    result = fix(wrong, around=KNOWN)
    assert (case.code, case.element) not in {(f.code, f.element) for f in findings(result.text)}
    assert errors(result) == []
    assert lost(wrong.decode(), result) == []
    assert result.report, "what was changed is told"
    outcome = run_to_the_end(result)
    assert (outcome.ended, outcome.incidents) == (True, [])


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_mended_file_needs_no_more_mending(case: Case, model: Callable[..., bytes]) -> None:
    once = fix(model(case.wrong, roots=case.roots, drawn=not case.undrawn), around=KNOWN)
    twice = fix(once.text, around=KNOWN)
    assert [(change.code, change.element) for change in twice.report] == []
    assert twice.text == once.text
