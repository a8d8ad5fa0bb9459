"""Who works in the invented municipality, so that every role has somebody."""

from __future__ import annotations

from dataclasses import replace

from app.access import NewPerson
from app.units import Unit

PASSWORD = "demo"  # noqa: S105 -- everybody's, shown on the login page of the demo municipality

_YOUTH = "Ungecentret"
_FAMILY = "Familierådgivningen"
_CHILDREN, _ADULTS = "Børn og Unge", "Social og Sundhed"

UNITS = (
    Unit(_CHILDREN, _CHILDREN, None, "5b1f0c64-6f0e-4a57-9d0b-2f6a3c1e7a01"),
    Unit(_YOUTH, _YOUTH, _CHILDREN, "5b1f0c64-6f0e-4a57-9d0b-2f6a3c1e7a02"),
    Unit(_FAMILY, _FAMILY, _CHILDREN, "5b1f0c64-6f0e-4a57-9d0b-2f6a3c1e7a03"),
    Unit(_ADULTS, _ADULTS, None, "5b1f0c64-6f0e-4a57-9d0b-2f6a3c1e7a04"),
    Unit("Træning og rehabilitering", "Træning og rehabilitering", _ADULTS),
    Unit("Myndighed", "Myndighed", _ADULTS),
    Unit("Rusmiddelcentret", "Rusmiddelcentret", _ADULTS),
    Unit("Modtagelsen", "Modtagelsen"),
)
"""The organisation, with invented UUIDs; employees name a unit by its code, which here is its name."""

_PEOPLE = (
    NewPerson(
        "mette", "Mette Kragh", ["caseworker", "coordinator"], ["youth"], ["social", "family"],
        _YOUTH, "77 00 12 04",
    ),
    NewPerson(
        "jonas", "Jonas Lind", ["caseworker", "coordinator"], ["youth"], ["employment"],
        _YOUTH, "77 00 12 31",
    ),
    NewPerson(
        "ida", "Ida Bruun", ["caseworker", "coordinator"], ["youth"], ["school"],
        _YOUTH, "77 00 13 55",
    ),
    NewPerson(
        "helle", "Helle Skovby", ["caseworker", "coordinator"], ["family"], ["social", "family"],
        _FAMILY, "77 00 14 21",
    ),
    NewPerson(
        "karim", "Karim Aziz", ["caseworker", "coordinator"], ["family"], ["employment"],
        _FAMILY, "77 00 14 22",
    ),
    NewPerson(
        "birthe", "Birthe Enggaard", ["caseworker", "coordinator"], ["brain_injury"], ["health"],
        "Træning og rehabilitering", "77 00 14 41",
    ),
    NewPerson(
        "asger", "Asger Thorup", ["caseworker", "coordinator"], ["brain_injury"],
        ["health", "employment"], "Træning og rehabilitering", "77 00 14 42",
    ),
    NewPerson(
        "rikke", "Rikke Mose", ["caseworker", "coordinator"], ["authority", "substance_use"],
        ["social", "substance_use"], "Myndighed", "77 00 12 61",
    ),
    NewPerson(
        "niels", "Niels Hvidberg", ["caseworker"], ["substance_use"], ["substance_use"],
        "Rusmiddelcentret", "77 00 14 61",
    ),
    NewPerson("lone", "Lone Holt", ["intake"], ["intake"], [], "Modtagelsen", "77 00 12 02"),
    NewPerson("yusuf", "Yusuf Aksoy", ["intake"], ["intake"], [], "Modtagelsen", "77 00 12 03"),
    NewPerson(
        "tina", "Tina Lund", ["team_leader"], ["team_leader", "intake"], [], _YOUTH, "77 00 12 01"
    ),
    NewPerson(
        "poul", "Poul Ravnkilde", ["caseworker", "coordinator"], ["authority"], ["social", "economy"],
        "Myndighed", "77 00 12 60",
    ),
    NewPerson("dorte", "Dorte Fynbo", ["process_designer"], [], [], "Digitalisering", "77 00 15 20"),
    NewPerson("henrik", "Henrik Bækgaard", ["auditor"], [], [], "Revisionen", "77 00 15 40"),
    NewPerson("bo", "Bo Strømgaard", ["operator"], [], [], "Drift", "77 00 15 10"),
    NewPerson(
        "sanne", "Sanne Østergård", ["external_participant"], [], ["social"],
        "Bostøtten Åhuset", "77 00 14 18",
    ),
    NewPerson("freja", "Freja Lynghøj", ["citizen"], [], [], "", "77 01 20 24"),
    NewPerson("anders", "Anders Tofte", ["admin"], [], [], "Sekretariatet", "77 00 15 01"),
)  # fmt: skip

STAFF = tuple(replace(person, password=PASSWORD, invented=True) for person in _PEOPLE)
"""Everybody who can log in. The last one is registered when all else stands: who finds them finds a whole demo."""

NAMES = {person.username: person.name for person in STAFF}
"""Username → name."""

IN_GROUP = {
    "intake": ("lone", "yusuf"),
    "team_leader": ("tina",),
    "youth": ("mette", "jonas", "ida"),
    "family": ("helle", "karim"),
    "brain_injury": ("birthe", "asger"),
    "substance_use": ("niels",),
    "authority": ("poul", "rikke"),
}
"""Who takes the tasks of a group, in turn."""
