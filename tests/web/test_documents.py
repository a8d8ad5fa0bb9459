"""Documents sent with a form: kept whatever comes back, fetched as files by who may, and by nobody else."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app import audit, canonical, courses, documents, house_of, journal
from app.access import Looks
from app.citizens import Citizen
from app.definitions import library
from app.documents import Document
from app.journal import signing
from tests.web.browser import Browser
from tests.web.conftest import FORM, MODEL, Town

PDF = b"%PDF-1.7 Underskrevet af Anna"
PICKER = {
    "type": "filepicker",
    "id": "c9",
    "key": "papers",
    "label": "Erklæring",
    "multiple": True,
    "accept": ".pdf,.png",
    "conditional": {"hide": '=answer = "no"'},
}
SEEN = {"_seen": ["wish", "answer", "papers"], "_list": "people"}
GOOD: dict[str, Any] = {**SEEN, "wish": "Ro", "answer": "yes", "send": "1"}


@pytest.fixture
def key(town: Town, anna: Citizen) -> int:
    rows = {**FORM["components"][-1]}
    rows["components"] = [*rows["components"], {**PICKER, "id": "c10", "key": "card"}]
    form = {**FORM, "components": [*FORM["components"][:-1], PICKER, rows]}
    files = {"small.bpmn": MODEL.encode(), "ask.form": json.dumps(form).encode()}
    keyring = town.house.runtime.keyring
    town.house.database.run(lambda work: library.publish(work, files, "designer", keyring))
    return town.task(town.start(anna), "ask").key


def post(browser: Browser, key: int, answers: dict[str, Any], **files: Any) -> TestResponse:
    """Send the form as a browser does: files beside the answers."""
    data: dict[str, Any] = {"csrf_token": browser.token(), **answers}
    for name, sent in files.items():
        field = name.replace("__", ".")
        named = [FileStorage(io.BytesIO(content), called) for called, content in sent]
        data[field] = [*data.get(field, []), *named]
    boundary, body = encode_multipart(data)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.client.post(f"/tasks/{key}", data=body, content_type=kind)


def chosen(page: str) -> list[str]:
    return re.findall(r'type="checkbox"[^>]*name="papers" value="(\d+)" checked', page)


def of_course(town: Town, key: int) -> list[Document]:
    with town.house.database.read() as session:
        return documents.of_course(session, town.task_of(key).course_key)


def sent_document(town: Town, key: int, **more: Any) -> Document:
    answer = post(town.browser("mette"), key, {**GOOD, **more}, papers=[("Erklæring.pdf", PDF)])
    assert answer.status_code == 303, answer.text
    (one,) = of_course(town, key)
    return one


def test_the_page_asks_for_a_file_without_scripts(town: Town, key: int) -> None:
    page = town.browser("mette").get(f"/tasks/{key}").text
    assert 'enctype="multipart/form-data"' in page
    assert re.search(r'<input[^>]*type="file"[^>]*name="papers"[^>]*accept=".pdf,.png"', page)
    assert "Højst 10 MB hver." in page


def test_a_document_is_sent_and_the_journal_holds_a_reference(town: Town, key: int) -> None:
    one = sent_document(town, key)
    assert (one.name, one.type, one.size, one.uploaded_by) == (
        "Erklæring.pdf",
        "application/pdf",
        len(PDF),
        "mette",
    )
    assert one.task_key == key
    course = town.task_of(key).course_key
    house = town.house
    with house.database.read() as session:
        entries = list(journal.read(session, courses.stream(course), house.runtime.keyring))
    assert entries[-1].payload["variables"]["papers"] == [one.reference]


def test_a_file_that_was_sent_stays_chosen_when_the_form_comes_back(town: Town, key: int) -> None:
    browser = town.browser("mette")
    wrong = post(browser, key, {**GOOD, "wish": ""}, papers=[("Erklæring.pdf", PDF)])
    assert wrong.status_code == 422
    kept = chosen(wrong.text)
    assert len(kept) == 1
    assert "Erklæring.pdf" in wrong.text
    assert chosen(browser.get(f"/tasks/{key}").text) == kept, "the draft has it too"

    more = post(browser, key, {**GOOD, "wish": "", "papers": kept}, papers=[("b.pdf", PDF)])
    both = chosen(more.text)
    assert both[0] == kept[0]
    assert len(both) == 2

    assert browser.post(f"/tasks/{key}", {**GOOD, "papers": both[1:]}).status_code == 303
    assert [str(one.key) for one in of_course(town, key)] == both[1:]
    assert browser.get(f"/documents/{kept[0]}").status_code == 404, "what was let go is gone"


def test_a_draft_keeps_its_files_and_a_row_added_keeps_them(town: Town, key: int) -> None:
    browser = town.browser("mette")
    draft = {**SEEN, "wish": "Ro", "draft": "1"}
    assert post(browser, key, draft, papers=[("a.pdf", PDF)]).status_code == 303
    kept = chosen(browser.get(f"/tasks/{key}").text)
    assert len(kept) == 1
    assert chosen(town.browser("jonas").get(f"/tasks/{key}").text) == []
    rows = {**SEEN, "papers": kept, "_row": "people.0", "people.0.name": "Mor", "_add": "people"}
    added = post(browser, key, rows, people__0__card=[("kort.pdf", PDF)])
    assert added.status_code == 200
    assert chosen(added.text) == kept
    assert "kort.pdf" in added.text
    assert browser.get(f"/documents/{kept[0]}").data == PDF
    assert town.browser("jonas").get(f"/documents/{kept[0]}").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("side.html", b"<html>", "kan ikke sendes"),
        ("tegning.svg", b"<svg/>", "kan ikke sendes"),
        ("falsk.pdf", b"<script>alert(1)</script>", "ikke det, som navnet siger"),
        ("tom.pdf", b"", "er tom"),
        ("note.txt", b"hej", "ikke af en slags"),
        ("stor.pdf", PDF + bytes(10_000_001), "fylder mere end 10 MB"),
    ],
)
def test_what_is_refused_is_said_at_the_field_and_nothing_typed_is_lost(
    town: Town, key: int, name: str, content: bytes, said: str
) -> None:
    browser = town.browser("mette")
    answer = post(browser, key, GOOD, papers=[(name, content)])
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#f-papers"' in answer.text
    assert 'value="Ro"' in answer.text
    assert town.task_of(key).status == "open"
    assert 'value="Ro"' in browser.get(f"/tasks/{key}").text
    with town.house.database.read() as session:
        assert not documents.usable(session, town.task_of(key).course_key)


def test_a_token_is_needed_and_far_too_much_is_refused(town: Town, key: int) -> None:
    browser = town.browser("mette")
    file = {"papers": (io.BytesIO(PDF), "a.pdf")}
    unsigned = browser.client.post(f"/tasks/{key}", data={**GOOD, **file})
    assert unsigned.status_code == 400
    much = b"x" * 56_000_000
    kind = {"content_type": "multipart/form-data; boundary=x"}
    assert browser.client.post(f"/tasks/{key}", data=much, **kind).status_code == 413
    elsewhere = browser.post("/inbox", {"name": "x" * 6_000_000})
    assert elsewhere.status_code == 413


def test_a_file_comes_along_when_the_task_is_taken(town: Town, key: int) -> None:
    browser = town.browser("mette")
    for name in ("side.html", "a.pdf"):
        named = [FileStorage(io.BytesIO(PDF), name)]
        taken = {"csrf_token": browser.token(), **SEEN, "stay": "1", "papers": named}
        boundary, body = encode_multipart(taken)
        kind = f"multipart/form-data; boundary={boundary}"
        answer = browser.client.post(f"/tasks/{key}/claim", data=body, content_type=kind)
        page = browser.get(answer.location).text
        assert ("kan ikke sendes" in page) == (name == "side.html")
    assert len(chosen(page)) == 1


def test_files_of_unknown_fields_and_from_whom_the_task_is_not_are_left_alone(
    town: Town, key: int
) -> None:
    post(town.browser("mette"), key, {**SEEN, "draft": "1"}, wish=[("a.pdf", PDF)])
    post(town.browser("lone"), key, GOOD, papers=[("a.pdf", PDF)])
    with town.house.database.read() as session:
        assert not documents.usable(session, town.task_of(key).course_key)


def test_it_is_fetched_as_a_file_and_never_as_a_page(town: Town, key: int) -> None:
    one = sent_document(town, key)
    answer = town.browser("karen").get(f"/documents/{one.key}")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Erkl%C3%A6ring.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    (look,) = town.house.access_log.search(Looks(action="document:read")).rows
    assert (look.actor, look.course_key) == ("karen", town.task_of(key).course_key)
    assert look.purpose.startswith("Erklæring.pdf: ")


def test_who_has_no_ground_and_who_asks_for_nothing_are_told_the_same(town: Town, key: int) -> None:
    one = sent_document(town, key)
    for url in (f"/documents/{one.key}", "/documents/999999999"):
        assert town.browser("lone").get(url).status_code == 404
    assert town.browser().get(f"/documents/{one.key}").status_code == 303, "to the login"
    assert not town.house.access_log.search(Looks(action="document:read")).total


def test_the_course_s_page_lists_its_documents(town: Town, key: int) -> None:
    one = sent_document(town, key)
    page = town.browser("karen").get(f"/courses/{one.course_key}").text
    assert f'href="/documents/{one.key}"' in page
    assert "Mette Kragh" in page.split('id="documents"')[1]
    assert "Spørg borgeren" in page.split('id="documents"')[1]


def test_the_film_shows_name_size_and_digest(town: Town, key: int) -> None:
    one = sent_document(town, key)
    browser = town.browser("karen")
    film = browser.get(f"/audit/courses/{one.course_key}")
    page = browser.get(f"/audit/courses/{one.course_key}/entries/2").text
    assert film.status_code == 200
    assert one.sha256 in page
    assert f'href="/documents/{one.key}"' in page


def test_an_erased_document_is_gone(town: Town, key: int) -> None:
    one = sent_document(town, key)
    house = house_of(town.app)
    with house.database.read() as session:
        citizen = courses.course(session, one.course_key).citizen_key
    house.database.run(lambda work: house.runtime.keyring.destroy(work, f"citizen:{citizen}"))
    answer = town.browser("karen").get(f"/documents/{one.key}")
    assert answer.status_code == 404
    assert "slettet" in answer.text


def test_a_verification_names_the_entry_whose_document_was_changed(town: Town, key: int) -> None:
    one = sent_document(town, key)
    house = town.house

    def verified() -> list[tuple[str, int]]:
        with house.database.read() as session:
            report = audit.verify(session, house.runtime, one.course_key)
        return [(fault.reason, fault.seq) for fault in report.broken]

    assert verified() == []
    behind_its_back(town, "UPDATE document SET content = substr(content, 2)")
    assert verified() == [("document-changed", 2)]
    assert town.browser("karen").get(f"/documents/{one.key}").status_code == 422
    behind_its_back(town, "DELETE FROM document")
    assert verified() == [("document-missing", 2)]


def behind_its_back(town: Town, statement: str) -> None:
    """As only who owns the database can: the triggers of the real schema are not there (tests/contract)."""
    town.house.database.run(lambda work: work.session.execute(text(statement)))


def taken_out(town: Town, one: Document) -> bytes:
    sent = {"key": str(one.course_key), "purpose": "Til Ankestyrelsen i sag 26-1"}
    return town.browser("karen").post("/audit/exports", sent).data


def test_the_export_holds_the_document_and_its_check_compares_it(town: Town, key: int) -> None:
    one = sent_document(town, key)
    content = taken_out(town, one)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (path,) = [name for name in files if name.startswith("dokumenter/")]
    assert files[path] == PDF
    assert audit.check_file(content).flaws == ()

    for change, reason in (
        ({path: b"%PDF-1.7 Noget andet"}, "document-changed"),
        ({"documents.json": b"[]"}, "document-missing"),
    ):
        forged = forge({**files, **change})
        assert [flaw.reason for flaw in audit.check_file(forged).flaws] == [reason]


def forge(files: dict[str, bytes]) -> bytes:
    """What a forger hands on: every digest fits, and the signature is their own."""
    manifest = canonical.loads(files["manifest.json"].decode())
    kept = {name: said for name, said in manifest.items() if name not in {"files", "public_key"}}
    rest = {name: said for name, said in files.items() if not name.startswith("manifest.")}
    return audit.sealed_file.seal(kept, rest, signing.signing_key("b" * 43 + "="))


def test_an_erased_document_is_named_in_the_export_and_is_no_flaw(town: Town, key: int) -> None:
    one = sent_document(town, key)
    house = town.house
    with house.database.read() as session:
        citizen = courses.course(session, one.course_key).citizen_key
    house.database.run(lambda work: house.runtime.keyring.destroy(work, f"citizen:{citizen}"))
    content = taken_out(town, one)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("dokumenter/")]
        assert one.sha256 in archive.read("documents.json").decode()
    assert audit.check_file(content).flaws == ()
    with house.database.read() as session:
        assert audit.verify(session, house.runtime, one.course_key).ok
