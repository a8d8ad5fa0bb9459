"""Candidates: off until an operator enters a legal basis, gone when it ends, and one click from an inquiry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from app import intake, nightly
from app.journal import read
from tests.web import youth
from tests.web.test_intake import INQUIRY
from tests.web.youth import YouthTown

FILE = """cpr;fornavn;efternavn;forløb;hvorfor
030304-4006;Emil;Rønn;Ungeforløb;Uden uddannelse og job i et år
740609-4005;Noah;Ågård;youth_course;Fire handlingsplaner
"""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[YouthTown]:
    built = youth.build(tmp_path)
    yield built
    built.house.database.engine.dispose()


def basis(town: YouthTown, **more: str) -> Any:
    typed = {
        "paragraph": "Lov om forsøg, § 4",
        "purpose": "Finde unge, som én plan kan hjælpe",
        "valid_from": town.day(0),
        "valid_to": town.day(30),
    }
    return town.browser("bo").post("/intake/candidates/basis", typed | more)


def send(town: YouthTown, text: str, encoding: str = "utf-8") -> Any:
    file = (BytesIO(text.encode(encoding)), "kandidater.csv")
    return town.browser("lone").post(
        "/intake/candidates", {"file": file}, content_type="multipart/form-data"
    )


def names(town: YouthTown) -> list[str]:
    with town.house.database.read() as session:
        return [one.name for one in intake.candidates(session, town.clock.now())]


def test_it_is_off_and_says_why_until_an_operator_enters_a_legal_basis(town: YouthTown) -> None:
    page = town.browser("lone").get("/intake/candidates").text
    assert "Samkøring er slået fra, fordi der ingen hjemmel er" in page
    assert 'type="file"' not in page
    assert "Slå til" not in page
    assert send(town, FILE).status_code == 403
    typed = {"paragraph": "§ 4", "purpose": "x", "valid_from": town.day(0), "valid_to": town.day(9)}
    assert town.browser("lone").post("/intake/candidates/basis", typed).status_code == 403

    assert "Slå til" in town.browser("bo").get("/intake/candidates").text
    assert basis(town).status_code == 303
    page = town.browser("lone").get("/intake/candidates").text
    assert "Lov om forsøg, § 4" in page
    assert 'type="file"' in page
    assert basis(town).status_code == 409, "one at a time"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"paragraph": ""}, "Skriv loven og paragraffen"),
        ({"purpose": " "}, "Skriv, hvad kandidaterne må bruges til."),
        ({"valid_to": ""}, "Ingen hjemmel gælder uden udløb."),
        ({"valid_to": "2020-01-01"}, "Den sidste dag er allerede gået."),
        ({"valid_from": "2030-01-01"}, "Den sidste dag kommer før den første."),
    ],
)
def test_a_basis_without_paragraph_purpose_and_end_is_refused(
    town: YouthTown, typed: dict[str, str], said: str
) -> None:
    answer = basis(town, **typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_file_is_read_whole_or_not_at_all_and_its_names_are_not_in_the_journal(
    town: YouthTown,
) -> None:
    basis(town)
    assert send(town, FILE).status_code == 303
    assert names(town) == ["Emil Rønn", "Noah Ågård"]
    assert send(town, FILE).status_code == 303
    assert names(town) == ["Emil Rønn", "Noah Ågård"], "nobody twice"
    wrong = send(town, FILE + "999999-9999;Ida;Ro;Ungeforløb;\n010101;Bo;Ry;Alt;\n")
    assert wrong.status_code == 422
    assert "Intet er læst ind. linje 4:" in wrong.text
    assert "linje 5:" in wrong.text
    for text, said in (
        ("navn;cpr\nEmil;1\n", "Filens første linje mangler"),
        ("cpr;fornavn;efternavn;forløb;hvorfor\n", "Filen har ingen linjer"),
    ):
        assert said in send(town, text).text
    assert "UTF-8" in send(town, FILE, "latin-1").text
    with town.house.database.read() as session:
        found = intake.candidate_basis(session, town.clock.now())
        assert found is not None
        entries = list(read(session, f"candidates:{found.key}", town.house.runtime.keyring))
    assert [entry.kind for entry in entries][:2] == ["candidates:opened", "candidates:imported"]
    assert all("Emil" not in str(entry.payload) for entry in entries)


def test_a_candidate_becomes_an_inquiry_or_is_deleted(town: YouthTown) -> None:
    basis(town)
    send(town, FILE)
    lone = town.browser("lone")
    page = lone.get("/intake/candidates").text
    assert "030304-••••" in page
    assert "030304-4006" not in page
    begin = re.search(r'href="(/intake\?candidate=\d+)"', page)
    assert begin is not None
    form = lone.get(begin.group(1)).text
    assert 'value="Emil"' in form
    hidden = re.search(r'name="candidate" value="(\d+)"', form)
    assert hidden is not None
    said = INQUIRY | {"cpr": "030304-4006", "first_name": "Emil", "last_name": "Rønn"}
    said |= {"kind": "youth_course", "candidate": hidden.group(1)}
    assert lone.post("/intake", said).status_code == 303
    assert names(town) == ["Noah Ågård"]
    with town.house.database.read() as session:
        assert len(intake.inquiries(session, status="open")) == 1

    leave = re.search(
        r'action="(/intake/candidates/\d+/leave)"', lone.get("/intake/candidates").text
    )
    assert leave is not None
    assert lone.post(leave.group(1)).status_code == 303
    assert names(town) == []


def test_when_the_basis_ends_everybody_is_deleted(town: YouthTown) -> None:
    basis(town)
    send(town, FILE)
    page = town.browser("bo").post("/intake/candidates/basis/end", follow_redirects=True)
    assert "Hjemlen er afsluttet, og 2 kandidater er slettet." in page.text
    assert "Samkøring er slået fra" in page.text
    basis(town, valid_to=town.day(3))
    send(town, FILE)
    town.clock.advance(timedelta(days=4))
    assert names(town) == []
    with town.house.database.read() as session:
        assert intake.count_candidates(session) == 2, "until the night"
    handler = town.house.handlers[nightly.NIGHTLY]
    town.house.database.run(lambda work: handler(work, ""))
    with town.house.database.read() as session:
        assert intake.count_candidates(session) == 0
