"""The pages: Flask blueprints, their templates, and the frame that they share."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from app import house_of
from app.web import i18n, login
from app.web.audit import access as audit_access
from app.web.audit import export as audit_export
from app.web.audit import film as audit_film
from app.web.audit import places as audit_places
from app.web.audit import samples as audit_samples
from app.web.audit import search as audit
from app.web.audit import then as audit_then
from app.web.audit import verify as audit_verify
from app.web.audit.access import written_extract
from app.web.audit.export import sealed
from app.web.citizens import emergencies, guardians, protecting
from app.web.citizens import pages as citizens
from app.web.courses import (
    belonging,
    deadlines,
    happenings,
    meetings,
    references,
    withdrawals,
)
from app.web.courses import diagrams as course_diagram
from app.web.courses import documents as course_documents
from app.web.courses import pages as courses
from app.web.intake import candidates, unattached
from app.web.intake import meeting as intake_meeting
from app.web.intake import pages as intake
from app.web.operate import incidents, migrations, moves
from app.web.operate import pages as operating
from app.web.site import areas, errors, frame, guard, security, sizes, visits
from app.web.site.links import KeyConverter, Route
from app.web.studio import drafts as studio_drafts
from app.web.studio import explained as studio_rules
from app.web.studio import models as studio
from app.web.studio import moving as studio_move
from app.web.studio import publishing as studio_publish
from app.web.studio import seeing as studio_see
from app.web.tasks import handing, inbox
from app.web.tasks import pages as tasks

__all__ = ["BLUEPRINTS", "register", "sealed", "written_extract"]

BLUEPRINTS: tuple[Blueprint, ...] = (
    login.blueprint,
    inbox.blueprint,
    tasks.blueprint,
    handing.blueprint,
    belonging.blueprint,
    happenings.blueprint,
    courses.blueprint,
    course_diagram.blueprint,
    meetings.blueprint,
    deadlines.blueprint,
    withdrawals.blueprint,
    references.blueprint,
    course_documents.blueprint,
    incidents.blueprint,
    operating.blueprint,
    moves.blueprint,
    migrations.blueprint,
    citizens.blueprint,
    protecting.blueprint,
    guardians.blueprint,
    intake.blueprint,
    intake_meeting.blueprint,
    unattached.blueprint,
    candidates.blueprint,
    audit.blueprint,
    audit_access.blueprint,
    audit_export.blueprint,
    emergencies.blueprint,
    audit_samples.blueprint,
    studio.blueprint,
    studio_drafts.blueprint,
    studio_publish.blueprint,
    studio_rules.blueprint,
    studio_see.blueprint,
    studio_move.blueprint,
    audit_film.blueprint,
    audit_then.blueprint,
    audit_verify.blueprint,
)
"""Every page is in one of these."""


def register(app: Flask) -> None:
    """Put the pages on the app: templates and static files, languages, headers, CSRF tokens, blueprints."""
    house = house_of(app)
    app.template_folder = "web/templates"
    app.static_folder = "web/static"
    app.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=house.settings.secure_cookies,
        # A form may lie open for a day; its token ends with the session.
        WTF_CSRF_TIME_LIMIT=None,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=5_000,
    )
    app.url_rule_class = Route
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    guard.install(app)
    sizes.install(app, house.settings.document_bytes)
    app.jinja_env.globals["document_megabytes"] = house.settings.document_megabytes
    CSRFProtect(app)
    i18n.install(app)
    security.install(app)
    frame.install(app, house.clock, house.settings.municipality)
    areas.install(app)
    audit_places.install(app)
    visits.install(app, house.access_log)
    errors.on_unknown_paths(app)
    app.url_map.converters["key"] = KeyConverter
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
