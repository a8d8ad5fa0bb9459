"""The areas of the top bar: which places a person may open, and where they begin."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request, url_for

from app import courses, emergencies, house_of, inbox
from app.access import ROLES, Principal
from app.access.session import signed_in
from app.web.i18n import gettext as _
from app.web.site.frame import Area, Frame


@dataclass(frozen=True)
class Place:
    """One area: its path, the permit that opens it, and other paths that belong to it."""

    path: str
    permit: str
    also: str = ""


PLACES = (
    Place("/inbox", "inbox:read", "/tasks"),
    Place("/courses", "course:read", "/deadlines"),
    Place("/citizens", "citizen:search"),
    Place("/intake", "intake:read"),
    Place("/studio", "model:read"),
    Place("/audit", "audit:read"),
    Place("/courses/incidents", "operate"),
)
"""In the order of the top bar; `_label` names them."""


def _label(path: str) -> str:
    return {
        "/inbox": _("Indbakke"),
        "/courses": _("Forløb"),
        "/citizens": _("Borgere"),
        "/intake": _("Modtagelse"),
        "/studio": _("Tegnestue"),
        "/audit": _("Revision"),
        "/courses/incidents": _("Hændelser"),
    }[path]


HOMES = {"auditor": "/audit", "operator": "/courses/incidents", "process_designer": "/studio"}
"""Where the day begins for those whose work is not with citizens."""


def places_of(person: Principal) -> list[Place]:
    """Return what the person may open, first where their day begins: a caseworker's at the inbox."""
    open_to = [place for place in PLACES if person.may(place.permit)]
    homes = {HOMES.get(role, "") for role in person.roles}
    if "" not in homes:
        open_to.sort(key=lambda place: place.path not in homes)
    return open_to


def install(app: Flask) -> None:
    """Give every page a frame with the person and their areas; a place that has no page yet is left out."""
    house = house_of(app)

    def frame() -> dict[str, Frame]:
        person = signed_in()
        bare = Frame(house.settings.municipality)
        if person is None:
            return {"frame": bare}
        drawn = {rule.rule for rule in app.url_map.iter_rules()}
        areas = tuple(
            Area(_label(place.path), place.path, _current(place), _count(place, person))
            for place in PLACES
            if place.path in drawn and person.may(place.permit)
        )
        titles = [role.title for code, role in ROLES.items() if code in person.roles]
        shown = Frame(
            bare.municipality,
            areas,
            person.name,
            ", ".join(titles).lower(),
            logout=url_for("login.leave"),
        )
        return {"frame": shown}

    def _count(place: Place, person: Principal) -> int | None:
        if place.path not in {"/inbox", "/courses/incidents", "/audit"}:
            return None
        with house.database.read() as session:
            if place.path == "/audit":
                return len(emergencies.to_review(session, person)) or None
            if place.path == "/inbox":
                return inbox.mine(session, person)
            return len(courses.incidents(session))

    app.context_processor(frame)


def _current(place: Place) -> bool:
    """Tell whether the page is in this place, and not in one further in, as `/courses/incidents` is in `/courses`."""
    at = max((path for one in PLACES for path in _paths(one) if _within(path)), key=len, default="")
    return at in _paths(place)


def _paths(place: Place) -> tuple[str, ...]:
    return (place.path, place.also) if place.also else (place.path,)


def _within(path: str) -> bool:
    return request.path == path or request.path.startswith(f"{path}/")
