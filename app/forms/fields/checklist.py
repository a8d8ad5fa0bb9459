"""`checklist`: any of a few options, each with a box."""

from __future__ import annotations

from app.forms.fields.some_of import SomeOf

CHECKLIST = SomeOf("checklist")
