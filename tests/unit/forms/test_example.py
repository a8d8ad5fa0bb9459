"""Made-up answers are accepted; made-up nonsense is refused in words; what is whose is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app import forms
from app.errors import DefinitionError, DomainError

OPTIONS = [
    {"label": "Ja", "value": "yes"},
    {"label": "Nej", "value": "no"},
    {"label": "Tre", "value": 3},
]


def component(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": key, "key": key, "label": key.upper(), **more}


EVERYTHING = [
    component("textfield", "name", validate={"required": True, "minLength": 3, "maxLength": 20}),
    component("textfield", "cpr", properties={"format": "cpr"}, validate={"required": True}),
    component("textfield", "kle", validate={"pattern": r"^\d{2}\.\d{2}\.\d{2}$", "required": True}),
    component("textfield", "mail", validate={"validationType": "email"}),
    component("textfield", "phone", validate={"validationType": "phone"}),
    component(
        "textarea",
        "notes",
        conditional={"hide": "=agreed"},
        validate={"required": True, "minLength": 40},
    ),
    component("number", "low", validate={"min": 0, "max": 20, "required": True}, decimalDigits=0),
    component("number", "high", validate={"min": "=low", "max": 25, "required": True}),
    component("number", "share", validate={"min": 0.25, "max": 0.75, "required": True}),
    component("checkbox", "agreed"),
    component("checkbox", "read", validate={"required": True}),
    component("radio", "choice", values=OPTIONS, validate={"required": True}),
    component("select", "leader", properties={"picker": "user"}, validate={"required": True}),
    component(
        "select",
        "deputy",
        properties={
            "picker": "user",
            "valid_if": "=deputy != leader",
            "valid_message": "Vælg en anden",
        },
        validate={"required": True},
    ),
    component("checklist", "areas", values=OPTIONS, conditional={"hide": '=choice != "no"'}),
    component(
        "taglist", "themes", properties={"picker": "code_list:themes"}, validate={"required": True}
    ),
    component(
        "datetime", "start", subtype="date", disallowPassedDates=True, validate={"required": True}
    ),
    component(
        "datetime",
        "end",
        subtype="date",
        properties={"min": "=start", "max": "2099-01-01"},
        validate={"required": True},
    ),
    component("datetime", "at", subtype="time"),
    component("datetime", "when", subtype="datetime", properties={"min": "=now()"}),
    component("textfield", "fixed", readonly=True),
    {
        "type": "dynamiclist",
        "id": "goals",
        "path": "plan.goals",
        "label": "Mål",
        "properties": {"min_rows": "1", "max_rows": "3"},
        "components": [
            component("textfield", "title", validate={"required": True}),
            component("radio", "status", values=OPTIONS, validate={"required": True}),
            component(
                "textarea",
                "why",
                conditional={"hide": '=status = "yes"'},
                validate={"required": True},
            ),
            {
                "type": "dynamiclist",
                "id": "steps",
                "path": "steps",
                "components": [component("number", "n")],
            },
        ],
    },
]


@given(seed=st.integers(0, 10**9))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_an_example_always_validates_and_comes_back_unchanged(
    form: Callable[..., forms.Form], setting: dict[str, Any], seed: int
) -> None:
    made = form(*EVERYTHING)
    answers = forms.example(made, seed=seed, **setting)
    assert forms.validate(made, answers, **setting) == answers
    assert forms.example(made, seed=seed, **setting) == answers


def test_seeds_take_different_ways(
    form: Callable[..., forms.Form], setting: dict[str, Any]
) -> None:
    made = form(*EVERYTHING)
    chosen = {forms.example(made, seed=seed, **setting)["choice"] for seed in range(20)}
    assert chosen == {"yes", "no", 3}


def test_a_form_that_nobody_can_fill_in_says_so(
    form: Callable[..., forms.Form], setting: dict[str, Any]
) -> None:
    made = form(
        component("textfield", "a", properties={"valid_if": "=false"}, validate={"required": True})
    )
    with pytest.raises(DefinitionError) as caught:
        forms.example(made, seed=1, **setting)
    assert caught.value.code == "form:no-example"


KEYS = [item.get("key") or item["path"] for item in EVERYTHING]
NAMES = st.one_of(
    st.sampled_from([*KEYS, "plan.goals.0.title", "plan.goals.1.steps.0.n", "plan.goals.0.status"]),
    st.sampled_from(
        [
            "_add",
            "_remove",
            "_row",
            "_list",
            "_seen",
            "_refresh",
            "plan",
            "plan.goals.99999999.title",
        ]
    ),
    st.text(max_size=12),
)
TEXTS = st.one_of(
    st.text(max_size=40),
    NAMES,
    st.sampled_from(["1. 2. 2027", "2,5", "yes", "0101904000", "9" * 400]),
)


@given(pairs=st.lists(st.tuples(NAMES, TEXTS), max_size=25))
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_random_post_is_accepted_refused_or_redrawn_never_a_crash(
    form: Callable[..., forms.Form],
    setting: dict[str, Any],
    draw: Callable[..., str],
    pairs: list[tuple[str, str]],
) -> None:
    made = form(*EVERYTHING)
    filled = forms.read_post(made, MultiDict(pairs))
    wrong: dict[str, str] = {}
    try:
        forms.validate(made, filled.answers, **setting)
    except DomainError as error:
        wrong = error.fields
        assert wrong
    forms.newly_asked(made, filled, **setting)
    assert "</" in draw(made, filled.answers, wrong)


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=20,
)


@given(
    answers=st.dictionaries(
        st.one_of(st.sampled_from([*KEYS, "plan"]), st.text(max_size=5)), VALUES, max_size=12
    )
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_random_json_is_accepted_or_refused_with_danish_words_never_a_crash(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]], answers: dict[str, Any]
) -> None:
    for path, message in errors(form(*EVERYTHING), answers).items():
        path.encode()
        assert message
        assert "{" not in message


def test_whose_data_an_answer_is(form: Callable[..., forms.Form]) -> None:
    made = form(
        component("select", "citizen", properties={"picker": "citizen"}),
        component("textarea", "wish", properties={"subject": "citizen"}),
        component(
            "textarea", "other", properties={"subject": "=if true then family.child else null"}
        ),
        component("textarea", "nobody", properties={"subject": "missing"}),
        {
            "type": "group",
            "id": "g",
            "label": "G",
            "path": "health",
            "properties": {"subject": "citizen"},
            "components": [component("textfield", "state")],
        },
        {
            "type": "dynamiclist",
            "id": "l",
            "path": "children",
            "label": "Børn",
            "properties": {"subject": "who"},
            "components": [component("textfield", "who"), component("textfield", "view")],
        },
    )
    answers = {
        "citizen": "c1",
        "wish": "et job",
        "other": "x",
        "nobody": "y",
        "health": {"state": "god"},
        "children": [{"who": "c2", "view": "a"}, {"who": None, "view": "b"}],
    }
    assert forms.subjects(made, answers, {"family": {"child": "c9"}}) == {
        "/wish": "c1",
        "/other": "c9",
        "/health/state": "c1",
        "/children/0": "c2",
    }
