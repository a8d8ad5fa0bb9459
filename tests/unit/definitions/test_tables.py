"""DMN files at publish: what is in one, what is wrong with it, and which version a task gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.definitions import library
from app.definitions.bundles import tables
from app.definitions.bundles.imports import Imports
from app.definitions.library import read_draft
from app.errors import DefinitionError

HEAD = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="Frister" namespace="urn:f"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">"""


def dmn(body: str) -> bytes:
    return f"{HEAD}{body}</definitions>".encode()


def literal(text: str, name: str = "frist", more: str = "") -> str:
    return (
        f'<decision id="{name}" name="Frist">{more}<literalExpression id="x"><text>{text}</text>'
        "</literalExpression></decision>"
    )


def read_decisions(content: bytes) -> tables.DecisionFile:
    return tables.read_decisions(content, Imports({"a.dmn": content}), "a.dmn")


NEEDS = '<informationRequirement><requiredInput href="#i"/></informationRequirement>'


def test_a_file_says_its_decisions_with_their_inputs_and_tags() -> None:
    tag = '<extensionElements><zeebe:versionTag value="2027"/></extensionElements>'
    file = read_decisions(
        dmn(
            '<inputData id="i" name="kommune"/>'
            + literal("kommune", "a", NEEDS)
            + literal(
                "Frist",
                "b",
                f'{tag}<informationRequirement><requiredDecision href="#a"/></informationRequirement>',
            )
        )
    )
    assert (file.id, file.name) == ("file", "Frister")
    assert [(one.id, one.name, one.version_tag, one.inputs) for one in file.decisions] == [
        ("a", "Frist", "", ("kommune",)),
        ("b", "Frist", "2027", ("kommune",)),
    ]
    assert file.findings == ()


@pytest.mark.parametrize(
    ("body", "code", "element", "says"),
    [
        (literal("1 +"), "dmn:expression", "x", "(tegn 4)"),
        (
            '<inputData id="i" name="kommune"/>' + literal("komune = 751", more=NEEDS),
            "dmn:unknown-name",
            "x",
            "Mente du 'kommune'?",
        ),
        ('<decision id="frist" name="Frist"/>', "dmn:no-logic", "frist", "har ingen logik"),
        (literal("1", more=NEEDS), "dmn:requirement", "frist", "'#i', som ikke findes"),
        ("", "dmn:empty", None, "ingen beslutninger"),
        (
            '<import name="n" namespace="urn:other" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
            + literal("1"),
            "dmn:import",
            None,
            "urn:other",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_to_do(
    body: str, code: str, element: str | None, says: str
) -> None:
    found = read_decisions(dmn(body)).findings
    (finding,) = [one for one in found if one.code == code]
    assert finding.element == element
    assert says in finding.message
    assert finding.fix


def test_variables_from_around_are_no_fault_where_no_input_is_drawn() -> None:
    assert read_decisions(dmn(literal("kommune = 751"))).findings == ()


def test_what_is_no_dmn_file_is_refused() -> None:
    with pytest.raises(DefinitionError, match="ikke en DMN-model"):
        read_decisions(b"<definitions/>")


def test_two_files_may_not_hold_the_same_decision() -> None:
    draft = read_draft(
        {"a.dmn": dmn(literal("1")), "b.dmn": dmn(literal("2")).replace(b'id="file"', b'id="g"')}
    )
    assert [one.code for one in draft.findings["b.dmn"]] == ["id:duplicate"]


def test_a_shared_table_is_found_beside_the_course(
    tmp_path: Path, model: Callable[..., bytes], chain: Callable[..., str], ext: Callable[..., str]
) -> None:
    """Given workflows/a/ whose model asks for a decision in workflows/shared/."""
    course, shared = tmp_path / "workflows/a", tmp_path / "workflows/shared"
    course.mkdir(parents=True)
    shared.mkdir()
    called = (
        '<zeebe:calledDecision decisionId="frist" resultVariable="r" bindingType="deployment"/>'
    )
    body = chain(f'<businessRuleTask id="t">{ext(called)}</businessRuleTask>')
    (course / "model.bpmn").write_bytes(model(body))
    (shared / "frist.dmn").write_bytes(dmn(literal("1")))
    (shared / "other.dmn").write_bytes(dmn(literal("1", "other")))
    assert set(library.gather(course)) == {"a/model.bpmn", "shared/frist.dmn"}
