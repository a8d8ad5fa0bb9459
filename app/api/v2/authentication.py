"""Who am I: the caller as the house knows them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from app.access.closed import permit
from app.access.session import current_principal
from app.api.body import TENANT, Resource, Wire

resource = Resource("authentication", __name__, "Who the caller is.")


class TenantSchema(Wire):
    """A tenant: there is one."""

    name = fields.String()
    tenant_id = fields.String()
    description = fields.String(allow_none=True)


class UserSchema(Wire):
    """The caller."""

    username = fields.String()
    display_name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    authorized_components = fields.List(fields.String())
    tenants = fields.List(fields.Nested(TenantSchema))
    groups = fields.List(fields.String())
    roles = fields.List(fields.String())
    sales_plan_type = fields.String(allow_none=True)
    c8_links = fields.Dict(data_key="c8Links")
    can_logout = fields.Boolean()


@resource.route("/authentication/me")
@resource.response(200, UserSchema)
@permit("me:read")
def me() -> dict[str, Any]:
    """Tell who the caller is, with groups and roles."""
    who = current_principal()
    return {
        "username": who.username,
        "display_name": who.name,
        "authorized_components": [],
        "tenants": [{"name": "Default", "tenant_id": TENANT, "description": None}],
        "groups": sorted(who.groups),
        "roles": sorted(who.roles),
        "c8_links": {},
        "can_logout": False,
    }
