"""Who may consent for a citizen on a day: decided over values, so that pages and the register say the same.

From 18 only the citizen (or the legal guardian whom Familieretshuset appointed, værgemålsloven § 5). From 15 the young
person's own consent is needed and enough; before that everyone with custody must consent (forældreansvarsloven
§§ 2–3). The law names no age for a consent to share; 15 is our reading of practice, and stands here only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.citizens import Citizen, Guardian
from app.consents.consent import CUSTODY
from app.errors import DomainError

OWN_CONSENT = 15
"""Age from which a young person's own consent opens, in years (our reading)."""

_PLACES = {"guardian_1": 0, "guardian_2": 1}


def custody_holders(guardians: Sequence[Guardian], day: date) -> list[Guardian]:
    """Return those who have custody on a day, in the order in which forms number them."""
    return [one for one in guardians if one.custody and one.valid(day)]


def giver_of(
    whose: Citizen, guardians: Sequence[Guardian], giver: str, name: str, day: date
) -> Guardian | None:
    """Return the guardian who consents; None where the citizen or a legal guardian does.

    Args:
        whose: whose data it is.
        guardians: all who were ever registered for them.
        giver: a code of `GIVERS`.
        name: what the giver is called; "" where the code alone says it.
        day: the day on which it is given.

    Raises:
        DomainError: this person may not consent for the citizen on that day.
    """
    if giver == "citizen":
        return None
    first = whose.first_name
    grown = day >= whose.turns_18
    holders = custody_holders(guardians, day)
    if giver not in CUSTODY:
        if not grown and holders:
            raise _refused(f"{holders[0].name} har forældremyndigheden over {first}. Spørg der.")
        return None
    if grown:
        raise _refused(f"{first} er fyldt 18 år. Nu kan kun {first} selv give samtykke.")
    if name:
        return _named(first, guardians, name, day)
    place = _PLACES[giver]
    if place >= len(holders):
        known = " og ".join(one.name for one in holders) or "ingen"
        raise _refused(
            f"Så mange har ikke forældremyndigheden over {first}. Registreret er: {known}."
        )
    return holders[place]


def _named(first: str, guardians: Sequence[Guardian], name: str, day: date) -> Guardian:
    wanted = name.casefold().strip()
    known = [one for one in guardians if one.name.casefold() == wanted]
    if not known:
        text = f"{name} er ikke registreret som forælder eller værge for {first}."
        raise _refused(text, "giver_name")
    holding = custody_holders(known, day)
    if not holding:
        raise _refused(f"{name} har ikke forældremyndigheden over {first}.", "giver_name")
    return holding[0]


def _refused(text: str, field: str = "consent_giver") -> DomainError:
    return DomainError("consent:giver", text, fields={field: text})
