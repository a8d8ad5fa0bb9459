"""What is found in a form file, and what the face remembers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import marshmallow
import pytest
from marshmallow import class_registry

from app import forms
from app.errors import DefinitionError

NAME = {"type": "textfield", "id": "name", "key": "name", "label": "Navn"}


def codes(content: bytes) -> list[str]:
    return [finding.code for finding in forms.check(content)]


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"type": "iframe", "id": "x"}, "form:component-unknown"),
        ({"id": "x"}, "form:component-unknown"),
        ({"type": ["x"]}, "form:component-unknown"),
        ({"type": "button", "id": "x"}, "form:component-ignored"),
        ({"type": "textfield", "label": "x"}, "form:key-missing"),
        ({**NAME, "key": "_add"}, "form:key-invalid"),
        ({**NAME, "key": "csrf_token"}, "form:key-invalid"),
        ({**NAME, "key": "a..b"}, "form:key-invalid"),
        ({**NAME, "label": ""}, "form:label-missing"),
        ({**NAME, "conditional": {"hide": "=1 +"}}, "form:expression-invalid"),
        ({**NAME, "label": "Hej {{ 1 + }}"}, "form:expression-invalid"),
        ({**NAME, "properties": {"valid_if": "=)"}}, "form:expression-invalid"),
        ({**NAME, "validate": {"maxLength": -1}}, "form:limit-invalid"),
        ({**NAME, "validate": {"minLength": "x"}}, "form:limit-invalid"),
        ({**NAME, "validate": {"pattern": "("}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": "^(a+)+$"}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": "^(a|a)*$"}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": "^(a?a?)*$"}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": "^" + "a?" * 30 + "a" * 30}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": "^" + "(aa|aa)" * 20}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": r"\d+\d+\d+\d+x"}}, "form:pattern-invalid"),
        ({**NAME, "validate": {"pattern": r"(a)\1"}}, "form:pattern-invalid"),
        ({**NAME, "properties": {"sensitivity": "secret"}}, "form:sensitivity-unknown"),
        ({**NAME, "properties": {"picker": "boss"}}, "form:picker-unknown"),
        ({**NAME, "properties": {"format": "cvr"}}, "form:format-unknown"),
        ({**NAME, "properties": {"appearance": "balloons"}}, "form:appearance-unknown"),
        ({**NAME, "properties": {"sensitivty": "normal"}}, "form:property-unknown"),
        ({**NAME, "properties": {"min_rows": "x"}}, "form:property-invalid"),
        ({"type": "radio", "id": "r", "key": "r", "label": "R"}, "form:options-missing"),
        (
            {
                "type": "radio",
                "id": "r",
                "key": "r",
                "label": "R",
                "values": [{"value": 1}, {"value": 1}],
            },
            "form:option-duplicate",
        ),
        (
            {"type": "datetime", "id": "d", "key": "d", "label": "D", "subtype": "era"},
            "form:subtype-unknown",
        ),
        ({"type": "dynamiclist", "id": "l", "path": "l", "components": []}, "form:list-empty"),
        (
            {
                "type": "dynamiclist",
                "id": "l",
                "path": "l",
                "components": [{**NAME, "readonly": True}],
            },
            "form:readonly-in-list",
        ),
        (
            {
                "type": "dynamiclist",
                "id": "l",
                "path": "l",
                "components": [NAME],
                "properties": {"min_rows": 3, "max_rows": 2},
            },
            "form:rows-invalid",
        ),
        ({"type": "text", "id": "t", "text": "{{#if a}}x{{/if}}"}, "form:template-unsupported"),
    ],
)
def test_what_is_wrong_with_a_component_is_found(
    file: Callable[..., bytes], component: dict[str, Any], code: str
) -> None:
    assert code in codes(file(component))


@pytest.mark.parametrize("key", ["name", "name.first"])
def test_two_answers_cannot_share_a_place(file: Callable[..., bytes], key: str) -> None:
    assert codes(file(NAME, {**NAME, "id": "other", "key": key})) == ["form:key-duplicate"]


def test_rows_have_a_place_of_their_own(file: Callable[..., bytes]) -> None:
    rows = {"type": "dynamiclist", "id": "l", "path": "rows", "components": [NAME]}
    assert codes(file(NAME, rows)) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "form:json"),
        (b"\xff\xfe", "form:json"),
        (b"[" * 100_000, "form:json"),
        (b'{"components": [NaN]}', "form:json"),
        (b"[]", "form:json"),
        (b'{"components": {}}', "form:json"),
        (b" " * 600_000, "form:too-large"),
    ],
)
def test_a_hostile_file_is_a_finding_never_an_exception(content: bytes, code: str) -> None:
    assert codes(content) == [code]
    with pytest.raises(DefinitionError):
        forms.load(content)


def test_the_head_is_checked(file: Callable[..., bytes]) -> None:
    assert codes(file(NAME, schemaVersion=8)) == ["form:schema-version"]
    assert codes(file(NAME, type="other")) == ["form:type"]
    assert codes(file(NAME, id="")) == ["form:id-missing"]


def test_too_many_and_too_deep(file: Callable[..., bytes]) -> None:
    nested: dict[str, Any] = NAME
    for number in range(12):
        nested = {"type": "group", "id": f"g{number}", "components": [nested]}
    assert "form:too-deep" in codes(file(nested))
    assert codes(file(*[{"type": "separator"}] * 600)) == ["form:too-many"]


def test_loading_names_the_findings(file: Callable[..., bytes]) -> None:
    with pytest.raises(DefinitionError) as caught:
        forms.load(file({"type": "iframe", "id": "x"}))
    assert caught.value.code == "form:not-usable"
    assert [(f.code, f.element) for f in caught.value.findings] == [("form:component-unknown", "x")]


def test_the_schema_is_made_once_for_a_digest_and_leaves_no_trace(
    file: Callable[..., bytes],
) -> None:
    before = set(class_registry._registry)
    first, again = forms.load(file(NAME)), forms.load(file(NAME))
    other = forms.load(file({**NAME, "label": "Andet"}))
    assert first.schema() is again.schema()
    assert first.schema() is not other.schema()
    assert issubclass(first.schema(), marshmallow.Schema)
    assert set(class_registry._registry) == before


def test_the_schema_alone_refuses_what_holds_whatever_the_other_answers_are(
    file: Callable[..., bytes],
) -> None:
    age = {
        "type": "number",
        "id": "a",
        "key": "Meta",
        "label": "Alder",
        "validate": {"required": True, "min": 0},
    }
    schema = forms.load(file(age, {**NAME, "key": "fields"})).schema()()
    assert schema.load({"Meta": 3, "fields": "x"}) == {"Meta": 3, "fields": "x"}
    for wrong in ({}, {"Meta": -1}, {"Meta": None}, {"Meta": 1, "q": 1}):
        with pytest.raises(marshmallow.ValidationError):
            schema.load(wrong)


def test_the_api_schema_says_the_same(file: Callable[..., bytes]) -> None:
    made = forms.load(
        file(
            {**NAME, "validate": {"required": True, "maxLength": 20}},
            {
                "type": "radio",
                "id": "r",
                "key": "a.level",
                "label": "Niveau",
                "values": [{"label": "Let", "value": 1}],
            },
            {"type": "dynamiclist", "id": "l", "path": "rows", "components": [NAME]},
        )
    )
    schema = forms.api_schema(made)
    assert schema["required"] == ["name"]
    assert schema["properties"]["name"] == {"type": "string", "maxLength": 20, "title": "Navn"}
    assert schema["properties"]["a"]["properties"]["level"] == {
        "enum": [1, None],
        "title": "Niveau",
    }
    assert schema["properties"]["rows"]["items"]["additionalProperties"] is False
    assert json.dumps(schema)
