"""An emergency access as a value, and the rules for opening and reviewing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.access import Principal
from app.emergencies.rows import EmergencyRow
from app.errors import DomainError, Refused

HOURS = 4
"""How long an emergency access lasts: long enough for a call and a visit, gone the next morning."""

SEVERAL = 3
"""With so many that nobody has reviewed, a person opens no further one."""

VERDICTS = {"justified": "Berettiget", "unjustified": "Ikke berettiget"}
"""What a review can come to."""

_SHORTEST = 15
_LONGEST = 2000


@dataclass(frozen=True)
class Emergency:
    """One person's access to one citizen, in an emergency.

    Attributes:
        unit: of the person, when they opened it: whose leaders review it.
        verdict: a code of `VERDICTS`; empty until it has been reviewed.
    """

    key: int
    citizen_key: int
    username: str
    unit: str
    reason: str
    opened_at: datetime
    until: datetime
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    verdict: str = ""
    remark: str = ""

    def holds(self, at: datetime) -> bool:
        """Tell whether it opens anything at an instant; a review that finds it unjustified closes it at once."""
        return self.opened_at <= at < self.until and self.verdict != "unjustified"

    def may_review(self, who: Principal) -> bool:
        """Tell whether somebody is to review it: the person's leader or an auditor, and never the person."""
        if who.username == self.username or not who.may("emergency:review"):
            return False
        return "auditor" in who.roles or not self.unit or who.unit == self.unit


def value_of(row: EmergencyRow) -> Emergency:
    """Return the row as a value."""
    return Emergency(
        row.key,
        row.citizen_key,
        row.username,
        row.unit,
        row.reason,
        row.opened_at,
        row.until,
        row.reviewed_by,
        row.reviewed_at,
        row.verdict,
        row.remark,
    )


def sound_reason(text: str) -> str:
    """Return the reason, trimmed.

    Raises:
        DomainError: it says too little to be reviewed, or is too long.
    """
    reason = " ".join(text.split())
    if len(reason) < _SHORTEST:
        wrong = f"Skriv med mindst {_SHORTEST} tegn, hvorfor du må se oplysningerne nu."
        raise DomainError("emergency:reason", wrong, fields={"reason": wrong})
    if len(reason) > _LONGEST:
        wrong = f"Skriv højst {_LONGEST} tegn."
        raise DomainError("emergency:reason", wrong, fields={"reason": wrong})
    return reason


def need_none_open(open_ones: list[Emergency]) -> None:
    """Go on only while few of the person's emergencies wait for their review.

    Raises:
        Refused: too many do.
    """
    if len(open_ones) >= SEVERAL:
        text = f"{len(open_ones)} af dine nødadgange er ikke gennemgået endnu. Tal med din leder."
        raise Refused("emergency:unreviewed", text)
