"""Citizens: who they are, their guardians and households, who must have no access, and CPR numbers."""

from __future__ import annotations

from app.citizens.admitting import (
    RELATIONS,
    let_in,
    lose_custody,
    register_guardian,
    shut_out,
)
from app.citizens.barring import Barred, bar, barred, is_barred, lift, same_name
from app.citizens.birthdays import OF_AGE, age_at, turns_18, years_after
from app.citizens.cpr import Cpr, mask
from app.citizens.families import ChildView, child_views, hear, listen, register
from app.citizens.operations import (
    NewCitizen,
    NewGuardian,
    add_guardian,
    add_household,
    end_custody,
    end_guardian,
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
    custody_until,
    guardian_names,
    guardians,
    has_custody,
    household,
    protected,
    search,
    wards,
    was_guardian,
)
from app.citizens.then import citizen_then

__all__ = [
    "OF_AGE",
    "PROTECTED",
    "RELATIONS",
    "Barred",
    "ChildView",
    "Citizen",
    "Cpr",
    "Guardian",
    "Household",
    "NewCitizen",
    "NewGuardian",
    "add_guardian",
    "add_household",
    "age_at",
    "bar",
    "barred",
    "by_cpr",
    "child_views",
    "citizen",
    "citizen_then",
    "citizens",
    "custody_until",
    "end_custody",
    "end_guardian",
    "find_or_register",
    "guardian_names",
    "guardians",
    "has_custody",
    "hear",
    "household",
    "is_barred",
    "let_in",
    "lift",
    "listen",
    "lose_custody",
    "mask",
    "protected",
    "register",
    "register_guardian",
    "same_name",
    "search",
    "set_address_protection",
    "shut_out",
    "turns_18",
    "wards",
    "was_guardian",
    "years_after",
]
