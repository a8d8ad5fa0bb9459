"""Entries of a course's journal as sentences: who did what, with an icon that never stands alone."""

from __future__ import annotations

from collections.abc import Mapping

from app.audit import GROUPS, Act
from app.courses import SYSTEM
from app.web.i18n import gettext as _

_ICONS = {
    "course:started": "flag",
    "course:task-completed": "check",
    "course:message-received": "email",
    "course:message-held": "email",
    "course:message-dropped": "email",
    "course:timer-fired": "time",
    "course:job-completed": "settings",
    "course:job-failed": "error",
    "course:error-thrown": "error",
    "course:incident-resolved": "construction",
    "course:variables-set": "edit",
    "course:cancelled": "close",
    "course:deadline-reminded": "time",
    "course:deadline-breached": "error",
    "course:token-moved": "construction",
    "course:retries-updated": "construction",
    "course:suspended": "hourglass",
    "course:resumed": "location",
    "course:migrated": "construction",
    "course:migration-undone": "construction",
    "course:task-claimed": "person-add",
    "course:task-assigned": "person-add",
    "course:task-released": "person-remove",
    "course:unit-set": "location",
}


def icon_of(act: Act) -> str:
    """Return the name of an entry's icon."""
    return _ICONS.get(act.kind, "info")


def sentence(act: Act, names: Mapping[str, str]) -> str:
    """Say an entry in words.

    Args:
        act: the entry.
        names: of people, by username.
    """
    who = who_of(act.actor, names)
    step = act.name
    given = names.get(act.assignee, act.assignee)
    texts = {
        "course:started": _("%(who)s startede forløbet"),
        "course:task-completed": _("%(who)s sendte »%(step)s«"),
        "course:task-claimed": _("%(who)s tog opgaven »%(step)s«"),
        "course:task-released": _("%(who)s gav opgaven »%(step)s« tilbage"),
        "course:task-assigned": _("%(who)s gav opgaven »%(step)s« til %(given)s")
        if act.assignee
        else _("%(who)s gav opgaven »%(step)s« tilbage"),
        "course:unit-set": _("%(who)s flyttede forløbet til %(unit)s")
        if act.reason
        else _("Forløbet fulgte den ansvarlige til %(unit)s"),
        "course:message-received": _("Forløbet fik en besked: »%(step)s«"),
        "course:message-held": _("En besked fra forløbet holdes tilbage"),
        "course:message-dropped": _("En besked fra forløbet nåede ikke frem"),
        "course:signal-received": _("Forløbet hørte et signal"),
        "course:timer-fired": _("Tiden var inde: »%(step)s«"),
        "course:job-completed": _("Systemet udførte »%(step)s«"),
        "course:job-failed": _("»%(step)s« lykkedes ikke"),
        "course:error-thrown": _("»%(step)s« meldte en fejl"),
        "course:incident-resolved": _("%(who)s fik »%(step)s« til at prøve igen"),
        "course:variables-set": _("%(who)s rettede oplysninger i forløbet"),
        "course:cancelled": _("%(who)s stoppede forløbet"),
        "course:deadline-reminded": _("En frist nærmer sig: %(reason)s"),
        "course:deadline-breached": _(
            "En frist blev overskredet, og teamlederen fik besked: %(reason)s"
        ),
        "course:token-moved": _("%(who)s flyttede forløbet til andre trin"),
        "course:retries-updated": _("%(who)s gav »%(step)s« flere forsøg"),
        "course:suspended": _("%(who)s satte forløbet i bero"),
        "course:resumed": _("%(who)s lod forløbet gå videre"),
        "course:migrated": _("%(who)s flyttede forløbet til en anden version af modellen"),
        "course:migration-undone": _("%(who)s fortrød flytningen til en anden version"),
    }
    text = texts.get(act.kind, act.kind)
    told = {"who": who, "step": step, "given": given, "reason": act.reason}
    return text % (told | {"unit": names.get(act.unit, act.unit)})


def remark(act: Act, names: Mapping[str, str]) -> str:
    """Return the reason of an entry, "" where its sentence says it already."""
    return "" if act.reason in sentence(act, names) else act.reason


def who_of(username: str, names: Mapping[str, str]) -> str:
    """Return who acted: a name, or the system."""
    return _("Systemet") if username == SYSTEM else names.get(username, username)


def kinds() -> dict[str, str]:
    """Return what each kind of entry is called, by its code."""
    return {
        "course:started": _("Start"),
        "course:task-completed": _("Opgave sendt"),
        "course:task-claimed": _("Opgave taget"),
        "course:task-assigned": _("Opgave givet til nogen"),
        "course:task-released": _("Opgave givet tilbage"),
        "course:unit-set": _("Flyttet til en anden enhed"),
        "course:cancelled": _("Forløbet stoppet"),
        "course:job-completed": _("Automatisk trin udført"),
        "course:signal-received": _("Signal hørt"),
        "course:timer-fired": _("Tiden var inde"),
        "course:deadline-reminded": _("Frist nærmer sig"),
        "course:deadline-breached": _("Frist overskredet"),
        "course:message-received": _("Besked modtaget"),
        "course:message-held": _("Besked holdt tilbage"),
        "course:message-dropped": _("Besked nåede ikke frem"),
        "course:job-failed": _("Automatisk trin mislykkedes"),
        "course:error-thrown": _("Fejl meldt"),
        "course:incident-resolved": _("Stop løst"),
        "course:variables-set": _("Oplysninger rettet"),
        "course:token-moved": _("Flyttet til andre trin"),
        "course:retries-updated": _("Flere forsøg givet"),
        "course:suspended": _("Sat i bero"),
        "course:resumed": _("Går videre"),
        "course:migrated": _("Flyttet til en anden version"),
        "course:migration-undone": _("Flytning fortrudt"),
    }


def groups() -> dict[str, str]:
    """Return what a timeline can be narrowed to, by code of `app.audit.GROUPS`."""
    labels = {
        "people": _("Hvad mennesker gjorde"),
        "automatic": _("Hvad systemet gjorde"),
        "time": _("Frister og datoer"),
        "message": _("Beskeder"),
        "trouble": _("Fejl og rettelser"),
    }
    return {code: labels[code] for code in GROUPS}
