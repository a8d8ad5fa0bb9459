"""Access: people, roles and permits, login, and the log of who saw whom.

`app.access.session` and `app.access.closed` (Flask) are not part of this face, so that lower floors never load Flask.
"""

from __future__ import annotations

from app.access.access_log import AccessLog, AccessRow, Looks, Visit, open_access_log
from app.access.basic import BasicAuthentication, is_client
from app.access.clients import (
    NewClient,
    close_client,
    may_reach,
    register_client,
    registered_clients,
)
from app.access.logins import login
from app.access.operations import (
    NewPerson,
    PersonMoved,
    add_person,
    deactivate,
    set_mail,
    set_password,
    set_roles,
    set_unit,
)
from app.access.permits import AREAS, GROUPS, PERMITS, ROLES, Role, group_name, permits_of
from app.access.principal import Principal
from app.access.queries import (
    Person,
    Was,
    acting,
    as_of,
    colleagues,
    names,
    person,
    staff,
    staff_member,
)

__all__ = [
    "AREAS",
    "GROUPS",
    "PERMITS",
    "ROLES",
    "AccessLog",
    "AccessRow",
    "BasicAuthentication",
    "Looks",
    "NewClient",
    "NewPerson",
    "Person",
    "PersonMoved",
    "Principal",
    "Role",
    "Visit",
    "Was",
    "acting",
    "add_person",
    "as_of",
    "close_client",
    "colleagues",
    "deactivate",
    "group_name",
    "is_client",
    "login",
    "may_reach",
    "names",
    "open_access_log",
    "permits_of",
    "person",
    "register_client",
    "registered_clients",
    "set_mail",
    "set_password",
    "set_roles",
    "set_unit",
    "staff",
    "staff_member",
]
