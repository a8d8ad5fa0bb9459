"""`taglist`: any of many options."""

from __future__ import annotations

from app.forms.fields.some_of import SomeOf

TAGLIST = SomeOf("taglist")
