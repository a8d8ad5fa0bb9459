"""Who is invited to a meeting: the house's own people, and those outside whom a consent covers now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import consents
from app.meetings.queries import Meeting, Participant

NO_CONSENT = "Intet samtykke dækker {name}. Mødet må ikke nævnes for {name}."
ENDED = "Samtykket, der dækkede {name}, gælder ikke længere. Indbydelsen er trukket tilbage."


@dataclass(frozen=True)
class Invitation:
    """A participant, and whether they are invited; `why_not` is Danish, empty where they are."""

    participant: Participant
    why_not: str = ""

    @property
    def invited(self) -> bool:
        """Tell whether the person is told of the meeting."""
        return not self.why_not


def invitations(session: Session, meeting: Meeting, at: datetime) -> tuple[Invitation, ...]:
    """Tell who is invited as the consents stand at an instant (forvaltningsloven § 28).

    A withdrawn consent takes the invitation back by itself; a new one that covers the person gives it.
    """
    return tuple(_invitation(session, meeting, one, at) for one in meeting.participants)


def _invitation(session: Session, meeting: Meeting, one: Participant, at: datetime) -> Invitation:
    if not one.external:
        return Invitation(one)
    if meeting.citizen_key is not None:
        names = one.parties or (one.name, one.party_kind)
        if consents.covering(session, meeting.citizen_key, names, at) is not None:
            return Invitation(one)
    text = ENDED if one.consent_key is not None else NO_CONSENT
    return Invitation(one, text.format(name=one.name))
