"""Documents: what people send with a form, kept sealed beside the journal, which holds references to them."""

from __future__ import annotations

from app.documents.contents import BROKEN_ZIP, TAKEN, clean_name, headers, type_of
from app.documents.document import Document, NewDocument, references_in
from app.documents.documents import (
    ERASED,
    MEGABYTE,
    Changed,
    content,
    discard,
    forget_unsent,
    get,
    of_course,
    put_back,
    receive,
    send,
    usable,
)
from app.documents.examples import invent
from app.documents.rows import document

__all__ = [
    "BROKEN_ZIP",
    "ERASED",
    "MEGABYTE",
    "TAKEN",
    "Changed",
    "Document",
    "NewDocument",
    "clean_name",
    "content",
    "discard",
    "document",
    "forget_unsent",
    "get",
    "headers",
    "invent",
    "of_course",
    "put_back",
    "receive",
    "references_in",
    "send",
    "type_of",
    "usable",
]
