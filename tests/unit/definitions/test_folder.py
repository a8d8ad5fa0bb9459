"""On disk: a folder is published with what it refers to around it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.definitions.library.folder import gather, neighbours, surroundings


@pytest.fixture
def project(
    tmp_path: Path,
    model: Callable[..., bytes],
    chain: Callable[..., str],
    ext: Callable[[str], str],
) -> Path:
    """youth calls plan, plan shows the form f; the form g and the process other belong to nobody."""

    def calling(callee: str) -> bytes:
        call = ext(f'<zeebe:calledElement processId="{callee}" bindingType="deployment"/>')
        return model(chain(f'<callActivity id="c">{call}</callActivity>'))

    def named(content: bytes, name: str) -> bytes:
        return content.replace(b'id="p"', f'id="{name}"'.encode())

    task = ext('<zeebe:formDefinition formId="f"/>')
    files = {
        "workflows/youth/model.bpmn": named(calling("plan"), "youth"),
        "workflows/youth/README.md": b"# Unge",
        "workflows/shared/plan.bpmn": named(
            model(chain(f'<userTask id="u">{task}</userTask>')), "plan"
        ),
        "workflows/shared/other.bpmn": named(model(chain()), "other"),
        "forms/f.form": b'{"type":"default","id":"f","schemaVersion":18,"components":[]}',
        "forms/g.form": b'{"type":"default","id":"g","schemaVersion":18,"components":[]}',
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


def test_a_folder_is_gathered_with_what_it_refers_to(project: Path) -> None:
    files = gather(project / "workflows" / "youth")
    assert list(files) == [
        "forms/f.form",
        "workflows/shared/plan.bpmn",
        "workflows/youth/model.bpmn",
    ]


def test_a_file_is_gathered_with_what_it_refers_to(project: Path) -> None:
    assert list(gather(project / "workflows" / "shared" / "plan.bpmn")) == [
        "forms/f.form",
        "workflows/shared/plan.bpmn",
    ]


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    assert gather(tmp_path) == {}


def test_a_lone_folder_gives_its_own_files(tmp_path: Path, model: Callable[..., bytes]) -> None:
    (tmp_path / "a.bpmn").write_bytes(model(""))
    assert list(gather(tmp_path)) == ["a.bpmn"]


def test_what_a_model_may_refer_to_is_looked_for_around_it(project: Path) -> None:
    found = surroundings(neighbours(project / "workflows" / "youth" / "model.bpmn"))
    assert found.forms == {"f", "g"}
    assert found.processes == {"youth": ("plan",), "plan": (), "other": ()}


def test_a_broken_file_nearby_is_no_obstacle(project: Path) -> None:
    (project / "forms" / "broken.form").write_bytes(b"{")
    assert surroundings(neighbours(project / "workflows")).forms == {"f", "g"}
