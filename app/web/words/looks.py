"""Entries of the access log in words: what was done, and for the citizen an extract that names no employee."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.access import ROLES, AccessRow
from app.web.i18n import gettext as _

_SPOKEN = (
    (re.compile(r"\bDu er\b"), "Medarbejderen er"),
    (re.compile(r"\bDu har\b"), "Medarbejderen har"),
    (re.compile(r"\bDu arbejder\b"), "Medarbejderen arbejder"),
    (re.compile(r"\bat du ser\b"), "at medarbejderen ser"),
    (re.compile(r"\bDin gruppe\b"), "Medarbejderens gruppe"),
)
"""A ground speaks to who sees; whoever reads the log is told of them."""


@dataclass(frozen=True)
class Look:
    """One line of a citizen's extract.

    Attributes:
        at: when.
        what: what was done, in words.
        purpose: why, in words that name nobody.
        as_what: the roles of whoever looked, in words; never who it was.
        unit: the part of the administration that they belong to.
    """

    at: datetime
    what: str
    purpose: str
    as_what: str
    unit: str


def action_words(code: str) -> str:
    """Say what was done; a code that has no words is shown as it is."""
    return actions().get(code, code)


def actions() -> dict[str, str]:
    """Return everything that the log tells of, by code."""
    return {
        "access:denied": _("Blev afvist"),
        "audit:access": _("Så i adgangsloggen"),
        "audit:course": _("Efterså forløbets historik"),
        "audit:emergency": _("Gennemgik en nødadgang"),
        "audit:entry": _("Efterså en post i historikken"),
        "audit:export": _("Udleverede forløbet"),
        "audit:sample": _("Gennemgik en stikprøve"),
        "audit:search": _("Søgte i revisionen"),
        "audit:then": _("Så forløbet, som det var"),
        "candidate:list": _("Så kandidater fra samkøring"),
        "citizen:read": _("Så borgerens side"),
        "citizen:search": _("Søgte efter borgere"),
        "course:cases": _("Så forløbets sager"),
        "course:consents": _("Så samtykkerne"),
        "course:diagram": _("Så forløbets diagram"),
        "course:list": _("Så listen over forløb"),
        "course:meetings": _("Så forløbets møder"),
        "course:operate": _("Løste en driftsfejl"),
        "course:overview": _("Så forløbet"),
        "course:plan": _("Så planen"),
        "course:read": _("Hentede forløbet"),
        "course:report": _("Meldte en hændelse i forløbet"),
        "course:search": _("Søgte efter forløb"),
        "course:start": _("Startede et forløb"),
        "course:team": _("Så teamet"),
        "course:timeline": _("Så tidslinjen"),
        "course:unit": _("Så forløbets enhed"),
        "deadline:list": _("Så listen over frister"),
        "document:read": _("Hentede et dokument"),
        "finding:list": _("Så fund fra revisionen"),
        "inbox:read": _("Så sin indbakke"),
        "inbox:search": _("Søgte i indbakken"),
        "incident:list": _("Så listen over driftsfejl"),
        "incident:read": _("Så en driftsfejl"),
        "incident:search": _("Søgte efter driftsfejl"),
        "inquiry:list": _("Så listen over henvendelser"),
        "inquiry:meeting": _("Så henvendelserne på mødet"),
        "inquiry:unattached": _("Så en henvendelse uden nummer"),
        "job:search": _("Søgte efter automatisk arbejde"),
        "job:take": _("Et fagsystem hentede arbejde"),
        "studio:scenario": _("Lavede en prøve af et forløb"),
        "studio:values": _("Så værdier ved prøve af en ny model"),
        "task:read": _("Åbnede en opgave"),
        "task:search": _("Søgte efter opgaver"),
        "variable:read": _("Hentede oplysninger"),
        "variable:search": _("Søgte i oplysninger"),
    }


def extract(rows: Iterable[AccessRow], names: Mapping[str, str]) -> list[Look]:
    """Return a citizen's own extract: when, what and why, and nothing that tells which employee it was.

    Citizens have a right to know when and why they were looked up; not by whom, unless they need it to use their
    rights (GDPR art. 15; EU Court, C-579/21).

    Args:
        rows: entries of the log, of this citizen.
        names: of all who stand in them, by username.
    """
    return [
        Look(row.at, action_words(row.action), _neutral(row, names), _as_what(row), row.unit)
        for row in rows
    ]


def _as_what(row: AccessRow) -> str:
    if row.client:
        return _("Et fagsystem")
    return ", ".join(ROLES[code].title for code in row.roles if code in ROLES) or _("Medarbejder")


def spoken(purpose: str) -> str:
    """Return a purpose as it reads to another than the one who looked: "Medarbejderen er tovholder i forløbet."."""
    for pattern, instead in _SPOKEN:
        purpose = pattern.sub(instead, purpose)
    return purpose


def _neutral(row: AccessRow, names: Mapping[str, str]) -> str:
    text = row.purpose
    if row.action.endswith(":search"):  # what was searched for may be somebody else's name
        text = text.partition(":")[0] if not text.startswith("API:") else text
    text = spoken(text)
    for username, name in names.items():
        for who in (name, username):
            if len(who) > 1:
                text = re.sub(rf"(?<!\w){re.escape(who)}(?!\w)", _("en medarbejder"), text)
    return text
