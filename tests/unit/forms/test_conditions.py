"""Conditions: FEEL on the server, to a fixed point; what is hidden is dropped and never checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app import forms
from app.errors import DefinitionError


def text(key: str, hide: str = "", **more: Any) -> dict[str, Any]:
    condition = {"conditional": {"hide": hide}} if hide else {}
    return {"type": "textfield", "id": key, "key": key, "label": key.upper(), **condition, **more}


REQUIRED = {"validate": {"required": True}}


def test_a_hidden_field_is_dropped_and_not_asked_for(
    form: Callable[..., forms.Form],
    answer: Callable[..., dict[str, Any]],
    errors: Callable[..., dict[str, str]],
) -> None:
    made = form(text("a"), text("why", '=a != "no"', **REQUIRED))
    assert answer(made, {"a": "yes", "why": 7}) == {"a": "yes"}
    assert errors(made, {"a": "no"}) == {"why": "Udfyld »WHY«"}
    assert answer(made, {"a": "no", "why": "for dyrt"}) == {"a": "no", "why": "for dyrt"}


def test_hiding_one_field_changes_the_conditions_of_others_whatever_their_order(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    """c hangs on b, b on a: without a, nobody sees c, though all three were answered."""
    made = form(text("c", "=b = null"), text("b", "=a = null"), text("a"))
    assert answer(made, {"a": None, "b": "2", "c": "3"}) == {"a": None}
    assert answer(made, {"a": "1", "b": "2", "c": "3"}) == {"a": "1", "b": "2", "c": "3"}


def test_a_hidden_answer_hides_the_variable_of_the_same_name_too(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(text("a"), text("b", '=a = "x"'), text("c", "=b = null"))
    assert answer(made, {"a": "x"}, variables={"b": "old"}) == {"a": "x"}


def test_two_fields_that_hide_each_other_settle(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(text("a", "=b != null"), text("b", "=a != null"))
    assert answer(made, {"a": "1", "b": "2"}) == {"b": "2"}


def test_a_condition_that_contradicts_itself_shows_the_field_and_is_found(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(text("a", "=a != null"))
    assert answer(made, {"a": "1"}) == {"a": "1"}
    assert [finding.code for finding in made.findings] == ["form:condition-self"]


def test_a_hidden_group_or_list_hides_all_inside(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(
        text("a"),
        {
            "type": "group",
            "id": "g",
            "label": "G",
            "conditional": {"hide": '=a = "x"'},
            "components": [text("b", **REQUIRED)],
        },
        {
            "type": "dynamiclist",
            "id": "l",
            "path": "rows",
            "conditional": {"hide": '=a = "x"'},
            "components": [text("c", **REQUIRED)],
        },
    )
    assert answer(made, {"a": "x", "rows": [{}, {"zz": 1}]}) == {"a": "x"}


def test_a_row_sees_itself_its_number_and_the_form(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(
        text("mode"),
        {
            "type": "dynamiclist",
            "id": "l",
            "path": "rows",
            "components": [
                text("kind"),
                text("first", "=i > 1"),
                text("other", '=this.kind != "other"'),
                text("all", '=parent.mode != "all"'),
            ],
        },
    )
    rows = [dict.fromkeys(("kind", "first", "other", "all"), "other")] * 2
    assert answer(made, {"mode": "all", "rows": rows}) == {
        "mode": "all",
        "rows": [
            {"kind": "other", "first": "other", "other": "other", "all": "other"},
            {"kind": "other", "other": "other", "all": "other"},
        ],
    }


def test_required_readonly_and_bounds_may_be_expressions(
    form: Callable[..., forms.Form],
    answer: Callable[..., dict[str, Any]],
    errors: Callable[..., dict[str, str]],
) -> None:
    made = form(
        {"type": "number", "id": "n", "key": "n", "label": "N", "validate": {"max": "=most"}},
        text("why", validate={"required": "=n > 5"}),
        text("locked", readonly="=n > 5"),
    )
    variables = {"most": 10, "locked": "fast"}
    assert errors(made, {"n": 11, "why": "x"}, variables=variables) == {
        "n": "»N« skal være 10 eller mindre"
    }
    assert errors(made, {"n": 6}, variables=variables) == {"why": "Udfyld »WHY«"}
    assert answer(made, {"n": 5, "locked": "nyt"}, variables=variables)["locked"] == "nyt"
    assert errors(made, {"n": 6, "why": "x", "locked": "nyt"}, variables=variables) == {
        "locked": "»LOCKED« kan ikke ændres"
    }


def test_dates_are_text_to_expressions_as_in_zeebe(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(
        {"type": "datetime", "subtype": "date", "id": "d", "key": "due", "label": "Frist"},
        text("a", "=date(due) < today()"),
        text("b", '=due = "2027-02-01"'),
    )
    assert answer(made, {"due": "2027-02-01", "a": "1", "b": "2"}) == {
        "due": "2027-02-01",
        "a": "1",
    }


def test_an_expression_that_runs_wild_is_the_designers_to_mend(
    form: Callable[..., forms.Form], setting: dict[str, Any]
) -> None:
    made = form(text("a", "=count(for x in 1..100000, y in 1..100000 return x) > 1"))
    with pytest.raises(DefinitionError) as caught:
        forms.validate(made, {}, **setting)
    assert caught.value.code == "form:expression"
    assert caught.value.findings[0].element == "a"


def test_fields_that_only_now_are_asked_for_make_the_page_draw_again(
    form: Callable[..., forms.Form], setting: dict[str, Any]
) -> None:
    """Without scripts the page did not show `why`; completing over it would never have asked."""
    from werkzeug.datastructures import MultiDict

    made = form(text("a"), text("why", '=a != "no"'))
    posted = forms.read_post(made, MultiDict([("a", "no"), ("_seen", "a")]))
    assert forms.newly_asked(made, posted, **setting) == ("why",)
    shown = forms.read_post(
        made, MultiDict([("a", "no"), ("_seen", "a"), ("why", ""), ("_seen", "why")])
    )
    assert forms.newly_asked(made, shown, **setting) == ()


def test_a_list_that_only_now_is_asked_for_counts_too(
    form: Callable[..., forms.Form], setting: dict[str, Any]
) -> None:
    from werkzeug.datastructures import MultiDict

    rows = {"type": "dynamiclist", "id": "l", "path": "rows", "components": [text("b")]}
    made = form(text("a"), {**rows, "conditional": {"hide": '=a != "no"'}})
    posted = forms.read_post(made, MultiDict([("a", "no")]))
    assert forms.newly_asked(made, posted, **setting) == ("rows",)
    shown = forms.read_post(made, MultiDict([("a", "no"), ("_list", "rows")]))
    assert forms.newly_asked(made, shown, **setting) == ()


@pytest.mark.parametrize(("hours", "said"), [(4, {}), (6, {"a": "ja"})])
def test_a_condition_reads_a_variable_whose_name_holds_spaces_between_backticks(
    form: Callable[..., forms.Form],
    answer: Callable[..., dict[str, Any]],
    hours: int,
    said: dict[str, str],
) -> None:
    """A form's own keys hold none, but a course that another system started may have such variables."""
    made = form(text("a", "=`timer pr uge` < 5 or sag.`sags-nr` = null"))
    assert made.findings == ()
    known = {"timer pr uge": hours, "sag": {"sags-nr": "71"}}
    assert answer(made, {"a": "ja"}, variables=known) == said


def test_a_form_knows_whose_answers_bring_up_other_questions(
    form: Callable[..., forms.Form],
) -> None:
    inside = {
        "type": "group",
        "id": "g",
        "components": [text("d", '=a = "x" and count(rows) > 1'), text("e")],
    }
    assert form(text("a"), text("b", "=c = null"), text("c"), inside).deciding == ("a", "c", "rows")
    assert form(text("a")).deciding == ()
