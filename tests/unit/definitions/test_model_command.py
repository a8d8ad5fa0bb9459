"""`forloeb model check` and `model publish`: what a designer sees, and what a program reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from app.cli.model import model as command
from app.storage import Base, schema


@pytest.fixture
def sound(tmp_path: Path, model: Callable[..., bytes], chain: Callable[..., str]) -> Path:
    path = tmp_path / "sound.bpmn"
    path.write_bytes(model(chain('<task id="t"/>')))
    return path


@pytest.fixture
def broken(tmp_path: Path, model: Callable[..., bytes], chain: Callable[..., str]) -> Path:
    path = tmp_path / "broken.bpmn"
    path.write_bytes(model(chain('<complexGateway id="g"/>')))
    return path


def test_a_sound_file_is_fine(sound: Path) -> None:
    result = CliRunner().invoke(command, ["check", str(sound)])
    assert (result.exit_code, result.output) == (0, f"{sound}: kan udgives\n")


def test_findings_are_printed_in_danish_with_the_fix(broken: Path) -> None:
    result = CliRunner().invoke(command, ["check", str(broken)])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{broken}: kan ikke udgives",
        "  fejl [element:unsupported] g: En kompleks gateway kan ikke udføres entydigt.",
        "      Brug en inklusiv, eksklusiv eller parallel gateway.",
    ]


def test_json_is_one_value_and_nothing_else(sound: Path, broken: Path) -> None:
    result = CliRunner().invoke(command, ["check", "--json", str(sound), str(broken)])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "files": {
            str(sound): {"publishable": True, "findings": []},
            str(broken): {
                "publishable": False,
                "findings": [
                    {
                        "code": "element:unsupported",
                        "severity": "error",
                        "element": "g",
                        "message": "En kompleks gateway kan ikke udføres entydigt.",
                        "fix": "Brug en inklusiv, eksklusiv eller parallel gateway.",
                    }
                ],
            },
        }
    }


def test_a_hostile_file_is_a_finding_too(tmp_path: Path) -> None:
    path = tmp_path / "x.bpmn"
    path.write_bytes(b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><d>&x;</d>')
    result = CliRunner().invoke(command, ["check", "--json", str(path)])
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["files"][str(path)]["findings"]
    assert [finding["code"] for finding in findings] == ["xml:doctype"]


def test_two_versions_of_a_model_are_checked_each_on_its_own(sound: Path) -> None:
    other = sound.with_name("other.bpmn")
    other.write_bytes(sound.read_bytes())
    assert CliRunner().invoke(command, ["check", str(sound), str(other)]).exit_code == 0


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "nix.bpmn"], ["publish", "nix"], ["nix"]]
)
def test_wrong_use_is_status_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, arguments).exit_code == 2


@pytest.fixture
def installation(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = create_engine(sqlite_url)
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
    monkeypatch.setenv("FORLOEB_DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("installation")
def test_a_folder_is_published_and_again_unchanged(sound: Path) -> None:
    first = CliRunner().invoke(command, ["publish", str(sound.parent)])
    assert (first.exit_code, first.output) == (0, "Prøve (p), version 1: udgivet\n")
    second = CliRunner().invoke(command, ["publish", str(sound.parent)])
    assert (second.exit_code, second.output) == (0, "Prøve (p), version 1: uændret\n")


@pytest.mark.usefixtures("installation")
def test_a_folder_with_an_error_is_not_published(broken: Path) -> None:
    result = CliRunner().invoke(command, ["publish", str(broken.parent)])
    assert result.exit_code == 1
    assert "Intet blev udgivet: der er 1 fejl i filerne." in result.stderr
    assert "[element:unsupported] g:" in result.stderr


@pytest.mark.usefixtures("installation")
def test_an_empty_folder_is_wrong_use(tmp_path: Path) -> None:
    empty = tmp_path / "tom"
    empty.mkdir()
    assert CliRunner().invoke(command, ["publish", str(empty)]).exit_code == 2


DRAWN = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">
<exclusiveGateway id="g" name="Er alt med?"/><task id="a"/><task id="b"/>
<sequenceFlow id="f" name="Ja" sourceRef="g" targetRef="a"/>
<sequenceFlow id="h" name="Nej" sourceRef="g" targetRef="b"/>
</process></definitions>"""


def test_a_folder_is_checked_file_by_file(sound: Path, broken: Path) -> None:
    result = CliRunner().invoke(command, ["check", "--json", str(sound.parent)])
    assert result.exit_code == 1
    assert set(json.loads(result.stdout)["files"]) == {str(sound), str(broken)}


def test_a_drawing_is_mended_written_with_its_form_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "drawn.bpmn").write_bytes(DRAWN)
    out = tmp_path / "out" / "mended.bpmn"
    out.parent.mkdir()
    arguments = ["fix", str(tmp_path / "drawn.bpmn"), "-o", str(out), "--json"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["publishable"]
    assert "gateway:no-condition" in {change["code"] for change in told["changes"]}
    (form,) = told["forms"]
    assert (out.parent / form).exists()
    assert CliRunner().invoke(command, ["check", str(out)]).exit_code == 0
    ran = CliRunner().invoke(command, ["run", str(out), "--auto", "--json"])
    assert json.loads(ran.stdout)["ended"]


def test_a_form_that_asks_for_a_document_is_filled_in_with_a_made_up_one(
    tmp_path: Path, model: Callable[..., bytes], chain: Callable[..., str]
) -> None:
    task = (
        '<userTask id="t" name="Send erklæringen"><extensionElements><zeebe:userTask/>'
        '<zeebe:formDefinition formId="paper" bindingType="deployment"/></extensionElements></userTask>'
    )
    (tmp_path / "paper.bpmn").write_bytes(model(chain(task)))
    asked = {
        "type": "filepicker",
        "id": "f",
        "key": "paper",
        "label": "Erklæring",
        "accept": ".png",
    }
    form = {"type": "default", "id": "paper", "schemaVersion": 19}
    form["components"] = [{**asked, "validate": {"required": True}}]
    (tmp_path / "paper.form").write_text(json.dumps(form))
    ran = CliRunner().invoke(command, ["run", str(tmp_path / "paper.bpmn"), "--auto", "--json"])
    assert json.loads(ran.stdout)["ended"], ran.output


def test_without_a_place_to_write_it_only_tells(tmp_path: Path) -> None:
    (tmp_path / "drawn.bpmn").write_bytes(DRAWN)
    result = CliRunner().invoke(command, ["fix", str(tmp_path / "drawn.bpmn")])
    assert "rettet [start:missing] p:" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["drawn.bpmn"]


def test_only_the_named_codes_are_mended(tmp_path: Path) -> None:
    (tmp_path / "drawn.bpmn").write_bytes(DRAWN)
    arguments = ["fix", str(tmp_path / "drawn.bpmn"), "--only", "start:missing", "--json"]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 1
    assert {change["code"] for change in json.loads(result.stdout)["changes"]} == {"start:missing"}


def test_a_file_that_cannot_be_read_is_told_of_as_json(tmp_path: Path) -> None:
    (tmp_path / "odd.bpmn").write_bytes(b"<x/>")
    result = CliRunner().invoke(command, ["fix", str(tmp_path / "odd.bpmn"), "--json"])
    assert result.exit_code == 1
    assert [one["code"] for one in json.loads(result.stdout)["findings"]] == ["xml:not-bpmn"]
