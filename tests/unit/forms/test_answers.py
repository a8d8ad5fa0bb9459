"""Each type of component: what it takes, in which form it keeps it, and what it says of the rest."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from app import forms

OPTIONS = [{"label": "Ja", "value": "yes"}, {"label": "Nej", "value": "no"}]
LEVELS = [{"label": "Ingen", "value": 0}, {"label": "Let", "value": 1}]


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "id": "f", "key": "x", "label": "Felt", **more}


ACCEPTED = [
    (field("textfield"), "  Anne ", "Anne"),
    (field("textfield"), "", None),
    (field("textfield"), None, None),
    (field("textfield", validate={"pattern": r"^\d{2}\.\d{2}\.\d{2}$"}), "27.24.03", "27.24.03"),
    (field("textfield", validate={"validationType": "email"}), "a@b.dk", "a@b.dk"),
    (field("textfield", validate={"validationType": "phone"}), "12 34 56 78", "12 34 56 78"),
    (field("textfield", properties={"format": "cpr"}), "150203-4001", "1502034001"),
    (field("textfield", properties={"format": "cpr"}), "7502121001", "7502121001"),
    (field("textarea"), "a\r\nb\n", "a\nb"),
    (field("number"), 2, 2),
    (field("number"), Decimal("2.50"), Decimal("2.5")),
    (field("number"), 0.1, Decimal("0.1")),
    (field("number"), Decimal("2.0"), 2),
    (field("checkbox"), True, True),
    (field("checkbox"), None, False),
    (field("radio", values=OPTIONS), "yes", "yes"),
    (field("radio", values=LEVELS), 0, 0),
    (field("radio", values=LEVELS), "1", 1),
    (field("select", values=OPTIONS), "", None),
    (field("select", properties={"picker": "user"}), "u2", "u2"),
    (field("textfield", properties={"picker": "user"}), "u1", "u1"),
    (field("checklist", values=OPTIONS), ["no", "yes"], ["no", "yes"]),
    (field("checklist", values=OPTIONS), None, []),
    (field("taglist", properties={"picker": "code_list:themes"}), ["work"], ["work"]),
    (field("datetime", subtype="date"), "2027-02-01", "2027-02-01"),
    (field("datetime", subtype="time"), "10:30", "10:30:00"),
    (field("datetime", subtype="datetime"), "2027-02-01T10:30", "2027-02-01T10:30:00+01:00"),
    (field("datetime", subtype="datetime"), "2027-07-01T08:30:00Z", "2027-07-01T08:30:00+00:00"),
    (
        field("datetime", subtype="datetime", timeSerializingFormat="utc_normalized"),
        "2027-07-01T10:30:00+02:00",
        "2027-07-01T08:30:00Z",
    ),
    (
        field("datetime", subtype="datetime", timeSerializingFormat="no_timezone"),
        "2027-02-01T10:30",
        "2027-02-01T10:30:00",
    ),
]


@pytest.mark.parametrize(("component", "given", "kept"), ACCEPTED)
def test_an_answer_is_kept_in_its_one_form(
    form: Callable[..., forms.Form],
    answer: Callable[..., dict[str, Any]],
    component: dict[str, Any],
    given: Any,
    kept: Any,
) -> None:
    result = answer(form(component), {"x": given})
    assert result == {"x": kept}
    assert type(result["x"]) is type(kept)


REFUSED = [
    (field("textfield", validate={"required": True}), "  ", "Udfyld »Felt«"),
    (
        field(
            "textfield", validate={"required": True}, properties={"required_message": "Skriv {x}"}
        ),
        None,
        "Skriv {x}",
    ),
    (field("textfield"), 3, "»Felt« skal være tekst"),
    (field("textfield"), {"a": 1}, "»Felt« skal være tekst"),
    (field("textfield"), "a" * 256, "»Felt« må højst fylde 255 tegn"),
    (field("textfield"), "a" * 100_000, "»Felt« må højst fylde 255 tegn"),
    (field("textfield"), "a\x00b", "»Felt« har tegn, der ikke kan gemmes"),
    (field("textfield"), "\ud800", "»Felt« har tegn, der ikke kan gemmes"),
    (field("textfield", validate={"minLength": 3}), "ab", "»Felt« skal fylde mindst 3 tegn"),
    (field("textfield", validate={"pattern": r"^\d+$"}), "a", "»Felt« har ikke den rigtige form"),
    (
        field("textfield", validate={"validationType": "email"}),
        "a@b",
        "»Felt« skal være en mailadresse, fx navn@eksempel.dk",
    ),
    (
        field("textfield", validate={"validationType": "phone"}),
        "ring",
        "»Felt« skal være et telefonnummer, fx 12 34 56 78",
    ),
    (field("textarea", validate={"maxLength": 2}), "abc", "»Felt« må højst fylde 2 tegn"),
    (field("number"), "2", "»Felt« skal være et tal"),
    (field("number"), True, "»Felt« skal være et tal"),
    (field("number", validate={"min": 0, "max": 4}), -1, "»Felt« skal være 0 eller mere"),
    (
        field("number", validate={"max": Decimal("2.5").__float__()}),
        3,
        "»Felt« skal være 2,5 eller mindre",
    ),
    (field("number", validate={"min": "=1 + 1"}), 1, "»Felt« skal være 2 eller mere"),
    (field("number", decimalDigits=0), Decimal("1.5"), "»Felt« skal være et helt tal"),
    (field("number", decimalDigits=2), Decimal("1.555"), "»Felt« må højst have 2 decimaler"),
    (field("checkbox"), "on", "»Felt« skal være ja eller nej"),
    (field("checkbox", validate={"required": True}), False, "Sæt kryds ved »Felt«"),
    (field("radio", values=OPTIONS), "maybe", "Vælg »Felt« blandt svarmulighederne"),
    (field("radio", values=LEVELS), False, "Vælg »Felt« blandt svarmulighederne"),
    (field("radio", values=LEVELS), ["0"], "Vælg »Felt« blandt svarmulighederne"),
    (field("radio", values=OPTIONS, validate={"required": True}), "", "Vælg et svar i »Felt«"),
    (field("select", properties={"picker": "user"}), "u3", "Vælg »Felt« blandt svarmulighederne"),
    (field("checklist", values=OPTIONS), "yes", "»Felt« skal være en liste"),
    (field("checklist", values=OPTIONS), ["yes", "x"], "Vælg »Felt« blandt svarmulighederne"),
    (field("checklist", values=OPTIONS), ["yes", "yes"], "»Felt« har det samme svar to gange"),
    (
        field("checklist", values=OPTIONS, validate={"required": True}),
        [],
        "Vælg mindst ét svar i »Felt«",
    ),
    (field("datetime", subtype="date"), "2027-02-30", "Skriv »Felt« som en dato, fx 1. 2. 2027"),
    (field("datetime", subtype="date"), 20270201, "Skriv »Felt« som en dato, fx 1. 2. 2027"),
    (field("datetime", subtype="date"), "0001-01-01", "Skriv »Felt« som en dato, fx 1. 2. 2027"),
    (field("datetime", subtype="time"), "10:30+02:00", "Skriv »Felt« som et klokkeslæt, fx 10.30"),
    (field("datetime", subtype="time"), "25:00", "Skriv »Felt« som et klokkeslæt, fx 10.30"),
    (
        field("datetime", subtype="datetime"),
        "2027-02-01",
        "Skriv »Felt« som dato og klokkeslæt, fx 1. 2. 2027 kl. 10.30",
    ),
    (
        field("datetime", subtype="date", disallowPassedDates=True),
        "2026-11-22",
        "»Felt« skal være 23. november 2026 eller senere",
    ),
    (
        field("datetime", subtype="date", properties={"max": "2027-01-01"}),
        "2027-01-02",
        "»Felt« skal være 1. januar 2027 eller før",
    ),
    (
        field(
            "textfield",
            properties={"valid_if": "=x != leader", "valid_message": "Vælg en anden end lederen"},
        ),
        "Ida",
        "Vælg en anden end lederen",
    ),
]


@pytest.mark.parametrize(("component", "given", "message"), REFUSED)
def test_a_wrong_answer_is_said_in_danish_at_its_field(
    form: Callable[..., forms.Form],
    errors: Callable[..., dict[str, str]],
    component: dict[str, Any],
    given: Any,
    message: str,
) -> None:
    assert errors(form(component), {"x": given}, variables={"leader": "Ida"}) == {"x": message}


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("0101904000", True),  # modulus 11 is never asked for
        ("3002904000", False),  # 30 February
        ("2902004000", True),  # seventh digit 4: 2000, a leap year
        ("2902000000", False),  # seventh digit 0: 1900, none
        ("6101904000", True),  # replacement number: day + 60
        ("9201904000", False),  # day 32
        ("010190400", False),
        ("01019040000", False),
        ("010190-400a", False),
        ("٠١٠١٩٠٤٠٠٠", False),
    ],
)
def test_a_cpr_number_has_a_date_that_exists(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]], digits: str, right: bool
) -> None:
    wrong = errors(form(field("textfield", properties={"format": "cpr"})), {"x": digits})
    assert (wrong == {}) is right


def test_options_come_from_variables_and_expressions(
    form: Callable[..., forms.Form],
    answer: Callable[..., dict[str, Any]],
    errors: Callable[..., dict[str, str]],
) -> None:
    by_key = form(field("select", valuesKey="areas"))
    by_feel = form(field("radio", valuesExpression="=for a in areas return {label: a, value: a}"))
    for made in (by_key, by_feel):
        assert answer(made, {"x": "school"}, variables={"areas": ["school", "health"]}) == {
            "x": "school"
        }
        assert errors(made, {"x": "work"}, variables={"areas": ["school"]}) == {
            "x": "Vælg »Felt« blandt svarmulighederne"
        }
        assert errors(made, {"x": "work"}) == {"x": "Vælg »Felt« blandt svarmulighederne"}


def test_a_date_that_summer_time_jumps_over_is_refused(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]]
) -> None:
    component = field("datetime", subtype="datetime")
    assert list(errors(form(component), {"x": "2027-03-28T02:30"})) == ["x"]


@pytest.mark.parametrize(
    "number", [float("nan"), float("inf"), Decimal("sNaN"), Decimal("1E+999999"), 10**400]
)
@pytest.mark.parametrize("kind", ["number", "textfield", "radio", "checklist"])
def test_numbers_that_nobody_can_store_are_refused_at_the_door(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]], number: Any, kind: str
) -> None:
    more = {"values": OPTIONS} if kind in {"radio", "checklist"} else {}
    made = form(field(kind, **more))
    assert list(errors(made, {"x": number})) == ["x"]
    assert list(errors(made, {"x": [number]})) == ["x.0"]


def test_unknown_fields_wrong_shapes_and_deep_nesting_are_refused(
    form: Callable[..., forms.Form], errors: Callable[..., dict[str, str]]
) -> None:
    made = form(
        {"type": "group", "id": "g", "path": "child", "components": [field("textfield")]},
        {"type": "dynamiclist", "id": "l", "path": "rows", "components": [field("textfield")]},
    )
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    assert errors(made, {"zz": 1}) == {"zz": "Feltet findes ikke i formularen"}
    assert errors(made, {"child": {"zz": 1}}) == {"child.zz": "Feltet findes ikke i formularen"}
    assert errors(made, {"child": "x"}) == {"child": "Her skal stå et objekt med felter"}
    assert errors(made, {"rows": "x"}) == {"rows": "Feltet skal være en liste"}
    assert errors(made, {"rows": [{"x": "a"}, 7]}) == {
        "rows.1": "Her skal stå et objekt med felter"
    }
    assert errors(made, {"rows": [{"x": 1}, {"x": "ok", "q": 1}]}) == {
        "rows.0.x": "»Felt« skal være tekst",
        "rows.1.q": "Feltet findes ikke i formularen",
    }
    assert list(errors(made, {"zz": deep})) == ["zz"]
    assert list(errors(made, {"rows": [{}] * 30_000})) == ["rows"]
    assert list(errors(made, [1])) == [""]
    assert list(errors(made, {"\ud800": 1})) == ["?"]


def test_completing_gives_every_visible_field_so_that_an_emptied_one_is_empty(
    form: Callable[..., forms.Form], answer: Callable[..., dict[str, Any]]
) -> None:
    made = form(
        field("textfield"),
        {**field("number"), "id": "n", "key": "plan.hours"},
        {"type": "dynamiclist", "id": "l", "path": "plan.rows", "components": [field("checkbox")]},
    )
    assert answer(made, {}) == {"x": None, "plan": {"hours": None, "rows": []}}


def test_locked_fields_keep_their_value_whoever_says_otherwise(
    form: Callable[..., forms.Form],
    answer: Callable[..., dict[str, Any]],
    errors: Callable[..., dict[str, str]],
) -> None:
    made = form(
        field("textfield", readonly=True),
        {**field("textfield", disabled=True), "key": "y", "id": "g"},
    )
    variables = {"x": "fast", "y": "også"}
    assert answer(made, {}, variables=variables) == {"x": "fast"}
    assert answer(made, {"x": " fast "}, variables=variables) == {"x": "fast"}
    assert errors(made, {"x": "ny"}, variables=variables) == {"x": "»Felt« kan ikke ændres"}
