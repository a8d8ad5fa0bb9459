"""Tegnestue: the models by kind of course, one model with its versions and drafts, and files from outside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, house_of, studio
from app.access.closed import permit
from app.access.session import current_principal, signed_in
from app.definitions import Finding, Severity, library
from app.errors import DefinitionError, DomainError
from app.web.i18n import gettext as _
from app.web.site.pages import pages

blueprint = pages("studio", __name__)

Tally = dict[str, int]


@blueprint.context_processor
def able() -> dict[str, bool]:
    """Tell the studio's templates whether the person may change models; who is not signed in may not."""
    person = signed_in()
    return {"may_write": person is not None and person.may("model:publish")}


@blueprint.get("/studio")
@permit("model:read")
def index() -> ResponseReturnValue:
    """List the models: what is published, what is being drawn, and what runs."""
    return _index()


def _index(wrong: str = "") -> str:
    with house_of(current_app).database.read() as session:
        lines = studio.models(session)
        fresh = studio.new_drafts(session)
        owners = {draft.owner for line in lines for draft in line.drafts}
        names = access.names(session, owners | {draft.owner for draft in fresh})
        return render_template(
            "studio/index.html",
            kinds=[line for line in lines if line.newest.row.course_kind],
            shared=[line for line in lines if not line.newest.row.course_kind],
            fresh=fresh,
            names=names,
            tallies=_published_tallies(session, lines),
            wrong=wrong,
        )


_tallies: dict[int, dict[int, Tally]] = {}


def _published_tallies(session: Session, lines: Sequence[studio.ModelLine]) -> dict[int, Tally]:
    """Count the findings of the published versions, by version; counted once, until something is published."""
    newest = max((line.newest.row.key for line in lines), default=0)
    if newest not in _tallies:
        counted = {line.newest.row.key: _published_tally(session, line) for line in lines}
        _tallies.clear()
        _tallies[newest] = counted
        return counted
    return _tallies[newest]


def _published_tally(session: Session, line: studio.ModelLine) -> Tally:
    at = studio.published(session, line.newest.row.key)
    return tally(house_of(current_app).examine(session, at.files, at.main)[at.main])


def tally(findings: tuple[Finding, ...]) -> Tally:
    """Count findings by severity."""
    return {
        severity.value: sum(finding.severity is severity for finding in findings)
        for severity in Severity
    }


@blueprint.post("/studio/upload")
@permit("model:publish")
def upload() -> ResponseReturnValue:
    """Make a draft of files from outside: a model with its forms and tables, or a ZIP of them."""
    house, person = house_of(current_app), current_principal()
    sent = [one for one in request.files.getlist("files") if one.filename]
    files: dict[str, bytes] = {}
    try:
        if not sent:
            text = _("Vælg en fil.")
            raise DomainError("draft:no-file", text, fields={"files": text})
        for one in sent:
            files |= studio.drafts.unpack(one.filename or "", one.read())
        draft = house.database.run(lambda work: studio.bring_in(work, files, person.username))
    except (DomainError, DefinitionError) as error:
        return _index(error.message), 422
    flash(_("Filerne ligger i kladden. Se fundene, og ret dem, før du udgiver."), "success")
    return redirect(url_for("studio_drafts.show", key=draft.key), 303)


@blueprint.get("/studio/models/<process_id>")
@permit("model:read")
def model(process_id: str) -> ResponseReturnValue:
    """Show one model: its versions with their courses, its drafts, its parts, and its scenarios."""
    with house_of(current_app).database.read() as session:
        lines = studio.versions(session, process_id)
        drafts = studio.drafts.drafts(session, process_id)
        at = studio.published(session, lines[0].row.key)
        names = access.names(
            session, {draft.owner for draft in drafts} | {line.row.published_by for line in lines}
        )
        return render_template(
            "studio/model.html",
            newest=lines[0],
            lines=lines,
            drafts=drafts,
            mine=next((d for d in drafts if d.owner == current_principal().username), None),
            at=at,
            parts=parts_of(at),
            names=names,
            scenarios=studio.scenarios(session, process_id),
            findings=house_of(current_app).examine(session, at.files, at.main)[at.main],
        )


@blueprint.post("/studio/models/<process_id>/draft")
@permit("model:publish")
def draw(process_id: str) -> ResponseReturnValue:
    """Open the person's draft of a model."""
    by = current_principal().username
    draft = house_of(current_app).database.run(
        lambda work: studio.drafts.begin(work, process_id, by)
    )
    return redirect(url_for("studio_drafts.show", key=draft.key), 303)


@blueprint.get("/studio/versions/<key:key>/files/<path:name>")
@permit("model:read")
def version_file(key: int, name: str) -> ResponseReturnValue:
    """Give a file of a published version."""
    with house_of(current_app).database.read() as session:
        files = studio.published(session, key).files
    return file_answer(name, files)


def file_answer(name: str, files: studio.Files) -> Response:
    """Answer with one of the files: to be saved, or as XML for the diagram viewer.

    Raises:
        NotFound: it is not among them.
    """
    content = studio.file_named(files, name)
    mimetype = "application/json" if name.endswith(".form") else "application/xml"
    answer = Response(content, mimetype=mimetype)
    if "download" in request.args:
        answer.headers.set("Content-Disposition", "attachment", filename=PurePosixPath(name).name)
    return answer


def parts_of(at: studio.Workspace) -> dict[str, list[str]]:
    """Return the names of a workspace's files by what they are: the main model alone, then the others."""
    found: dict[str, list[str]] = {"bpmn": [], "form": [], "dmn": []}
    for name in sorted(at.files):
        if name != at.main and name.rpartition(".")[2] in found:
            found[name.rpartition(".")[2]].append(name)
    return found


def version_number(session: Session, key: int | None) -> int:
    """Return a version's number; 0 for none."""
    row = library.version(session, key) if key is not None else None
    return 0 if row is None else row.version
