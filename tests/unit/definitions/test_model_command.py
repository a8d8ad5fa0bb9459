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
