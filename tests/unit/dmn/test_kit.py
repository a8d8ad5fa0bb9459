"""`forloeb dmn tck`, with a small kit of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import commands
from tests.unit.dmn.conftest import SPACE, decision, given, literal

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>m.dmn</modelName>{cases}</testCases>"""


def case(name: str, expected: str, inputs: str = "") -> str:
    return (
        f'<testCase id="{name}">{inputs}<resultNode name="{name}" type="decision"><expected>{expected}</expected>'
        "</resultNode></testCase>"
    )


def value(kind: str, text: str) -> str:
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    folder = tmp_path / "0001-mine"
    folder.mkdir()
    body = (
        given("x")
        + decision("tal", literal("x / 3"), "input:x")
        + decision("liste", literal('[date("2026-03-01"), duration("P1D"), null]'))
        + decision("kontekst", literal("{a: true}"))
        + decision("intet", literal("1 +"))
    )
    (folder / "m.dmn").write_text(
        f'<definitions xmlns="{SPACE}" namespace="n" name="n">{body}</definitions>'
    )
    inputs = f'<inputNode name="x">{value("decimal", "1")}</inputNode>'
    items = (
        f"<item>{value('date', '2026-03-01')}</item><item>{value('duration', 'PT24H')}</item>"
        '<item><value xsi:nil="true"/></item>'
    )
    cases = (
        case("tal", value("double", "0.333333333"), inputs)
        + case("liste", f"<list>{items}</list>")
        + case("kontekst", f'<component name="a">{value("boolean", "true")}</component>')
        + case("intet", '<value xsi:nil="true"/>')
    )
    (folder / "m-test-01.xml").write_text(CASES.format(cases=cases))
    return tmp_path


def test_a_kit_that_is_passed(kit: Path) -> None:
    found = CliRunner().invoke(commands, ["dmn", "tck", str(kit), "--json"])
    assert json.loads(found.output) == {
        "passed": 4,
        "failed": 0,
        "folders": {"0001-mine": {"passed": 4, "failed": 0}},
    }
    assert found.exit_code == 0


def test_what_fails_is_shown_with_its_difference(kit: Path) -> None:
    wrong = CASES.format(cases=case("kontekst", value("string", "a")))
    (kit / "0001-mine" / "m-test-02.xml").write_text(wrong)
    found = CliRunner().invoke(commands, ["dmn", "tck", str(kit)])
    assert found.exit_code == 1
    assert 'kontekst kontekst: ventede "a", fik {a: true}' in found.output
    assert "Bestået 4, ikke bestået 1 (80.0 %)" in found.output


def test_a_file_that_cannot_be_read_fails(kit: Path) -> None:
    (kit / "0001-mine" / "m-test-03.xml").write_text("<broken")
    found = CliRunner().invoke(commands, ["dmn", "tck", str(kit), "--json"])
    assert json.loads(found.output)["failed"] == 1


def test_a_folder_without_tests_is_wrong_use(tmp_path: Path) -> None:
    found = CliRunner().invoke(commands, ["dmn", "tck", str(tmp_path)])
    assert found.exit_code == 2
