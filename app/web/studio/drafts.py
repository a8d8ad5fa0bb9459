"""A draft in the studio: its files in the editors, saved as one types, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import access, canonical, house_of, studio
from app.access.closed import permit
from app.access.session import current_principal
from app.definitions import MENDABLE, Finding, library
from app.errors import Conflict, DomainError
from app.studio import About, Change, ModelDraft, Workspace, publishing
from app.studio.publishing import Road
from app.web.i18n import current as language
from app.web.i18n import gettext as _
from app.web.site.frame import time_phrase
from app.web.site.pages import pages
from app.web.studio.models import able, file_answer, parts_of, tally, version_number

blueprint = pages("studio_drafts", __name__)
blueprint.context_processor(able)

EDITORS = {"bpmn": "bpmn", "form": "form", "dmn": "decision"}
"""Ending of a file's name → the editor that opens it."""


@blueprint.get("/studio/drafts/<key:key>")
@permit("model:read")
def show(key: int) -> ResponseReturnValue:
    """Show a draft: how far it is from being published, what is found, and what it changes."""
    house = house_of(current_app)
    with house.database.read() as session:
        draft = studio.drafts.get(session, key)
        at = studio.drafts.workspace_of(session, draft)
        found = house.examine(session, at.files)
        newest = library.latest(session, draft.process_id)
        road = publishing.road(session, draft, at, found)
        counts = tally(tuple(one for findings in found.values() for one in findings))
        changes = publishing.changes(session, draft, at) if newest is not None else ()
        return render_template(
            "studio/draft.html",
            draft=draft,
            at=at,
            road=road,
            steps=steps_of(road, counts),
            changes=by_about(changes),
            changed=len(changes),
            parts=parts_of(at),
            own={row.name: row for row in studio.drafts.files_of(session, key)},
            found={name: findings for name, findings in found.items() if findings},
            tally=counts,
            labels=labels(at),
            mendable=MENDABLE,
            based_on=version_number(session, draft.base_key),
            newest=newest,
            others=_others(session, draft),
            names=access.names(session, {draft.owner, draft.saved_by}),
        )


@blueprint.get("/studio/drafts/<key:key>/files/<path:name>")
@permit("model:read")
def edit(key: int, name: str) -> ResponseReturnValue:
    """Open a file in its editor; without scripts it can be fetched and sent back."""
    house = house_of(current_app)
    with house.database.read() as session:
        draft = studio.drafts.get(session, key)
        at = studio.drafts.workspace_of(session, draft)
        studio.file_named(at.files, name)
        own = {row.name: row for row in studio.drafts.files_of(session, key)}
        return render_template(
            "studio/editor.html",
            draft=draft,
            name=name,
            editor=EDITORS.get(name.rpartition(".")[2], ""),
            revision=own[name].revision if name in own else 0,
            saved=own.get(name),
            findings=told(house.examine(session, at.files, name)[name], labels(at)),
            others=_others(session, draft),
            selected=request.args.get("element", ""),
        )


@blueprint.get("/studio/drafts/<key:key>/content/<path:name>")
@permit("model:read")
def content(key: int, name: str) -> ResponseReturnValue:
    """Give a file of the draft, as saved last, or as published."""
    with house_of(current_app).database.read() as session:
        at = studio.drafts.workspace_of(session, studio.drafts.get(session, key))
    return file_answer(name, at.files)


@blueprint.post("/studio/drafts/<key:key>/content/<path:name>")
@permit("model:publish")
def save(key: int, name: str) -> ResponseReturnValue:
    """Save what the editor holds, and answer with what the doctor finds in it."""
    house, by = house_of(current_app), current_principal().username
    seen = request.args.get("revision", "")
    revision = int(seen) if seen.isdecimal() else None
    text = request.get_data(cache=False)
    try:
        now = house.database.run(
            lambda work: studio.drafts.save(work, key, name, text, by, revision)
        )
    except Conflict as conflict:
        return jsonify(message=conflict.message), 409
    except DomainError as error:
        return jsonify(message=error.message), 422
    with house.database.read() as session:
        draft = studio.drafts.get(session, key)
        at = studio.drafts.workspace_of(session, draft)
        findings = told(house.examine(session, at.files, name)[name], labels(at))
        others = _others(session, draft)
    when = time_phrase(house.clock.now(), house.clock.now(), language())
    said = _("Gemt %(when)s") % {"when": when}
    return jsonify(revision=now, said=said, findings=findings, others=others)


@blueprint.post("/studio/drafts/<key:key>/send/<path:name>")
@permit("model:publish")
def send(key: int, name: str) -> ResponseReturnValue:
    """Take a file that was edited elsewhere, in the desktop Modeler, say."""
    house, by = house_of(current_app), current_principal().username
    sent = request.files.get("file")
    back = redirect(url_for(".edit", key=key, name=name), 303)
    if sent is None or not sent.filename:
        flash(_("Vælg en fil."), "error")
        return back
    text = sent.read()
    house.database.run(lambda work: studio.drafts.save(work, key, name, text, by))
    flash(_("Filen er gemt i kladden."), "success")
    return back


@blueprint.post("/studio/drafts/<key:key>/here")
@permit("model:publish")
def here(key: int) -> ResponseReturnValue:
    """Hear that the person still has the draft open, and tell who else has."""
    house, by = house_of(current_app), current_principal().username
    house.database.run(lambda work: studio.drafts.visit(work, key, by))
    with house.database.read() as session:
        return jsonify(others=_others(session, studio.drafts.get(session, key)))


