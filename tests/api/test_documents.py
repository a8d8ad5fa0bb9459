"""A document sent in by the official client, named by a form's answer, and fetched again."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError, NotFoundError
from camunda_orchestration_sdk.types import File

from app.citizens import Citizen
from tests.api.conftest import FILES, FORM, Town, deployment
from tests.api.test_client import answers, start, tasks

PDF = b"%PDF-1.7 Underskrevet af Anna"
PICKER = {
    "type": "filepicker", "id": "c9", "key": "papers", "label": "Erklæring", "validate": {"required": True},
}  # fmt: skip


@pytest.fixture
def course(town: Town) -> str:
    form = json.dumps({**FORM, "components": [*FORM["components"], PICKER]}).encode()
    done = town.client("dorte").create_deployment(data=deployment({**FILES, "ask.form": form}))
    process = done.deployments[0].process_definition.process_definition_key
    anna: Citizen = town.citizen("Anna", "Sø", "120388-1111")
    return start(town.client("lone"), process, citizen_key=str(anna.key))


def send(client: CamundaClient, course: str, content: bytes = PDF, name: str = "a.pdf") -> Any:
    about = m.DocumentMetadata(process_instance_key=course)
    data = m.CreateDocumentData(file=File(io.BytesIO(content), name), metadata=about)
    return client.create_document(data=data)


def test_a_client_sends_a_document_and_fills_a_form_in_with_it(town: Town, course: str) -> None:
    mette = town.client("mette")
    sent = send(mette, course, name="Erklæring.pdf")
    assert (sent.metadata.file_name, sent.metadata.size) == ("Erklæring.pdf", len(PDF))
    (task,) = tasks(mette, process_instance_key=course)
    with pytest.raises(ApiError):
        mette.complete_user_task(
            user_task_key=task.user_task_key, data=answers(wish="Ro", papers=[])
        )
    mette.complete_user_task(
        user_task_key=task.user_task_key, data=answers(wish="Ro", papers=[sent.to_dict()])
    )
    found = town.client("karen").get_document(document_id=sent.document_id)
    assert found.payload.read() == PDF
    values = town.http("karen").post(
        "/variables/search",
        json={"filter": {"processInstanceKey": course, "name": "papers"}},
    )
    (kept,) = json.loads(values.json()["items"][0]["value"])
    assert kept == {
        "key": sent.document_id,
        "name": "Erklæring.pdf",
        "type": "application/pdf",
        "size": len(PDF),
        "sha256": sent.content_hash,
    }


def test_what_is_wrong_is_said_in_danish(town: Town, course: str) -> None:
    http = town.http("mette")
    file = {"file": ("a.pdf", PDF)}
    nowhere = http.post("/documents", files=file)
    assert (nowhere.status_code, nowhere.json()["fields"]) == (
        400,
        {"metadata": "Skriv i metadata, hvilket forløb dokumentet hører til."},
    )
    about = {"metadata": json.dumps({"processInstanceKey": course})}
    page = http.post("/documents", files={"file": ("a.html", b"<html>")}, data=about)
    assert page.status_code == 400
    assert "kan ikke sendes" in page.json()["detail"]
    large = http.post("/documents", files={"file": ("a.pdf", PDF + bytes(10_000_000))}, data=about)
    assert large.status_code == 400
    assert "fylder mere end 10 MB" in large.json()["detail"]
    (task,) = tasks(town.client("mette"), process_instance_key=course)
    made_up = http.post(
        f"/user-tasks/{task.user_task_key}/completion",
        json={"variables": {"wish": "Ro", "papers": [{"key": "77"}]}},
    )
    assert made_up.json()["fields"] == {
        "papers": "Dokumentet i »Erklæring« hører ikke til forløbet. Vælg filen igen"
    }


def test_who_does_not_see_the_course_sends_and_fetches_nothing(town: Town, course: str) -> None:
    sent = send(town.client("mette"), course)
    assert town.http("frede").get(f"/documents/{sent.document_id}").status_code == 404
    assert town.http("jonas").get(f"/documents/{sent.document_id}").status_code == 404, "a draft"
    with pytest.raises(ApiError):
        send(town.client("frede"), course)
    with pytest.raises(NotFoundError):
        town.client("mette").get_document(document_id="77")
