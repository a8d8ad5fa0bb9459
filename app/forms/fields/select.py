"""`select`: one of many options, folded together; pickers are drawn as this."""

from __future__ import annotations

from app.forms.fields.one_of import OneOf

SELECT = OneOf("select")
