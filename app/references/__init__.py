"""References: the cases of other systems that a course points to."""

from __future__ import annotations

from app.references.references import ExternalCase, NewExternalCase, add, of_course, remove

__all__ = ["ExternalCase", "NewExternalCase", "add", "of_course", "remove"]
