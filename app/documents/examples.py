"""Made-up documents, for forms that are filled in by nobody: dry runs of models and scenarios."""

from __future__ import annotations

from dataclasses import replace

from app.documents.document import NewDocument
from app.documents.documents import receive
from app.journal import Keyring
from app.storage import UnitOfWork

_EXAMPLES = {
    "eksempel.pdf": b"%PDF-1.4\n%%EOF\n",
    "eksempel.png": b"\x89PNG\r\n\x1a\n",
    "eksempel.jpg": b"\xff\xd8\xff\xd9",
    "eksempel.txt": b"Eksempel\n",
}


def invent(work: UnitOfWork, keyring: Keyring, like: NewDocument, *, by: str) -> None:
    """Keep one document of each common kind, so that a form that asks for one can be filled in.

    Args:
        work: the transaction, of a throwaway database.
        keyring: seals them.
        like: whose they are; name and content are replaced.
        by: who is to fill the form in.
    """
    for name, content in _EXAMPLES.items():
        receive(work, keyring, replace(like, name=name, content=content), by=by, most=len(content))
