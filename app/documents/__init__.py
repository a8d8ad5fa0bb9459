"""Documents: what people send with a form, kept sealed beside the journal, which holds references to them."""

from __future__ import annotations

from app.documents.rows import document

__all__ = ["document"]
