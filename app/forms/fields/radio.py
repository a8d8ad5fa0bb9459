"""`radio`: one of a few options, all of them shown."""

from __future__ import annotations

from app.forms.fields.one_of import OneOf

RADIO = OneOf("radio")
