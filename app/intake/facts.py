"""What intake says about itself, for those above and beside it to act on in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class InquiryGiven:
    """Somebody has an inquiry, or the assessment of a concern, in their hands from now on.

    Attributes:
        cause: names this one giving, so that it is told once.
        responsible: username.
        due: the day by which they get in touch, where one was said.
        acute: a concern that must be assessed within hours.
        by: username of who gave it.
    """

    cause: str
    responsible: str
    due: date | None
    by: str
    acute: bool = False


@dataclass(frozen=True)
class ColleaguesAsked:
    """Colleagues are asked to be ready for an inquiry that is taken before the meeting; `cause` names this asking."""

    cause: str
    usernames: tuple[str, ...]
    due: date | None


@dataclass(frozen=True)
class MeetingAhead:
    """Today's meeting comes near, and so many inquiries wait for it."""

    day: date
    hour: time
    count: int
