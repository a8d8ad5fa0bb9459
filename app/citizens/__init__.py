"""Citizens: who they are, their guardians and households, and CPR numbers."""

from __future__ import annotations

from app.citizens.birthdays import age_at, turns_18
from app.citizens.cpr import Cpr, mask
from app.citizens.operations import (
    NewCitizen,
    NewGuardian,
    add_guardian,
    add_household,
    end_custody,
    find_or_register,
    set_address_protection,
)
from app.citizens.queries import (
    PROTECTED,
    Citizen,
    Guardian,
    Household,
    by_cpr,
    citizen,
    citizens,
    count,
    guardians,
    household,
    search,
)

__all__ = [
    "PROTECTED",
    "Citizen",
    "Cpr",
    "Guardian",
    "Household",
    "NewCitizen",
    "NewGuardian",
    "add_guardian",
    "add_household",
    "age_at",
    "by_cpr",
    "citizen",
    "citizens",
    "count",
    "end_custody",
    "find_or_register",
    "guardians",
    "household",
    "mask",
    "search",
    "set_address_protection",
    "turns_18",
]
