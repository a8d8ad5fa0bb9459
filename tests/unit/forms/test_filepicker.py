"""A field that takes documents: the answer is references, and what the course has is what may be named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app import forms
from app.errors import DomainError
from tests.unit.forms.conftest import NOW

ONE = {
    "key": "101",
    "name": "Erklæring.pdf",
    "type": "application/pdf",
    "size": 1_240_000,
    "sha256": "a" * 64,
}
TWO = {**ONE, "key": "102", "name": "billede.jpg", "type": "image/jpeg", "size": 800}


class Kept(forms.NoChoices):
    """A course with two documents."""

    def options(self, picker: str, _query: str) -> list[tuple[str, str]]:
        return [(one["key"], one["name"]) for one in (ONE, TWO) if picker == "document"]

    def document(self, key: str) -> Mapping[str, Any] | None:
        return {"101": ONE, "102": TWO}.get(key)


SETTING: dict[str, Any] = {"variables": {}, "now": NOW, "choices": Kept()}


def picker(**more: Any) -> dict[str, Any]:
    return {"type": "filepicker", "id": "f", "key": "papers", "label": "Erklæring", **more}


def complaint(form: forms.Form, answer: Any) -> str:
    with pytest.raises(DomainError) as wrong:
        forms.validate(form, {"papers": answer}, **SETTING)
    return next(iter(wrong.value.fields.values()))


@pytest.mark.parametrize(
    "answer",
    [["101"], [{"key": "101"}], [ONE], [{"documentId": "101", "camunda.document.type": "camunda"}]],
)
def test_a_document_is_named_by_its_key_and_kept_as_a_whole_reference(
    form: Callable[..., forms.Form], answer: Any
) -> None:
    assert forms.validate(form(picker()), {"papers": answer}, **SETTING) == {"papers": [ONE]}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (["7"], "hører ikke til forløbet"),
        ([{**ONE, "sha256": "b" * 64}], "hører ikke til forløbet"),
        ([{"name": "x"}], "hører ikke til forløbet"),
        ([True], "hører ikke til forløbet"),
        (["../101"], "hører ikke til forløbet"),
        ("101", "skal være en liste"),
        (["101", "101"], "det samme svar to gange"),
        (["101", "102"], "tager kun én fil"),
        ([str(n) for n in range(11)], "højst have 10 filer"),
    ],
)
def test_anything_else_is_refused_in_danish(
    form: Callable[..., forms.Form], answer: Any, said: str
) -> None:
    assert said in complaint(form(picker()), answer)


def test_required_and_several_and_accept(form: Callable[..., forms.Form]) -> None:
    required = form(picker(validate={"required": True}))
    assert complaint(required, []) == "Vælg en fil i »Erklæring«"
    several = form(picker(multiple=True))
    assert forms.validate(several, {"papers": ["102", "101"]}, **SETTING)["papers"] == [TWO, ONE]
    for accept in (".pdf", "application/pdf", ".PDF,.odt", '=".pdf"'):
        only_pdf = form(picker(accept=accept))
        assert "»billede.jpg« er ikke af en slags" in complaint(only_pdf, ["102"])
        assert forms.validate(only_pdf, {"papers": ["101"]}, **SETTING)["papers"] == [ONE]
    for accept in ("image/*", ".jpeg", "*/*", ""):
        assert forms.validate(form(picker(accept=accept)), {"papers": ["102"]}, **SETTING)


def test_an_expression_that_cannot_be_read_is_found() -> None:
    found = forms.check(
        b'{"type":"default","id":"t","schemaVersion":19,"components":'
        b'[{"type":"filepicker","id":"f","key":"k","label":"L","accept":"=1 +"}]}'
    )
    assert [one.code for one in found] == ["form:expression-invalid"]


def test_a_post_names_what_was_sent_and_the_page_says_which_field_a_file_is_for(
    form: Callable[..., forms.Form],
) -> None:
    rows = {"type": "dynamiclist", "id": "l", "path": "goals", "components": [picker()]}
    whole = form(picker(accept=".pdf"), rows)
    posted = MultiDict([("papers", "101"), ("papers", "101"), ("papers", ""), ("_seen", "papers")])
    assert forms.read_post(whole, posted).answers == {"papers": ["101"]}
    nothing = MultiDict([("_seen", "papers")])
    assert forms.read_post(whole, nothing).answers == {"papers": []}
    names = ["papers", "goals.3.papers", "goals.papers", "other", "goals", "papers.0"]
    found = forms.file_fields(whole, names, variables={}, now=NOW)
    assert set(found) == {"papers", "goals.3.papers"}
    assert found["papers"].problem("a.pdf", "application/pdf") is None
    assert "»a.jpg« er ikke af en slags, som »Erklæring« tager imod" in str(
        found["papers"].problem("a.jpg", "image/jpeg")
    )


def test_what_was_sent_stays_chosen_and_what_is_gone_is_told(
    form: Callable[..., forms.Form], page: Callable[[Any], str]
) -> None:
    drawn = forms.view(form(picker(accept=".pdf")), {"papers": ["101"]}, **SETTING)
    html = page(drawn)
    assert 'value="101" checked' in html
    assert "1,2 MB" in html
    assert 'accept=".pdf"' in html
    gone = forms.view(
        form(picker(multiple=True)), {"papers": ["101", "7"]}, {"papers": "Væk"}, **SETTING
    )
    assert [one.key for one in gone.items[0].files] == ["101"]


def test_as_it_was_filled_in_it_shows_name_size_and_digest(
    form: Callable[..., forms.Form], page: Callable[[Any], str]
) -> None:
    view = forms.readonly_view(form(picker()), {"papers": [ONE]})
    assert view.items[0].said == "Erklæring.pdf (1,2 MB)"
    html = page(view)
    assert 'href="/documents/101"' in html
    assert "a" * 64 in html
    assert "<input" not in html
    other = form({"type": "documentPreview", "id": "d", "dataSource": "=papers"})
    shown = forms.view(other, None, **{**SETTING, "variables": {"papers": [ONE]}})
    assert shown.items[0].links == (("Erklæring.pdf", "/documents/101"),)


def test_documents_are_sent_anew_with_each_form_and_shown_where_the_field_is_locked(
    form: Callable[..., forms.Form],
) -> None:
    """The second parent's consent must not come with the first one's declaration."""
    seen = {**SETTING, "variables": {"papers": [ONE]}}
    assert forms.view(form(picker()), None, **seen).items[0].files == ()
    locked = forms.view(form(picker(readonly=True)), None, **seen).items[0]
    assert [one.key for one in locked.files] == ["101"]


def test_an_example_takes_what_the_course_has(form: Callable[..., forms.Form]) -> None:
    example = forms.example(form(picker(validate={"required": True})), seed=1, **SETTING)
    assert example["papers"][0]["key"] in {"101", "102"}
    nothing = {**SETTING, "choices": forms.NoChoices()}
    assert forms.example(form(picker()), seed=1, **nothing) == {"papers": []}


def test_the_schema_for_clients_asks_for_keys(form: Callable[..., forms.Form]) -> None:
    schema = forms.api_schema(form(picker(validate={"required": True})))
    assert schema["properties"]["papers"]["items"]["required"] == ["key"]
