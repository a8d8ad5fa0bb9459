"""Moving many courses to another version: choose, try dry, see why each fits or not, go, and take it back."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import house_of, studio
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import Course
from app.errors import DomainError
from app.studio import StudioRun, history, moving
from app.web.courses.diagrams import entry_number
from app.web.i18n import gettext as _
from app.web.site.links import keys_in
from app.web.site.pages import pages

blueprint = pages("studio_move", __name__)

_MOST = 5_000


@blueprint.get("/studio/models/<process_id>/move")
@permit("operate", "model:publish")
def choose(process_id: str) -> ResponseReturnValue:
    """Choose from which version to which, and which courses."""
    return _choose(process_id)


def _choose(process_id: str, wrong: str = "") -> str:
    with house_of(current_app).database.read() as session:
        lines = studio.versions(session, process_id)
        asked = entry_number(request.values.get("from", ""))
        behind = [line for line in lines[1:] if line.running]
        source = next((one for one in lines if one.row.version == asked), (behind or [lines[0]])[0])
        query = select(Course).where(Course.version_key == source.row.key, Course.status != "ended")
        return render_template(
            "studio/move.html",
            lines=lines,
            source=source,
            found=list(session.scalars(query.order_by(Course.key).limit(_MOST))),
            wrong=wrong,
        )


@blueprint.post("/studio/models/<process_id>/move")
@permit("operate", "model:publish")
def try_out(process_id: str) -> ResponseReturnValue:
    """Try the move dry, in the background."""
    house, by = house_of(current_app), current_principal().username
    to = next(iter(keys_in(request.form.get("to", ""), 1)), 0)
    picked = [key for one in request.form.getlist("course") for key in keys_in(one, 1)]
    wish = moving.Wish(process_id, to, picked, {})
    try:
        run = house.database.run(lambda work: moving.begin(work, wish, by))
    except DomainError as error:
        return _choose(process_id, error.message), 422
    return redirect(url_for("studio_publish.run", key=run.key), 303)


def report(session: Session, run: StudioRun, wrong: str = "") -> str:
    """Return the page of a move: how far it is, and how it went with each course."""
    rows = moving.report(session, run)
    return render_template(
        "studio/moves.html",
        run=run,
        rows=rows,
        tally={name: sum(row.verdict == name for row in rows) for name in _words()},
        words=_words(),
        to=moving.version_to(session, run),
        wrong=wrong,
        may_move=current_principal().may("operate"),
    )


def _words() -> dict[str, str]:
    return {
        moving.FITS: _("Kan flyttes"),
        moving.MISFIT: _("Kan ikke flyttes"),
        moving.MOVED: _("Flyttet"),
        moving.FAILED: _("Blev ikke flyttet"),
        moving.UNDONE: _("Flyttet tilbage"),
    }


@blueprint.post("/studio/runs/<key:key>/move")
@permit("operate")
def go(key: int) -> ResponseReturnValue:
    """Move those that fit, or take back those that were moved."""
    house, by = house_of(current_app), current_principal().username
    phase = moving.UNDO if "undo" in request.form else moving.GO
    reason = request.form.get("reason", "")
    try:
        house.database.run(lambda work: moving.go_on(work, key, phase, by, reason))
    except DomainError as error:
        with house.database.read() as session:
            return report(session, history.get(session, key), error.message), 422
    flash(_("Forløbene flyttes nu. Siden følger med."), "info")
    return redirect(url_for("studio_publish.run", key=key), 303)