@blueprint.post("/studio/drafts/<key:key>/revert/<path:name>")
@permit("model:publish")
def revert(key: int, name: str) -> ResponseReturnValue:
    """Let a file be as it is published again."""
    house_of(current_app).database.run(lambda work: studio.drafts.revert(work, key, name))
    flash(_("Filen er igen som i den udgivne version."), "success")
    return redirect(url_for(".show", key=key), 303)


@blueprint.post("/studio/drafts/<key:key>/fix/<path:name>")
@permit("model:publish")
def mend(key: int, name: str) -> ResponseReturnValue:
    """Let the doctor mend what it can in a model, or one kind of finding."""
    house, by = house_of(current_app), current_principal().username
    code = request.form.get("code", "")
    only = [code] if code else None
    done = house.database.run(lambda work: studio.mend(work, key, name, by, only))
    if not done:
        flash(_("Der var ikke noget, der kunne rettes af sig selv."), "info")
        return redirect(url_for(".show", key=key), 303)
    with house.database.read() as session:
        draft = studio.drafts.get(session, key)
    return render_template("studio/mended.html", draft=draft, name=name, done=done)


@blueprint.post("/studio/drafts/<key:key>/delete")
@permit("model:publish")
def throw_away(key: int) -> ResponseReturnValue:
    """Throw the draft away."""
    house_of(current_app).database.run(lambda work: studio.drafts.throw_away(work, key))
    flash(_("Kladden er smidt ud."), "success")
    return redirect(url_for("studio.index"), 303)


@blueprint.post("/studio/drafts/<key:key>/catch-up")
@permit("model:publish")
def catch_up(key: int) -> ResponseReturnValue:
    """Note that what others published since has been seen."""
    house_of(current_app).database.run(lambda work: studio.drafts.catch_up(work, key))
    return redirect(url_for(".show", key=key), 303)


@blueprint.get("/studio/templates.json")
@permit("model:read")
def templates() -> ResponseReturnValue:
    """Give the operations as element templates for the modeler; the desktop Modeler reads the same file."""
    return jsonify(studio.element_templates(house_of(current_app).runtime.operations))


def steps_of(road: Road, counts: Mapping[str, int]) -> list[dict[str, str]]:
    """Return the road's steps as `phases` shows them: what is done, what is next, and why."""
    order = ["check", "scenarios", "backtest", "publish"]
    at = order.index(road.at)
    said = {
        "check": (
            _("Tjek"),
            _("%(errors)s skal rettes, %(others)s andre fund")
            % {"errors": counts["error"], "others": counts["warning"] + counts["info"]},
        ),
        "scenarios": (_("Prøvekør"), _tried(road)),
        "backtest": (_("Genspil historien"), _replayed(road)),
        "publish": (_("Udgiv"), ""),
    }
    states = ["done" if n < at else "here" if n == at else "later" for n in range(len(order))]
    return [
        {"label": said[name][0], "detail": said[name][1], "state": state}
        for name, state in zip(order, states, strict=True)
    ]


def _tried(road: Road) -> str:
    if not road.scenarios:
        return _("Modellen har ingen scenarier")
    run = road.fresh_trial
    if run is None:
        return _("%(count)s scenarier") % {"count": road.scenarios}
    passed = sum(one["passed"] for one in run.result["results"])
    return _("%(passed)s af %(count)s består") % {"passed": passed, "count": road.scenarios}


def _replayed(road: Road) -> str:
    if not road.courses:
        return _("Ingen forløb endnu")
    run = road.fresh_replay
    if run is None:
        return _("%(count)s forløb") % {"count": road.courses}
    if road.questions:
        apart = sum(one.courses for one in road.questions)
        return _("%(count)s forløb afviger. Godkend dem, eller ret") % {"count": apart}
    return _("%(done)s af %(count)s genspillet") % {"done": run.done, "count": road.courses}


def by_about(found: Sequence[Change]) -> dict[str, list[Change]]:
    """Return changes by what they are about, under the headings of the page."""
    titles = {
        About.ELEMENT: _("Trin"),
        About.CONDITION: _("Veje og betingelser"),
        About.DEADLINE: _("Frister"),
        About.FORM: _("Formularer"),
        About.TABLE: _("Beslutningstabeller"),
        About.FILE: _("Filer"),
    }
    told: dict[str, list[Change]] = {}
    for one in found:
        told.setdefault(titles[one.about], []).append(one)
    return told


def told(findings: Sequence[Finding], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return findings as the editor's list shows them."""
    return [
        {**finding.as_json(), "label": labels.get(finding.element or "", "")}
        for finding in findings
    ]


def labels(at: Workspace) -> dict[str, str]:
    """Return what people call the elements of the models and the fields of the forms, by id."""
    found: dict[str, str] = {}
    for part in library.read_draft(
        {name: text for name, text in at.files.items() if name.endswith(".bpmn")}
    ).processes.values():
        found |= {node.id: node.name for node in part.process.nodes if node.name}
    for name, text in at.files.items():
        if name.endswith(".form"):
            found |= _fields(text)
    return found


def _fields(text: bytes) -> dict[str, str]:
    try:
        said: Any = canonical.from_outside(text)
    except (ValueError, RecursionError):
        return {}
    found, waiting = {}, [said]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("id"), str) and isinstance(one.get("label"), str):
            found[one["id"]] = one["label"]
        inner = one.get("components")
        waiting += inner if isinstance(inner, list) else []
    return found


def _others(session: Session, draft: ModelDraft) -> list[str]:
    """Return the names of those who have the draft open too."""
    by, now = current_principal().username, house_of(current_app).clock.now()
    there = studio.drafts.others(session, draft.key, by, now)
    names = access.names(session, {one.username for one in there})
    return [names.get(one.username, one.username) for one in there]
