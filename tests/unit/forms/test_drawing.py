"""What a page shows: every question with its label, every error with its link, nobody's HTML."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app import forms

OPTIONS = [
    {"label": "Fortsæt", "value": "continue", "hint": "samme mål"},
    {"label": "Afslut", "value": "end"},
]
LEVELS = [
    {"label": name, "value": str(number)}
    for number, name in enumerate(("Ingen", "Let", "Moderat", "Svært", "Fuldstændig"))
]
LEVELS.append({"label": "Ikke vurderet", "value": "unknown"})  # fmt: skip


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": "x", "key": "x", "label": "Felt", **more}


ALL = [
    field("textfield"),
    field("textarea"),
    field("number", decimalDigits=0, appearance={"suffixAdorner": "timer"}),
    field("checkbox"),
    field("checklist", values=OPTIONS),
    field("radio", values=OPTIONS),
    field("radio", values=OPTIONS, properties={"appearance": "cards"}),
    field("radio", values=LEVELS, properties={"appearance": "scale"}),
    field("select", values=OPTIONS),
    field("taglist", values=OPTIONS),
    field("datetime", subtype="date"),
    field("datetime", subtype="time"),
    field("datetime", subtype="datetime"),
]


@pytest.mark.parametrize(
    "component", ALL, ids=lambda c: f"{c['type']}-{c.get('properties', {}).get('appearance', '')}"
)
def test_every_question_has_a_label_an_error_and_a_link_to_it(
    form: Callable[..., forms.Form], draw: Callable[..., str], component: dict[str, Any]
) -> None:
    made = form({**component, "description": "Hjælp", "validate": {"required": True}})
    html = draw(made, {}, {"x": "Det er galt"})
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'\bfor="([^"]+)"', html):
        assert target in ids
    inputs = re.findall(r'<(?:input|select|textarea)[^>]*\bname="x"[^>]*>', html)
    assert inputs
    for tag in inputs:
        assert re.search(r'\bid="([^"]+)"', tag)[1] in re.findall(r'\bfor="([^"]+)"', html)
        assert 'aria-invalid="true"' in tag
    described = re.search(r'aria-describedby="([^"]+)"', html)[1].split()
    assert described == ["f-x-hint", "f-x-error"]
    assert set(described) <= set(ids)
    assert '<span class="sr-only">Fejl: </span>Det er galt' in html
    link = re.search(r'<a href="#([^"]+)">Det er galt</a>', html)[1]
    assert re.search(rf'<(?:input|select|textarea)[^>]*\bid="{link}"', html)
    assert '<input type="hidden" name="_seen" value="x">' in html
    assert "Ret 1 svar, og send igen" in html


def test_the_rarer_of_required_and_optional_is_marked(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    few = [field("textfield", key=key, id=key) for key in "abc"]
    required = {"validate": {"required": True}}
    mostly_optional = draw(form({**few[0], **required}, few[1], few[2]))
    assert mostly_optional.count("*skal udfyldes") == 1
    assert "frivilligt" not in mostly_optional
    mostly_required = draw(form(few[0], {**few[1], **required}, {**few[2], **required}))
    assert mostly_required.count("frivilligt") == 1
    assert "skal udfyldes" not in mostly_required


def test_what_could_not_be_read_is_still_there(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    made = form(field("number"), field("datetime", key="d", id="d"))
    html = draw(made, {"x": "to en halv", "d": "i morgen"}, {"x": "Nej"})
    assert 'value="to en halv"' in html
    assert 'value="i morgen"' in html


def test_variables_and_defaults_prefill_and_a_draft_goes_before_them(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    made = form(field("textfield"), field("datetime", key="d", id="d", defaultValue="=today()"))
    assert 'value="Anne"' in draw(made, variables={"x": "Anne"})
    assert 'value="23. 11. 2026"' in draw(made)
    html = draw(made, {"x": None}, variables={"x": "Anne"})
    assert "Anne" not in html
    assert 'value="23. 11. 2026"' in html


def test_nobodys_html_gets_through(
    form: Callable[..., forms.Form], draw: Callable[..., str], page: Callable[[forms.FormView], str]
) -> None:
    evil = "<script>\"&'</script>"
    made = form(
        {
            "type": "text",
            "id": "t",
            "text": f"# {evil} {{{{ x }}}}\n[klik](javascript:alert(1)) ![p](https://eksempel.dk/p.png)",
        },
        field("textfield", label="=x", description="{{x}}"),
        field("textarea", key="area", id="area", label=evil),
        field("select", key="s", id="s", valuesKey="list"),
        {
            "type": "dynamiclist",
            "id": "l",
            "path": "rows",
            "label": evil,
            "properties": {"row_title": "=y"},
            "components": [field("textfield", key="y")],
        },
    )
    answers = {"x": evil, "area": "</textarea>" + evil, "rows": [{"y": evil}]}
    html = draw(made, answers, {"x": evil}, variables={"list": [{"label": evil, "value": evil}]})
    html += page(forms.readonly_view(made, answers))
    assert "<script" not in html
    assert "</textarea><" not in html.replace("</textarea>\n", "")
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "&lt;script&gt;" in html


def test_an_answer_in_a_text_cannot_format_or_link(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    made = form({"type": "text", "id": "t", "text": "Hej {{ name }}, **velkommen**"})
    html = draw(made, variables={"name": "[her](https://eksempel.dk) **fed**\n# Stor"})
    assert "<strong>velkommen</strong>" in html
    assert "<a " not in html
    assert html.count("<strong>") == 1
    assert "<h2>" not in html


def test_a_scale_has_named_levels_with_last_and_target(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    made = form(
        field("radio", values=LEVELS, properties={"appearance": "scale", "target": "=goal"})
    )
    html = draw(made, {"x": "2"}, variables={"goal": 1}, previous={"x": "3"})
    assert (
        '<label for="f-x-1"><b>1</b>Let<span class="sr-only">, mål</span></label><small aria-hidden="true">mål</small>'
        in html
    )
    assert '<b>3</b>Svært<span class="sr-only">, sidst</span>' in html
    assert '<label for="f-x-5">Ikke vurderet</label></div>' in html
    assert re.search(r'id="f-x-2" name="x" value="2" checked', html)


def test_an_appearance_that_does_not_fit_falls_back(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    assert 'class="scale"' not in draw(
        form(field("radio", values=OPTIONS, properties={"appearance": "scale"}))
    )
    assert "form-group-radio" in draw(
        form(field("radio", values=OPTIONS, properties={"appearance": "balloons"}))
    )
    cards = draw(form(field("radio", values=OPTIONS, properties={"appearance": "cards"})))
    assert '<div class="picks picks--3">' in cards
    assert "Fortsæt<small>samme mål</small>" in cards


def test_last_times_answer_stands_beside_its_field(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    made = form(field("textarea", properties={"own_words": True}))
    html = draw(made, previous={"x": "Posten ligger i skabet."})
    assert "Sidst: »Posten ligger i skabet.«" in html
    assert 'aria-describedby="f-x-previous"' in html


def test_rows_are_sections_with_buttons_and_errors_are_named_after_them(
    form: Callable[..., forms.Form],
    draw: Callable[..., str],
    page: Callable[[forms.FormView], str],
    setting: dict[str, Any],
) -> None:
    made = form(
        {
            "type": "dynamiclist",
            "id": "l",
            "path": "goals",
            "label": "Mål",
            "properties": {"row_label": "Mål", "row_title": "=words", "own_words": "true"},
            "components": [field("textfield", key="words")],
        }
    )
    answers = {"goals": [{"words": "Et arbejde"}, {"words": None}]}
    html = draw(made, answers, {"goals.1.words": "Udfyld »Felt«"})
    assert '<a href="#f-goals-1-words">Mål 2: Udfyld »Felt«</a>' in html
    assert '<h2 class="own" id="f-goals-0">Et arbejde</h2>' in html
    assert "Mål 1 af 2" in html
    assert re.search(r'<button[^>]*name="_add" value="goals" formnovalidate>Tilføj mål<', html)
    assert re.search(r'<button[^>]*name="_remove" value="goals.1" formnovalidate>Fjern<', html)
    focused = replace(forms.view(made, answers, **setting), focus="goals.1")
    assert 'aria-labelledby="f-goals-1" tabindex="-1" autofocus' in page(focused)


def test_enter_in_a_field_redraws_rather_than_removing_a_row(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    html = draw(form(field("textfield")))
    assert (
        re.search(r"<button[^>]*>", html)[0]
        == re.search(r'<button[^>]*name="_refresh"[^>]*formnovalidate>', html)[0]
    )


def test_side_by_side_and_groups_follow_the_layout(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    html = draw(
        form(
            {
                "type": "group",
                "id": "g",
                "label": "Næste opfølgning",
                "components": [
                    field("textfield", key="a", id="a", layout={"row": "Row_1"}),
                    field("textfield", key="b", id="b", layout={"row": "Row_1"}),
                    {"type": "separator", "id": "s"},
                    {"type": "spacer", "id": "p"},
                ],
            }
        )
    )
    assert html.count('<div class="cols cols--half above">') == 1
    assert re.search(
        r'<section class="goal" aria-labelledby="([^"]+)"><h2 class="h3" id="\1">Næste opfølgning</h2>',
        html,
    )
    assert html.count("<hr>") == 1


def test_the_audit_sees_the_form_as_it_was_filled_in(
    form: Callable[..., forms.Form], page: Callable[[forms.FormView], str]
) -> None:
    made = form(
        field("textfield", properties={"format": "cpr"}),
        field("radio", key="r", id="r", label="Hvad nu?", values=OPTIONS),
        field(
            "textarea", key="why", id="why", label="Hvorfor?", conditional={"hide": '=r != "end"'}
        ),
        field("checkbox", key="c", id="c", label="Aftalt"),
        field("number", key="n", id="n", label="Timer", validate={"max": 3}),
        field("datetime", key="d", id="d", label="Dato", defaultValue="2020-01-01"),
        field("select", key="p", id="p", label="Ansvarlig", properties={"picker": "user"}),
    )
    answers = {"x": "6101904000", "r": "continue", "c": False, "n": 7, "p": "u9"}
    html = page(forms.readonly_view(made, answers))
    assert "610190-4000" in html
    assert "Fortsæt" in html
    assert "Hvorfor?" not in html
    assert "<p>Nej</p>" in html
    assert "<p>7</p>" in html
    assert "u9" in html
    assert html.count("Ikke besvaret") == 1
    for tag in ("<input", "<button", "<textarea", "<select"):
        assert tag not in html


def test_inputs_say_what_is_typed_in_them(
    form: Callable[..., forms.Form], draw: Callable[..., str]
) -> None:
    made = form(
        field("textfield", properties={"format": "cpr"}),
        field(
            "textfield",
            key="m",
            id="m",
            validate={"validationType": "email"},
            properties={"autocomplete": "email"},
        ),
        field("number", key="n", id="n"),
    )
    html = draw(made)
    assert re.search(r'id="f-x"[^>]*inputmode="numeric"[^>]*', html)
    assert re.search(r'id="f-m"[^>]*inputmode="email" autocomplete="email"', html)
    assert re.search(r'id="f-n"[^>]*inputmode="decimal"', html)
