"""A form in a line, the day it is filled in, and a page to draw it on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import forms
from app.errors import DomainError
from app.web.site.frame import draw_icon

TEMPLATES = Path(__file__).parents[3] / "app" / "web" / "templates"
NOW = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)


class Staff:
    """Two people and a code list."""

    _OPTIONS: Mapping[str, Sequence[tuple[str, str]]] = {
        "user": (("u1", "Mette Kragh"), ("u2", "Jonas Lind")),
        "code_list:themes": (("work", "Arbejde"), ("home", "Bolig")),
    }

    def options(self, picker: str, query: str, /) -> Sequence[tuple[str, str]]:
        return [pair for pair in self._OPTIONS.get(picker, ()) if query in pair[1]]

    def label(self, picker: str, value: str, /) -> str | None:
        return dict(self._OPTIONS.get(picker, ())).get(value)


def file_of(*components: Mapping[str, Any], **head: Any) -> bytes:
    document = {
        "type": "default",
        "id": "test",
        "schemaVersion": 19,
        "components": components,
        **head,
    }
    return json.dumps(document).encode()


@pytest.fixture
def file() -> Callable[..., bytes]:
    return file_of


@pytest.fixture
def form() -> Callable[..., forms.Form]:
    """Load a form of the given components."""
    return lambda *components: forms.load(file_of(*components))


@pytest.fixture
def setting() -> dict[str, Any]:
    """The keyword arguments that most of the face takes."""
    return {"variables": {}, "now": NOW, "choices": Staff()}


@pytest.fixture
def errors(setting: dict[str, Any]) -> Callable[..., dict[str, str]]:
    """What `validate` says is wrong, by path; empty where all is well."""

    def wrong(form: forms.Form, answers: Any, **changes: Any) -> dict[str, str]:
        try:
            forms.validate(form, answers, **{**setting, **changes})
        except DomainError as error:
            return error.fields
        return {}

    return wrong


@pytest.fixture
def answer(setting: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """What `validate` makes of answers."""
    return lambda form, answers, **changes: forms.validate(form, answers, **{**setting, **changes})


@pytest.fixture
def page() -> Callable[[forms.FormView], str]:
    """The HTML of a view, drawn by the real templates."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    environment.globals["svg_icon"] = partial(draw_icon, "/static/icons.svg")
    environment.globals["url_for"] = lambda endpoint, filename: f"/{endpoint}/{filename}"
    template = environment.from_string(
        '{% from "forms/form.html" import form, summary %}{{ summary(view) }}{{ form(view) }}'
    )
    return lambda view: template.render(view=view)


@pytest.fixture
def draw(page: Callable[[forms.FormView], str], setting: dict[str, Any]) -> Callable[..., str]:
    """The HTML of a form with answers."""

    def html(
        form: forms.Form,
        answers: Mapping[str, Any] | None = None,
        errors: Mapping[str, str] | None = None,
        **changes: Any,
    ) -> str:
        return page(forms.view(form, answers, errors, **{**setting, **changes}))

    return html
