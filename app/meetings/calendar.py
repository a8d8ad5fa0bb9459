"""A meeting as an iCalendar file (RFC 5545, RFC 5546): the same UID for ever, a SEQUENCE that grows with every change.

A calendar is read over people's shoulders: the title is »Møde«, whoever it is about, and nobody is named in it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from app.meetings.queries import Meeting

TITLE = "Møde"


def ics(
    meeting: Meeting, *, organiser: str, secrets: Collection[str], protected: bool, at: datetime
) -> bytes:
    """Write the meeting as it stands now: an invitation, its update, or its cancellation.

    Args:
        meeting: which.
        organiser: the municipality's name.
        secrets: words about the citizen (names, street); a place that holds one of them is left out.
        at: when the file is made.
        protected: the citizen's address is protected: no place at all.
    """
    from icalendar import Calendar, Event, vCalAddress, vText  # noqa: PLC0415 -- 80 modules, for a file that few ask for

    over = meeting.status == "cancelled"
    event = Event()
    event.add("uid", f"meeting-{meeting.key}@forloeb")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", at)
    event.add("summary", TITLE)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.starts_at + timedelta(minutes=meeting.minutes))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if over else "CONFIRMED")
    if may_say_place(meeting.place, secrets, protected=protected):
        event.add("location", meeting.place)
    sender = vCalAddress("invalid:nomail")  # RFC 5546 wants one; nobody is to answer by mail
    sender.params["CN"] = vText(organiser)
    event["organizer"] = sender
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Forløb//DA")
    calendar.add("method", "CANCEL" if over else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def may_say_place(place: str, secrets: Collection[str], *, protected: bool) -> bool:
    """Tell whether a meeting's place says nothing about the citizen."""
    said = place.casefold()
    return not protected and not any(word.casefold() in said for word in secrets if word)
