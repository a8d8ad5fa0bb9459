"""Moving a course to another version of its model: a dry run with a report, a mapping to fill in, and then the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, audit, courses, house_of
from app.access.closed import permit
from app.courses import Trial, Version
from app.definitions import library
from app.engine import DROPPED, suggest
from app.errors import DomainError
from app.web.i18n import gettext as _
from app.web.operate.pages import Operated, open_operated, order_of
from app.web.site.pages import pages
from app.web.words import stories

blueprint = pages("migrations", __name__)

GONE = "-"
"""How a form says that the new version does without an element."""


@dataclass(frozen=True)
class Line:
    """What a live step becomes.

    Attributes:
        old: what it is called now; empty for what comes anew.
        new: what it is called then; empty for what goes.
    """

    old: str
    new: str


@dataclass(frozen=True)
class Row:
    """One line of the mapping: an element of the old version, and which of the new it may become."""

    element: str
    label: str
    chosen: str
    choices: tuple[tuple[str, str], ...]


@blueprint.get("/courses/<key:key>/operate/versions")
@permit("operate", "model:publish")
def choose(key: int) -> ResponseReturnValue:
    """Ask to which version."""
    with house_of(current_app).database.read() as session:
        at = open_operated(session, key)
        found = courses.versions_to_move_to(session, at.course)
        return render_template("operate/versions.html", at=at, found=found, errors={})


@blueprint.get("/courses/<key:key>/operate/versions/<key:version_key>")
@permit("operate", "model:publish")
def try_out(key: int, version_key: int) -> ResponseReturnValue:
    """Decide the history again on that version, and report; nothing is changed."""
    with house_of(current_app).database.read() as session:
        if open_operated(session, key).course.version_key == version_key:
            flash(_("Forløbet kører på den version."), "info")
            return redirect(url_for("migrations.choose", key=key), 303)
        return _page(session, key, version_key)


@blueprint.post("/courses/<key:key>/operate/versions/<key:version_key>")
@permit("operate", "model:publish")
def migrate(key: int, version_key: int) -> ResponseReturnValue:
    """Move the course."""
    house, mapping = house_of(current_app), _mapping(request.form) or {}
    order = order_of(request.form)
    try:
        house.database.run(
            lambda work: courses.migrate(work, house.runtime, key, version_key, mapping, order)
        )
    except DomainError as error:
        with house.database.read() as session:
            wrong = {name: error.fields[name] for name in ("reason",) if name in error.fields}
            return _page(session, key, version_key, wrong or {"": error.message})
    flash(_("Forløbet er flyttet. Det kan fortrydes, indtil der sker noget i forløbet."), "success")
    return redirect(url_for("operating.show", key=key), 303)


def _mapping(form: Mapping[str, str]) -> dict[str, str] | None:
    """Return the mapping that a form or URL says; None where it says none at all."""
    said = {name[4:]: value for name, value in form.items() if name.startswith("map.")}
    if not said and "mapped" not in form:
        return None
    return {old: DROPPED if new == GONE else new for old, new in said.items() if new and old}


def _page(
    session: Session, key: int, version_key: int, errors: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    house = house_of(current_app)
    at = open_operated(session, key)
    asked = _mapping(request.values)
    trial = courses.try_migration(session, house.runtime, at.course, version_key, asked)
    row = library.version(session, version_key)
    page = render_template(
        "operate/migration.html",
        at=at,
        row=row,
        trial=trial,
        lines=_lines(trial, at),
        rows=_rows(trial, at.version),
        offered=_offered(trial, at.version),
        stuck=_stuck(session, at, trial),
        gone=GONE,
        errors=errors or {},
        typed=request.values,
    )
    return page, 422 if errors else 200


def _lines(trial: Trial, at: Operated) -> list[Line]:
    """Return what becomes of each live step, events that wait at an edge left out."""
    names = {one.live.address: one.name for one in at.living if not one.live.armed}
    there = {one.address: one for one in trial.there if not one.armed}
    found = [
        Line(name, _named(trial.version, there[new].element) if new in there else "")
        for address, name in names.items()
        for new in [trial.moved.get(address, "")]
    ]
    fresh = set(there) - set(trial.moved.values())
    return found + [Line("", _named(trial.version, there[a].element)) for a in sorted(fresh)]


def _rows(trial: Trial, old: Version) -> list[Row]:
    """Return the elements of the old version that need an answer: those that the new one does not have as they were."""
    elements, news = old.model.elements, trial.version.model.elements
    offer = dict(suggest(old.model, trial.version.model))
    found = []
    for name, plan in elements.items():
        node, same = plan.node, news.get(name)
        kept = same is not None and same.node.kind is node.kind
        if (kept and name not in trial.mapping) or (not node.name and name not in trial.mapping):
            continue
        choices = tuple(
            (other, _named(trial.version, other))
            for other, one in news.items()
            if one.node.kind is node.kind
        )
        chosen = trial.mapping.get(name, offer.get(name, "") if not trial.mapping else "")
        dropped = name in trial.mapping and trial.mapping[name] == DROPPED
        found.append(Row(name, node.name or node.id, GONE if dropped else chosen, choices))
    return found


def _offered(trial: Trial, old: Version) -> list[tuple[str, str, str, str]]:
    """Return the mapping that might fit: old id and name, new id and name."""
    return [
        (name, _named(old, name), new or GONE, _named(trial.version, new) if new else "")
        for name, new in trial.offer.items()
        if trial.mapping.get(name) != new
    ]


def _stuck(session: Session, at: Operated, trial: Trial) -> dict[str, Any] | None:
    """Say what the entry is at which the history does not fit."""
    if not trial.seq:
        return None
    runtime = house_of(current_app).runtime
    act = audit.entry(session, runtime, at.course, trial.seq).act
    names = access.names(session, {act.actor, act.assignee} - {""})
    return {"seq": trial.seq, "at": act.at, "text": stories.sentence(act, names)}


def _named(version: Version, element: str) -> str:
    plan = version.model.elements.get(element)
    return (plan.node.name or plan.node.id) if plan is not None else element
