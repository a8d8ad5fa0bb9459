"""What a verification can find, and in which words it is told."""

from __future__ import annotations

from dataclasses import dataclass

WORDS = {
    "digest-differs": "posten er ændret, siden den blev skrevet",
    "prev-differs": "posten følger ikke efter den foregående",
    "missing": "posten mangler",
    "unexpected": "posten hører ikke til i kæden",
    "cut": "kæden er klippet over her",
    "head-differs": "posten er skiftet ud",
    "head-forged": "dagens kædehoved er ikke underskrevet med installationens nøgle",
    "no-journal": "kæden har ingen poster",
    "time-differs": "posten er dateret før den foregående",
    "not-readable": "posten kan ikke åbnes",
    "state-differs": "genberegningen giver en anden tilstand end den, der blev skrevet",
    "row-differs": "forløbets gemte tilstand er ikke den, som journalen fører til",
    "row-missing": "forløbets gemte tilstand mangler",
    "snapshot-differs": "det gemte billede af forløbets tilstand er ikke den, som journalen fører til",
    "past-differs": "det, der er gemt om forløbets tidligere version, er ikke det, som journalen siger",
    "not-decidable": "posten kan ikke afgøres igen",
    "document-missing": "et dokument, som posten henviser til, mangler",
    "document-changed": "et dokument, som posten henviser til, er ikke det, der blev sendt",
    "version-missing": "den udgivne version, som posten fortæller om, mangler",
    "version-differs": "den udgivne version er ikke den, som posten fortæller om",
    "file-missing": "en fil i den udgivne version mangler",
    "file-changed": "en fil i den udgivne version er ikke den, der blev udgivet",
    "key-changed": "nøglen er ikke den, der blev gemt, og det, den lukker for, kan ikke åbnes",
    "seen-differs": "hvilke borgere opslaget står under, er ikke dem, posten nævner",
}
"""The reasons in words."""


@dataclass(frozen=True)
class Broken:
    """The first entry of a stream that is not as it was written.

    Attributes:
        reason: a code of `WORDS`.
        expected: what ought to stand there: a digest, a number of an entry, a public key.
        found: what stands there instead, or the error that deciding again ended in.
    """

    stream: str
    seq: int
    reason: str
    expected: str = ""
    found: str = ""

    @property
    def words(self) -> str:
        """The reason in Danish."""
        return WORDS[self.reason]
