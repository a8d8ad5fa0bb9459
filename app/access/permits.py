"""Permits, roles and groups as data: what a role opens is read here, nowhere else.

A permit opens a kind of act or page; whose data it shows is `app.sight`'s question. The groups are those that the
models in workflows/ give tasks to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PERMITS: dict[str, str] = {
    "inbox:read": "Se sin indbakke",
    "task:work": "Tage, udfylde og sende opgaver",
    "task:assign": "Tildele opgaver til andre",
    "course:read": "Se forløb",
    "course:start": "Starte forløb",
    "course:place": "Flytte forløb til en anden enhed",
    "deadline:oversee": "Følge op på overskredne frister",
    "citizen:read": "Se borgere",
    "citizen:search": "Søge efter borgere",
    "citizen:register": "Registrere borgere",
    "citizen:protect": "Skrive på listen over dem, der ikke må få adgang til en borger",
    "citizen:unprotect": "Tage nogen af den liste igen",
    "guardian:admit": "Give og afslutte forældres adgang til deres barns sag",
    "consent:withdraw": "Registrere at et samtykke trækkes tilbage",
    "intake:read": "Se henvendelser",
    "intake:work": "Modtage og behandle henvendelser",
    "model:read": "Se modeller i tegnestuen",
    "model:publish": "Udgive modeller",
    "audit:read": "Se og efterprøve historikken",
    "emergency:open": "Bruge nødadgang",
    "emergency:review": "Gennemgå andres nødadgang",
    "operate": "Løse driftsfejl",
    "job:work": "Udføre automatisk arbejde (jobs)",
    "message:publish": "Sende beskeder til forløb over API'et",
    "admin": "Administrere medarbejdere og indstillinger",
    "me:read": "Se sin egen side",
}
"""Permit code → what it lets one do, in Danish."""


@dataclass(frozen=True)
class Role:
    """A role: its Danish title, and the permits that it gives."""

    title: str
    permits: frozenset[str]


def _role(title: str, *permits: str) -> Role:
    return Role(title, frozenset(permits))


_WORK = ("inbox:read", "task:work", "course:read", "me:read")
_CITIZENS = (
    "citizen:read",
    "citizen:search",
    "citizen:register",
    "citizen:protect",
    "guardian:admit",
    "consent:withdraw",
    "emergency:open",
)

ROLES: dict[str, Role] = {
    "caseworker": _role("Sagsbehandler", *_WORK, *_CITIZENS, "course:start", "intake:read"),
    "coordinator": _role("Tovholder", *_WORK, *_CITIZENS, "course:start", "intake:read"),
    "intake": _role("Modtagelse", *_WORK, *_CITIZENS, "course:start", "intake:read", "intake:work"),
    "team_leader": _role(
        "Teamleder",
        *_WORK,
        *_CITIZENS,
        "course:start",
        "course:place",
        "citizen:unprotect",
        "deadline:oversee",
        "emergency:review",
        "task:assign",
        "intake:read",
        "intake:work",
    ),
    "process_designer": _role(
        "Procestegner",
        "inbox:read",
        "task:work",
        "job:work",
        "model:read",
        "model:publish",
        "me:read",
    ),
    "auditor": _role(
        "Revisor", "audit:read", "emergency:review", "course:read", "model:read", "me:read"
    ),
    "operator": _role("Drift", "operate", "job:work", "model:read", "me:read"),
    "admin": _role("Administrator", "admin", "me:read"),
    "external_participant": _role("Ekstern deltager", *_WORK),
    "citizen": _role("Borger", "me:read"),
}
"""Role code → title and permits."""

GROUPS: dict[str, str] = {
    "intake": "Modtagelsen",
    "youth": "Ungeteamet",
    "family": "Familieteamet",
    "brain_injury": "Hjerneskadeteamet",
    "substance_use": "Rusmiddelcentret",
    "authority": "Myndighed",
    "team_leader": "Teamledere",
}
"""Candidate group code → Danish name. A model may name others; they are shown by their code."""

AREAS: dict[str, str] = {
    "social": "Social",
    "employment": "Beskæftigelse",
    "health": "Sundhed",
    "school": "Skole og uddannelse",
    "family": "Børn og familie",
    "housing": "Bolig",
    "substance_use": "Rusmidler",
    "economy": "Økonomi",
}
"""Area of information or of work → Danish name."""


def permits_of(roles: Iterable[str]) -> frozenset[str]:
    """Return everything that these roles open; a role that is not known opens nothing."""
    return frozenset(permit for role in roles if role in ROLES for permit in ROLES[role].permits)


def group_name(code: str) -> str:
    """Return a candidate group's Danish name, or its code where nobody has named it."""
    return GROUPS.get(code, code)
