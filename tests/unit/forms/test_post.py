"""What a browser posts: texts read as Danes write, rows added and removed without scripts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app import forms


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": more.get("key", "x"), "key": "x", "label": "Felt", **more}


GOALS = {
    "type": "dynamiclist",
    "id": "goals",
    "path": "goals",
    "components": [
        field("textfield", key="title"),
        field("checkbox", key="done"),
        {
            "type": "dynamiclist",
            "id": "steps",
            "path": "steps",
            "components": [field("textfield", key="what")],
        },
    ],
}


@pytest.mark.parametrize(
    ("component", "typed", "read"),
    [
        (field("number"), "2,5", Decimal("2.5")),
        (field("number"), "2.5", Decimal("2.5")),
        (field("number"), "1.250", 1250),
        (field("number"), "1 250,75", Decimal("1250.75")),
        (field("number"), "-3", -3),
        (field("number"), "to", "to"),
        (field("number"), "", ""),
        (field("number"), "1e5", "1e5"),
        (field("number"), "1" * 5000, "1" * 5000),
        (field("datetime"), "1. 2. 2027", "2027-02-01"),
        (field("datetime"), "1/2-2027", "2027-02-01"),
        (field("datetime"), "01.02.2027", "2027-02-01"),
        (field("datetime"), "1. februar 2027", "2027-02-01"),
        (field("datetime"), "1 feb 2027", "2027-02-01"),
        (field("datetime"), "2027-02-01", "2027-02-01"),
        (field("datetime"), "31. 2. 2027", "31. 2. 2027"),
        (field("datetime"), "i morgen", "i morgen"),
        (field("datetime", subtype="time"), "kl. 10.30", "10:30:00"),
        (field("datetime", subtype="time"), "8", "08:00:00"),
        (field("datetime", subtype="datetime"), "1. 2. 2027 kl. 10.30", "2027-02-01T10:30:00"),
        (field("datetime", subtype="datetime"), "2027-02-01T10:30", "2027-02-01T10:30:00"),
        (field("datetime", subtype="datetime"), "1/2-2027, 10:30", "2027-02-01T10:30:00"),
    ],
)
def test_texts_are_read_as_danes_write_them(
    form: Callable[..., forms.Form], component: dict[str, Any], typed: str, read: Any
) -> None:
    assert forms.read_post(form(component), MultiDict([("x", typed)])).answers == {"x": read}


def test_boxes_and_lists_that_a_browser_leaves_out_are_known_from_what_was_shown(
    form: Callable[..., forms.Form],
) -> None:
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    made = form(
        field("checkbox", key="c"),
        field("checklist", key="l", values=options),
        field("radio", key="r", values=options),
        field("textfield", key="unseen"),
    )
    filled = forms.read_post(made, MultiDict([("_seen", "c"), ("_seen", "l"), ("_seen", "r")]))
    assert filled.answers == {"c": False, "l": [], "r": None}
    filled = forms.read_post(
        made, MultiDict([("c", "true"), ("l", "a"), ("l", "b"), ("r", "b"), ("csrf_token", "t")])
    )
    assert filled.answers == {"c": True, "l": ["a", "b"], "r": "b"}
    assert not filled.redraw


def test_rows_keep_their_order_and_close_their_gaps(form: Callable[..., forms.Form]) -> None:
    post = MultiDict(
        [
            ("goals.7.title", "to"),
            ("goals.2.title", "et"),
            ("goals.2.steps.0.what", "a"),
            ("_row", "goals.9"),
        ]
    )
    assert forms.read_post(form(GOALS), post).answers == {
        "goals": [{"title": "et", "steps": [{"what": "a"}]}, {"title": "to"}, {}]
    }


def test_a_list_without_rows_is_empty_where_it_was_shown(form: Callable[..., forms.Form]) -> None:
    assert forms.read_post(form(GOALS), MultiDict([("_list", "goals")])).answers == {"goals": []}
    assert forms.read_post(form(GOALS), MultiDict()).answers == {}


def test_add_and_remove_redraw_and_never_complete(form: Callable[..., forms.Form]) -> None:
    typed = [("goals.0.title", "et"), ("goals.1.title", "to"), ("_list", "goals")]
    added = forms.read_post(form(GOALS), MultiDict([*typed, ("_add", "goals")]))
    assert added.answers == {"goals": [{"title": "et"}, {"title": "to"}, {}]}
    assert (added.redraw, added.focus) == (True, "goals.2")
    inner = forms.read_post(form(GOALS), MultiDict([*typed, ("_add", "goals.1.steps")]))
    assert inner.answers == {"goals": [{"title": "et"}, {"title": "to", "steps": [{}]}]}
    removed = forms.read_post(form(GOALS), MultiDict([*typed, ("_remove", "goals.0")]))
    assert removed.answers == {"goals": [{"title": "to"}]}
    assert removed.redraw


def test_a_list_that_is_not_the_persons_to_change_stays_as_it_is(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]]
) -> None:
    made = form({**GOALS, "allowAddRemove": False})
    post = MultiDict([("goals.0.title", "et"), ("_add", "goals"), ("_remove", "goals.0")])
    filled = forms.read_post(made, post)
    assert filled.answers == {"goals": [{"title": "et"}]}
    variables = {"goals": [{"title": "a"}, {"title": "b"}]}
    assert errors(made, filled.answers, variables=variables) == {
        "goals": "Feltet skal have 2 rækker"
    }


def test_rows_have_a_least_and_a_most(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]]
) -> None:
    made = form({**GOALS, "label": "Mål", "properties": {"min_rows": "1", "max_rows": "2"}})
    assert errors(made, {"goals": []}) == {"goals": "»Mål« skal have mindst 1 række"}
    assert errors(made, {"goals": [{}, {}, {}]}) == {"goals": "»Mål« må højst have 2 rækker"}
    full = forms.read_post(
        made, MultiDict([("_row", "goals.0"), ("_row", "goals.1"), ("_add", "goals")])
    )
    assert len(full.answers["goals"]) == 2


def test_many_rows_are_cut_before_they_cost_anything(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]]
) -> None:
    post = MultiDict([(f"goals.{number}.title", "x") for number in range(5000)])
    filled = forms.read_post(form(GOALS), post)
    assert len(filled.answers["goals"]) == 101
    assert list(errors(form(GOALS), filled.answers)) == ["goals"]


def test_what_is_drawn_and_posted_back_untouched_says_the_same(
    form: Callable[..., forms.Form], draw: Callable[..., str], answer: Callable[..., dict[str, Any]]
) -> None:
    """The page's own inputs, read as a browser would send them, give the answers that it was drawn with."""
    import re
    from html import unescape

    made = form(
        GOALS, field("number", key="n"), field("datetime", key="d"), field("textarea", key="t")
    )
    answers = {
        "goals": [
            {"title": "<et>", "done": True, "steps": [{"what": "a"}]},
            {"title": None, "done": False, "steps": []},
        ],
        "n": Decimal("1250.5"),
        "d": "2027-02-01",
        "t": 'a\n"b"',
    }
    html = draw(made, answers)
    sent = []
    for tag in re.findall(r"<input[^>]*>", html):
        values = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if values["type"] != "checkbox" or " checked" in tag:
            sent.append((values["name"], unescape(values["value"])))
    for name, value in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', html, re.DOTALL
    ):
        sent.append((name, unescape(value)))
    assert answer(made, forms.read_post(made, MultiDict(sent)).answers) == answers
