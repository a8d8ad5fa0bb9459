"""Every course's scenarios go as they say, and `forloeb model test` tells where one does not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import commands
from app.errors import DefinitionError
from app.house import open_house
from app.studio.rehearsal import run_tests
from app.studio.scenario import read_scenario
from tests.workflows.library import ROOT

COURSES = sorted(path.parent for path in ROOT.glob("workflows/*/scenarios"))
BASE = json.loads((ROOT / "workflows/youth/scenarios/raad_er_nok.json").read_text("utf-8"))


@pytest.mark.parametrize("course", COURSES, ids=lambda path: path.name)
def test_the_scenarios_of_a_course_go_as_they_say(course: Path) -> None:
    results = list(run_tests(course, open_house))
    assert len(results) >= 5
    assert {result.scenario.name: result.lines() for result in results if result.findings} == {}


@pytest.mark.parametrize("course", COURSES, ids=lambda path: path.name)
def test_a_scenario_expects_a_way_and_an_end_or_open_tasks(course: Path) -> None:
    for file in sorted(course.glob("scenarios/*.json")):
        scenario = read_scenario(file)
        assert scenario.why, file.name
        assert scenario.path, file.name
        assert scenario.end or scenario.open or scenario.steps[-1].act != "expect", file.name


def _folder(tmp_path: Path, **changes: Any) -> Path:
    """Return a folder with our youth course, and one scenario of it, changed."""
    course = tmp_path / "workflows" / "youth"
    (course / "scenarios").mkdir(parents=True)
    for shelf in ("workflows/shared", "forms"):
        shutil.copytree(ROOT / shelf, tmp_path / shelf)
    (course / "model.bpmn").write_bytes((ROOT / "workflows/youth/model.bpmn").read_bytes())
    (course / "scenarios" / "one.json").write_text(json.dumps({**BASE, **changes}), "utf-8")
    return course


@pytest.mark.parametrize(
    ("changes", "at", "expected", "found"),
    [
        ({"end": "not_taking_part"}, "end", "not_taking_part", "no_course"),
        ({"path": ["phase_consent"]}, "path", "phase_consent", "close_inquiry"),
        ({"avoids": ["close_inquiry"]}, "avoids", "ikke close_inquiry", "close_inquiry"),
        ({"steps": ["call_back"]}, "trin 1 (task call_back)", "call_back er åben", "register_inq"),
        (
            {"steps": [{"message": "consent_of_nobody"}]},
            "trin 1 (message consent_of_nobody)",
            "venter på beskeden",
            "ingen",
        ),
        (
            {"steps": [{"task": "register_inquiry", "answers": {"channel": "pigeon"}}]},
            "trin 1 (task register_inquiry)",
            "svarene bliver taget imod",
            "form:invalid",
        ),
        (
            {"steps": [{"task": "register_inquiry", "refused": "form:invalid"}]},
            "trin 1 (task register_inquiry)",
            "afvisning form:invalid",
            "svarene blev taget imod",
        ),
        (
            {"steps": ["register_inquiry", {"expect": {"due": {"treat_inquiry": "2031"}}}]},
            "trin 2 (expect)",
            "treat_inquiry har fristen 2031",
            "2026-11-03",
        ),
    ],
)
def test_what_differs_is_told_with_its_step(
    tmp_path: Path, changes: dict[str, Any], at: str, expected: str, found: str
) -> None:
    (result,) = run_tests(_folder(tmp_path, **changes), open_house)
    (finding, *_) = result.findings
    said = f"trin {finding.step} ({finding.about})" if finding.step else finding.about
    assert said == at
    assert expected in finding.expected
    assert found in finding.found


def test_the_command_ends_with_one_when_something_differs(tmp_path: Path) -> None:
    course = _folder(tmp_path, end="not_taking_part")
    ran = CliRunner().invoke(commands, ["model", "test", str(course)])
    assert ran.exit_code == 1
    assert "ventet: not_taking_part" in ran.output
    assert "1 scenarier, 1 med afvigelser." in ran.output
    as_json = CliRunner().invoke(commands, ["model", "test", str(course), "--json"])
    (one,) = json.loads(as_json.output)["scenarios"]
    assert one["passed"] is False
    assert one["findings"][0]["expected"] == "not_taking_part"


def test_the_command_ends_with_nought_when_all_is_well(tmp_path: Path) -> None:
    ran = CliRunner().invoke(commands, ["model", "test", str(_folder(tmp_path))])
    assert (ran.exit_code, "✓ youth/one.json: Råd er nok" in ran.output) == (0, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps": [{"task": "a", "wait": "P1D"}]}, "Et trin er netop ét af"),
        ({"steps": [{"tusk": "a"}]}, "steps.1.tusk"),
        ({"starts": "i går"}, "starts"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_scenario_that_cannot_be_read_says_why(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    course = _folder(tmp_path, **changes)
    with pytest.raises(DefinitionError, match=said):
        list(run_tests(course, open_house))
