"""Forms: form-js files, from the file to what a person sees and what a course gets.

One source: the same definition gives the marshmallow schema, the check of a page and of the API, the view model of the
templates, the JSON Schema, and example answers. See docs/forms.md for what a designer can write.
"""

from __future__ import annotations

from app.forms.api import api_schema
from app.forms.component import Choices, Component, NoChoices, Option
from app.forms.fields.filepicker import FACTS as REFERENCE
from app.forms.finding import Finding
from app.forms.form import (
    Form,
    check,
    example,
    file_fields,
    load,
    newly_asked,
    read_post,
    readonly_view,
    validate,
    view,
)
from app.forms.post import Filled, Posted
from app.forms.subjects import subjects
from app.forms.uploads import FileField
from app.forms.view import FieldView, FileView, FormView, GroupView, Item, LineView, ListView

__all__ = [
    "REFERENCE",
    "Choices",
    "Component",
    "FieldView",
    "FileField",
    "FileView",
    "Filled",
    "Finding",
    "Form",
    "FormView",
    "GroupView",
    "Item",
    "LineView",
    "ListView",
    "NoChoices",
    "Option",
    "Posted",
    "api_schema",
    "check",
    "example",
    "file_fields",
    "load",
    "newly_asked",
    "read_post",
    "readonly_view",
    "subjects",
    "validate",
    "view",
]
