"""What the pages share: times and deadlines as people say them, and the frame around a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel.dates import format_date
from flask import Flask, g, url_for
from markupsafe import Markup

from app import citizens
from app.clock import LOCAL, Clock
from app.web import i18n
from app.web.i18n import DANISH, Language

SOON_DAYS = 3
"""A task's deadline is soon within so many days (amber)."""

_SHORT = {"da": "d. MMM y", "en": "d MMM y"}
_LONG = {"da": "EEEE d. MMMM y", "en": "EEEE d MMMM y"}


class Chip(NamedTuple):
    """A status: colour, word and icon, never one without the others.

    `kind` is late, soon, time, ok, here or none (`.chip--…` in forloeb.css), `icon` a name in the sprite.
    """

    kind: str
    words: str
    icon: str


@dataclass(frozen=True)
class Area:
    """One place in the top bar."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Frame:
    """What base.html shows around a page.

    Attributes:
        municipality: its name, beneath the logo.
        areas: what the person may open, in order.
        person: who is logged in; empty before that.
        role: what they are here as, in small print.
        home: where the logo leads.
        logout: URL that a POST logs out at.
        accessibility: URL of the accessibility statement.
    """

    municipality: str
    areas: tuple[Area, ...] = ()
    person: str = ""
    role: str = ""
    home: str = "/"
    logout: str = ""
    accessibility: str = ""


def time_phrase(instant: datetime, now: datetime, language: Language = DANISH) -> str:
    """Say an instant as people do: "i dag kl. 10.42", "i morgen kl. 10", "3. nov. 2026 kl. 9.10".

    Both are aware; the days are Danish ones.
    """
    local = instant.astimezone(LOCAL)
    clock = _clock(local, language)
    days = (local.date() - now.astimezone(LOCAL).date()).days
    if days == 0:
        return language.gettext("i dag kl. %(clock)s") % {"clock": clock}
    if days == 1:
        return language.gettext("i morgen kl. %(clock)s") % {"clock": clock}
    if days == -1:
        return language.gettext("i går kl. %(clock)s") % {"clock": clock}
    day = date_phrase(local.date(), language)
    return language.gettext("%(date)s kl. %(clock)s") % {"date": day, "clock": clock}


def exact_time(instant: datetime, language: Language = DANISH) -> str:
    """Say an instant in full, for titles and print: "mandag 23. november 2026 kl. 10.42"."""
    local = instant.astimezone(LOCAL)
    day = _formatted(local.date(), _LONG[language.code], language.code)
    separator = "." if language.code == "da" else ":"
    clock = f"{local.hour}{separator}{local:%M}"
    return language.gettext("%(date)s kl. %(clock)s") % {"date": day, "clock": clock}


def date_phrase(day: date, language: Language = DANISH) -> str:
    """Say a date: "3. nov. 2026"."""
    return _formatted(day, _SHORT[language.code], language.code)


def deadline_chip(due: datetime | None, now: datetime, language: Language = DANISH) -> Chip:
    """Say how long is left until a deadline, or by how much it is broken.

    Days are counted as dates in Denmark: what is due tomorrow at one minute past midnight is due "I morgen".
    """
    if due is None:
        return Chip("none", language.gettext("Ingen frist"), "")
    days = (due.astimezone(LOCAL).date() - now.astimezone(LOCAL).date()).days
    if due < now:
        return Chip("late", _overdue(now - due, -days, language), "error")
    if days == 0:
        return Chip("soon", language.gettext("I dag"), "time")
    if days == 1:
        return Chip("soon", language.gettext("I morgen"), "time")
    left = language.ngettext("%(num)s dag tilbage", "%(num)s dage tilbage", days) % {"num": days}
    if days <= SOON_DAYS:
        return Chip("soon", left, "time")
    return Chip("time", left, "calendar-month")


def age(born: date, today: date) -> int:
    """Return how many whole years someone born on `born` has lived."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def install(app: Flask, clock: Clock, municipality: str) -> None:
    """Give templates the filters `when`, `exact`, `day`, `cpr`, functions `deadline`, `age`, `svg_icon`, and a `frame`.

    The frame is the one of someone who is not logged in; who knows more gives another (a context processor
    registered later wins).
    """

    def when(instant: datetime) -> str:
        return time_phrase(instant, clock.now(), i18n.current())

    def deadline(due: datetime | None) -> Chip:
        return deadline_chip(due, clock.now(), i18n.current())

    def day_of(when: date | datetime) -> str:
        day = when.astimezone(LOCAL).date() if isinstance(when, datetime) else when
        return date_phrase(day, i18n.current())

    def years(born: date) -> int:
        return age(born, clock.now().astimezone(LOCAL).date())

    app.jinja_env.filters.update(
        when=when,
        exact=lambda instant: exact_time(instant, i18n.current()),
        day=day_of,
        cpr=citizens.mask,
    )
    app.jinja_env.globals.update(deadline=deadline, age=years, svg_icon=_icon)
    app.context_processor(lambda: {"frame": Frame(municipality)})


def _sprite() -> str:
    """Return where the icons are: a list has a hundred, so it is worked out once a request."""
    if "sprite" not in g:
        g.sprite = url_for("static", filename="vendor/dkfds/img/all-svg-icons.svg")
    address: str = g.sprite
    return address


def _icon(name: str, css: str = "") -> Markup:
    return draw_icon(_sprite(), name, css)


@lru_cache(maxsize=256)
def draw_icon(sprite: str, name: str, css: str = "") -> Markup:
    """Draw an icon of the sprite at an address: pages show few different ones, again and again."""
    return Markup(
        '<svg class="{}" focusable="false" aria-hidden="true"><use href="{}#{}"></use></svg>'
    ).format(f"icon-svg {css}".strip(), sprite, name)


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, code: str) -> str:
    """Format a date; a list names the same few days again and again, and Babel takes long over each."""
    return format_date(day, pattern, locale=code)


def _clock(local: datetime, language: Language) -> str:
    if language.code == "da":
        return f"{local.hour}" if local.minute == 0 < local.hour else f"{local.hour}.{local:%M}"
    return f"{local.hour}:{local:%M}"


def _overdue(by: timedelta, days: int, language: Language) -> str:
    if days > 0:
        text = language.ngettext("%(num)s dag over", "%(num)s dage over", days)
        return text % {"num": days}
    minutes = max(int(by.total_seconds()) // 60, 1)
    if minutes < 30:
        text = language.ngettext("%(num)s minut over", "%(num)s minutter over", minutes)
        return text % {"num": minutes}
    hours, rest = divmod(minutes, 60)
    number = f"{hours or ''}{'½' if rest >= 30 else ''}"
    text = language.ngettext("%(number)s time over", "%(number)s timer over", max(hours, 1))
    return text % {"number": number}
