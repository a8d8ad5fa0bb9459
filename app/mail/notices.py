"""What colleagues are told by mail, and who: no name, number, address or word of a citizen's is in any of it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from app import access
from app.access import permits_of
from app.clock import LOCAL
from app.intake import ColleaguesAsked, InquiryGiven, MeetingAhead
from app.mail.outbox import NewMail, queue
from app.storage import Facts, UnitOfWork

_MEETING = "intake:work"
"""Whoever may open the meeting's page takes part in it."""

_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip


def listen(facts: Facts, address: str) -> None:
    """Have colleagues told; `address` is where people find the installation, without a slash at the end."""
    facts.subscribe(InquiryGiven, partial(_given, address))
    facts.subscribe(ColleaguesAsked, partial(_asked, address))
    facts.subscribe(MeetingAhead, partial(_ahead, address))


def _given(address: str, work: UnitOfWork, fact: InquiryGiven) -> None:
    """Tell who has become responsible, unless they took it themselves."""
    if fact.responsible == fact.by:
        return
    kind = "en vurdering, der haster" if fact.acute else "kontakt efter en henvendelse"
    due = f" – frist {_day(fact.due)}" if fact.due else ""
    words = f"Du har fået en ny opgave: {kind}{due}."
    new = NewMail(
        fact.cause,
        fact.responsible,
        "Du har fået en ny opgave",
        _text(words, f"{address}/inbox"),
    )
    queue(work, new)


def _asked(address: str, work: UnitOfWork, fact: ColleaguesAsked) -> None:
    """Tell colleagues at once that an inquiry is taken before the meeting."""
    due = f" Første kontakt er senest {_day(fact.due)}." if fact.due else ""
    words = f"En henvendelse bliver taget før mødet, og du bliver bedt om at være klar.{due}"
    for username in fact.usernames:
        who = access.person(work.session, username)
        may_meet = who is not None and _MEETING in permits_of(who.roles)
        link = f"{address}/intake/meeting" if may_meet else f"{address}/inbox"
        queue(work, NewMail(fact.cause, username, "En henvendelse haster", _text(words, link)))


def _ahead(address: str, work: UnitOfWork, fact: MeetingAhead) -> None:
    """Tell those who take part what waits for the meeting, unless it is over."""
    hour = f"{fact.hour:%H.%M}".lstrip("0").removesuffix(".00")
    count = "Der er 1 henvendelse" if fact.count == 1 else f"Der er {fact.count} henvendelser"
    body = _text(f"{count} til mødet kl. {hour}.", f"{address}/intake/meeting")
    begins = datetime.combine(fact.day, fact.hour, LOCAL)
    for who in access.staff(work.session):
        if who.takes_mail and _MEETING in permits_of(who.roles):
            cause = f"intake-meeting:{fact.day.isoformat()}"
            queue(work, NewMail(cause, who.username, f"{count} til mødet kl. {hour}", body, begins))


def _text(words: str, link: str) -> str:
    return f"{words}\nSe mere på {link}\n\nMailen er sendt af sig selv og kan ikke besvares.\n"


def _day(day: date) -> str:
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"
