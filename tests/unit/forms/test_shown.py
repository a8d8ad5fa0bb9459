"""What a form shows and works out besides its questions: HTML, tables, pictures, documents, expressions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app import forms
from app.errors import DomainError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def form(*components: dict[str, Any]) -> forms.Form:
    said = {"type": "default", "id": "f", "schemaVersion": 16, "components": [*components]}
    return forms.load(json.dumps(said).encode())


def shown(component: dict[str, Any], **variables: Any) -> Any:
    at = forms.view(form(component), None, variables=variables, now=NOW, choices=forms.NoChoices())
    return at.items[0]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<p>Hej <strong>du</strong></p>", "<p>Hej <strong>du</strong></p>"),
        ("<script>alert(1)</script><p>a", "<p>a</p>"),
        ('<p onclick="x()" style="color:red">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="//evil.example">a</a>', "<a>a</a>"),
        ('<a href="https://example.org/?a=1&b=2">a</a>',
         '<a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">a</a>'),
        ('<img src="x" onerror="alert(1)">tekst', "tekst"),
        ("<ul><li>a<li>b</ul></div>", "<ul><li>a<li>b</li></li></ul>"),
        ("<h1>Stor</h1>", "<h2>Stor</h2>"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<svg><style>p{}</style></svg>x", "x"),
        ("<p>{{ name }}</p>", "<p>&lt;b&gt;Anna&lt;/b&gt;</p>"),
    ],
)  # fmt: skip
def test_html_keeps_words_and_harmless_marks(content: str, expected: str) -> None:
    item = shown({"type": "html", "id": "h", "content": content}, name="<b>Anna</b>")
    assert item.html == expected


def test_a_table_shows_rows_of_a_variable_as_people_read_them() -> None:
    columns = [{"key": "name", "label": "Navn"}, {"key": "when", "label": "Hvornår"}]
    table = {"type": "table", "id": "t", "label": "Hold", "dataSource": "=team", "columns": columns}
    item = shown(table, team=[{"name": "Mette", "when": "2027-02-01"}, {"name": "Bo"}, "ingen"])
    assert item.headings == ("Navn", "Hvornår")
    assert item.rows == (("Mette", "1. februar 2027"), ("Bo", ""))
    assert shown(table, team=None).rows == ()


def test_columns_may_be_worked_out() -> None:
    table = {"type": "table", "id": "t", "dataSource": "rows", "columnsExpression": "=heads"}
    item = shown(table, rows=[{"a": 2}], heads=[{"key": "a", "label": "A"}])
    assert (item.headings, item.rows) == (("A",), (("2",),))


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("/static/x.svg", "/static/x.svg"),
        ("https://e.org/x.png", ""),
        ("//e.org/x", ""),
        ("=pic", "/a.png"),
    ],
)
def test_a_picture_comes_from_this_site_alone(source: str, path: str) -> None:
    item = shown({"type": "image", "id": "i", "source": source, "alt": "Et kort"}, pic="/a.png")
    assert (item.source, item.words) == (path, "Et kort")


def test_documents_are_links_where_they_lie_here() -> None:
    preview = {"type": "documentPreview", "id": "d", "title": "Bilag", "dataSource": "=documents"}
    documents = [
        {"documentId": "1", "metadata": {"fileName": "plan.pdf"}, "endpoint": "/documents/1"},
        {"documentId": "2", "endpoint": "https://elsewhere.example/2"},
    ]
    item = shown(preview, documents=documents)
    assert (item.label, item.links) == ("Bilag", (("plan.pdf", "/documents/1"), ("2", "")))
    assert shown(preview).links == ()


PRICE = (
    {"type": "number", "id": "n", "key": "count", "label": "Antal"},
    {"type": "expression", "id": "e", "key": "price", "expression": "=count * each"},
)


def test_an_expression_is_worked_out_when_the_form_is_sent() -> None:
    made = form(*PRICE)
    setting: dict[str, Any] = {"variables": {"each": 25}, "now": NOW, "choices": forms.NoChoices()}
    answers = forms.validate(made, {"count": 3}, **setting)
    assert answers == {"count": 3, "price": 75}
    again = forms.validate(made, {"count": 4, "price": 1}, **setting)
    assert again == {"count": 4, "price": 100}, "what is sent for it does not count"
    with pytest.raises(DomainError):
        forms.validate(made, {"count": 3, "other": 1}, **setting)


@pytest.mark.parametrize(
    ("component", "code"),
    [
        (
            {"type": "expression", "id": "e", "key": "x", "expression": "=1 +"},
            "form:expression-broken",
        ),
        ({"type": "expression", "id": "e", "key": "x"}, "form:expression-broken"),
        ({"type": "table", "id": "t", "columns": [{"key": "a"}]}, "form:table-source"),
        ({"type": "table", "id": "t", "dataSource": "=x"}, "form:table-columns"),
        (
            {"type": "image", "id": "i", "source": "https://e.org/x", "alt": "x"},
            "form:image-elsewhere",
        ),
        ({"type": "image", "id": "i", "source": "/x"}, "form:image-alt"),
        ({"type": "html", "id": "h", "content": "<iframe src='x'></iframe>"}, "form:html-left-out"),
        ({"type": "documentPreview", "id": "d"}, "form:documents-source"),
    ],
)
def test_what_cannot_be_shown_is_found(component: dict[str, Any], code: str) -> None:
    said = {"type": "default", "id": "f", "schemaVersion": 16, "components": [component]}
    assert code in {one.code for one in forms.check(json.dumps(said).encode())}
