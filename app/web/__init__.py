"""The pages: Flask blueprints, their templates, and the frame that they share."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from app import house_of
from app.web import (
    areas,
    audit,
    audit_access,
    audit_export,
    audit_film,
    audit_places,
    audit_samples,
    audit_then,
    audit_verify,
    candidates,
    citizens,
    course_diagram,
    courses,
    deadlines,
    emergencies,
    errors,
    frame,
    guard,
    guardians,
    handing,
    happenings,
    i18n,
    inbox,
    incidents,
    intake,
    intake_meeting,
    login,
    meetings,
    migrations,
    moves,
    operating,
    protecting,
    references,
    security,
    studio,
    studio_drafts,
    studio_move,
    studio_publish,
    studio_see,
    tasks,
    unattached,
    visits,
    withdrawals,
)
from app.web.audit_access import written_extract
from app.web.audit_export import sealed
from app.web.links import KeyConverter

__all__ = ["BLUEPRINTS", "register", "sealed", "written_extract"]

BLUEPRINTS: tuple[Blueprint, ...] = (
    login.blueprint,
    inbox.blueprint,
    tasks.blueprint,
    handing.blueprint,
    happenings.blueprint,
    courses.blueprint,
    course_diagram.blueprint,
    meetings.blueprint,
    deadlines.blueprint,
    withdrawals.blueprint,
    references.blueprint,
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
        MAX_CONTENT_LENGTH=5_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=5_000,
    )
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    guard.install(app)
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
