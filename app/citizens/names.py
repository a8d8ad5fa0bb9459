"""Names as they are searched: without case, accents, and the two ways of writing å, æ and ø."""

from __future__ import annotations

import unicodedata

_ALIKE = str.maketrans({"å": "aa", "æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "ü": "y"})


def fold(text: str) -> str:
    """Fold a name or a search so that Ågård, aagaard and AAGÅRD are the same text."""
    spelled = unicodedata.normalize("NFC", text).casefold().translate(_ALIKE)
    plain = unicodedata.normalize("NFD", spelled)
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())
