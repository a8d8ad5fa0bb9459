"""A consent as a value, and the rule of when it holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app.clock import LOCAL

DECISIONS = {"given": "Givet", "partly": "Givet delvist", "refused": "Ikke givet"}
"""What was said → Danish."""

GIVERS = {
    "citizen": "Borgeren selv",
    "guardian_1": "Forældremyndighedsindehaver",
    "guardian_2": "Forældremyndighedsindehaver (den anden)",
    "legal_guardian": "Værge",
}
"""Who said it → Danish. Consents of custody holders end when the child comes of age; an adult's guardian goes on."""

CUSTODY = frozenset({"guardian_1", "guardian_2"})

STATES = {
    "valid": "Gælder",
    "refused": "Ikke givet",
    "withdrawn": "Trukket tilbage",
    "lapsed": "Bortfaldet",
    "expired": "Udløbet",
    "not_yet": "Gælder endnu ikke",
}
"""State at an instant → Danish."""


@dataclass(frozen=True)
class Consent:
    """One consent, with its early end where it has one.

    Attributes:
        recipients: parties that may be told: codes that the models use ("school", "health", …), or names.
        valid_until: the last day on which it holds.
        of_age: the day on which the citizen comes of age, when consents of custody holders end.
        guardian_key: which guardian gave it; None where the citizen or a legal guardian did.
        custody_until: that guardian's last day of custody; None while it goes on.
        ended_at: when it was withdrawn or lapsed; None where it was not.
        end: withdrawn, lapsed or "".
        giver_name: what that guardian is called; "" where the citizen or a legal guardian gave it.
    """

    key: int
    citizen_key: int
    course_key: int
    giver: str
    decision: str
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    categories: tuple[str, ...]
    excluded: str
    form: str
    note: str
    given_at: date
    valid_until: date
    recorded_at: datetime
    recorded_by: str
    of_age: date
    guardian_key: int | None = None
    custody_until: date | None = None
    ended_at: datetime | None = None
    end: str = ""
    end_reason: str = ""
    giver_name: str = ""

    @property
    def said_by(self) -> str:
        """Who answered, in words: the guardian by name, where one did."""
        title = GIVERS.get(self.giver, self.giver)
        return f"{self.giver_name}, {title.lower()}" if self.giver_name else title

    def state(self, at: datetime) -> str:
        """Return the consent's state at an instant, as a code of `STATES`."""
        day = at.astimezone(LOCAL).date()
        if self.decision == "refused":
            return "refused"
        if day < self.given_at:
            return "not_yet"
        if self.ended_at is not None and self.ended_at <= at:
            return self.end
        if self.giver in CUSTODY and day >= self.of_age:
            return "lapsed"
        if self.custody_until is not None and day > self.custody_until:
            return "lapsed"
        return "valid" if day <= self.valid_until else "expired"

    def valid(self, at: datetime) -> bool:
        """Tell whether it holds at an instant."""
        return self.state(at) == "valid"

    def covers(self, parties: Collection[str]) -> bool:
        """Tell whether one of a party's names or codes is among the recipients, however it is cased.

        Whoever is named by their whole name in what must not be shared is told nothing: nobody can tell here what of
        it was meant for them.
        """
        named = {recipient.casefold() for recipient in self.recipients}
        if any(_is_named(party, self.excluded) for party in parties):
            return False
        return any(party.casefold() in named for party in parties)


def _is_named(party: str, text: str) -> bool:
    name, said = (" ".join(one.casefold().split()) for one in (party, text))
    return " " in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) is not None
