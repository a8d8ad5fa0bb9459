"""`forloeb feel`: a value on standard output, and why it is null beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import dmn
from app.cli.feel import feel
from app.definitions import findings


def context(folder: Path) -> list[str]:
    file = folder / "context.json"
    file.write_text(json.dumps({"citizen": {"age": 17}}))
    return ["--context", str(file)]


def test_a_value_is_printed_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(feel, ["= citizen.age + 0.5", *context(tmp_path)])
    assert (done.exit_code, done.stdout, done.stderr) == (0, "17.5\n", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("citizen.aeg > 18", "Konteksten har ingen 'aeg'. Mente du 'age'? (tegn 8)"),
        ("citizn.age", "Der er ingen variabel 'citizn'. Mente du 'citizen'? (tegn 1)"),
    ],
)
def test_a_null_says_why_where_and_what_was_meant(tmp_path: Path, text: str, says: str) -> None:
    done = CliRunner().invoke(feel, [text, *context(tmp_path)])
    assert (done.exit_code, done.stdout) == (0, "null\n")
    assert says in done.stderr


def test_what_cannot_be_read_says_where_and_what_was_expected() -> None:
    done = CliRunner().invoke(feel, ["1 + * 2"])
    assert (done.exit_code, done.stderr) == (
        1,
        "Her mangler en værdi; der står '*'. (tegn 5)\n",
    )


MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><process id="p" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="t"/>
  <scriptTask id="t" name="Find"><extensionElements><zeebe:script expression="=true" resultVariable="samtykke"/>
  </extensionElements></scriptTask><sequenceFlow id="f2" sourceRef="t" targetRef="g"/>
  <exclusiveGateway id="g" default="no"/><endEvent id="a"/><endEvent id="b"/>
  <sequenceFlow id="no" sourceRef="g" targetRef="a"/><sequenceFlow id="yes" sourceRef="g" targetRef="b">
  <conditionExpression>=samtyke</conditionExpression></sequenceFlow></process></definitions>"""


def test_the_nearest_name_is_said_in_the_same_words_everywhere(tmp_path: Path) -> None:
    """Given a misspelt variable, then the command, the check of a model and of a table (and so the studio) agree."""
    words = "Der er ingen variabel 'samtyke'. Mente du 'samtykke'?"
    file = tmp_path / "context.json"
    file.write_text(json.dumps({"samtykke": True}))
    asked = CliRunner().invoke(feel, ["samtyke", "--context", str(file)])
    in_model = " ".join(found.message for found in findings(MODEL))
    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:t">
      <inputData id="i" name="samtykke"/><decision id="d" name="d"><informationRequirement>
      <requiredInput href="#i"/></informationRequirement><literalExpression><text>samtyke</text></literalExpression>
      </decision></definitions>"""
    in_table = " ".join(found.message for found in dmn.read(table.encode()).findings)
    assert [words in told for told in (asked.stderr, in_model, in_table)] == [True, True, True]
