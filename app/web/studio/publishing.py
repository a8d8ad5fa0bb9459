"""From a draft to a version: scenarios run, history replayed, and a page that says what will change for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import courses, house_of, studio
from app.access.closed import permit
from app.access.session import current_principal
from app.courses import Course
from app.definitions import Kind, Process, library
from app.errors import DefinitionError, DomainError
from app.studio import About, Change, How, StudioRun, Workspace, history, moving, publishing, trying
from app.web.courses.diagrams import entry_number
from app.web.i18n import gettext as _
from app.web.site.pages import pages
from app.web.site.visits import seen
from app.web.studio.drafts import by_about, labels
from app.web.studio.models import able
from app.web.studio.moving import report

blueprint = pages("studio_publish", __name__)
blueprint.context_processor(able)

Marks = dict[str, list[str]]


@dataclass(frozen=True)
class Drawn:
    """One of the two diagrams of a comparison: where its file is, and which elements are marked how."""

    url: str
    marks: Marks


@blueprint.post("/studio/drafts/<key:key>/scenarios")
@permit("model:publish")
def try_scenarios(key: int) -> ResponseReturnValue:
    """Run the model's scenarios on the draft, in the background."""
    by = current_principal().username
    run = house_of(current_app).database.run(lambda work: trying.begin(work, key, by))
    return redirect(url_for(".run", key=run.key), 303)


@blueprint.post("/studio/drafts/<key:key>/backtest")
@permit("model:publish")
def backtest(key: int) -> ResponseReturnValue:
    """Replay history on the draft, in the background."""
    by = current_principal().username
    run = house_of(current_app).database.run(lambda work: history.begin(work, key, by))
    return redirect(url_for(".run", key=run.key), 303)


@blueprint.get("/studio/runs/<key:key>")
@permit("model:read")
def run(key: int) -> ResponseReturnValue:
    """Show how far a run is, and what it has found so far."""
    with house_of(current_app).database.read() as session:
        found = history.get(session, key)
        return _run_page(session, found)


def _run_page(session: Session, found: StudioRun) -> str:
    if found.kind == moving.MOVE:
        return report(session, found)
    draft = studio.drafts.get(session, found.draft_key or 0)
    at = studio.drafts.workspace_of(session, draft)
    common = {"run": found, "draft": draft, "at": at, "fresh": found.digest == at.digest}
    if found.kind == trying.SCENARIOS:
        covered = trying.coverage(session, at, found) if common["fresh"] and at.main else None
        return render_template("studio/scenarios.html", **common, covered=covered)
    groups = history.groups(session, found)
    named = labels(at)
    newest = library.latest(session, draft.process_id)
    if newest is not None:
        named = {**labels(studio.published(session, newest.key)), **named}
    parted = [one.element for one in groups if one.verdict == "diverges"]
    otherwise = [one.element for one in groups if one.verdict == "values"]
    return render_template(
        "studio/backtest.html",
        **common,
        groups=groups,
        tally=history.tally(session, found),
        questions=history.open_questions(session, found),
        named=named,
        says=lambda step: _step(step, named),
        marks={"diverges": parted, "changed": otherwise},
    )


def _step(step: str, named: Mapping[str, str]) -> str:
    """Say what a version does next: an element by its name, that it stops, ends, or waits."""
    if not step:
        return _("venter")
    if step == ".":
        return _("slutter")
    short = step.removeprefix("!").rpartition("/")[2]
    name = named.get(short, short)
    if step.startswith("!"):
        return _("stopper ved »%(name)s«") % {"name": name}
    return _("går til »%(name)s«") % {"name": name}


@blueprint.get("/studio/runs/<key:key>/progress.json")
@permit("model:read")
def progress(key: int) -> ResponseReturnValue:
    """Say how far a run is, for the progress bar."""
    with house_of(current_app).database.read() as session:
        found = history.get(session, key)
        return jsonify(done=found.done, total=found.total, status=found.status)


@blueprint.post("/studio/runs/<key:key>/stop")
@permit("model:publish")
def stop(key: int) -> ResponseReturnValue:
    """Stop a run."""
    house_of(current_app).database.run(lambda work: studio.stop(work, key))
    return redirect(url_for(".run", key=key), 303)


@blueprint.post("/studio/runs/<key:key>/accept")
@permit("model:publish")
def accept(key: int) -> ResponseReturnValue:
    """Say of a way of parting that it is meant so, or that it is not after all."""
    code, meant = request.form.get("group", "")[:700], "undo" not in request.form
    house_of(current_app).database.run(lambda work: history.accept(work, key, code, accepted=meant))
    return redirect(url_for(".run", key=key), 303)


@blueprint.get("/studio/runs/<key:key>/courses")
@permit("model:read")
def parted(key: int) -> ResponseReturnValue:
    """List the courses that part in one way."""
    code = request.args.get("group", "")
    with house_of(current_app).database.read() as session:
        found = history.get(session, key)
        rows = history.courses_in(session, found, code, entry_number(request.args.get("page", "1")))
        told = {
            one.key: one
            for one in session.query(Course).where(
                Course.key.in_([r.course_key for r in rows.rows])
            )
        }
        return render_template(
            "studio/parted.html",
            run=found,
            rows=rows,
            told=told,
            code=code,
            statuses=courses.STATUS,
        )


@blueprint.get("/studio/runs/<key:key>/courses/<key:course_key>")
@permit("model:read")
def one_course(key: int, course_key: int) -> ResponseReturnValue:
    """Show with which values one course parts, to who may see the course."""
    house, person = house_of(current_app), current_principal()
    with house.database.read() as session:
        found = history.get(session, key)
        course = courses.course(session, course_key)
        ground = courses.ground_for(session, person, course, house.clock.now())
        draft = studio.drafts.get(session, found.draft_key or 0)
        at = studio.drafts.workspace_of(session, draft)
        differing = history.values(session, house.runtime, course, at)
        if ground is not None and course.citizen_key is not None:
            seen("studio:values", ground.words, [course.citizen_key], course_key=course_key)
        may_see = ground is not None or course.citizen_key is None
        return render_template(
            "studio/values.html", run=found, course=course, differing=differing, may_see=may_see
        )


@blueprint.get("/studio/drafts/<key:key>/publish")
@permit("model:publish")
def ready(key: int) -> ResponseReturnValue:
    """Say in words what will change for whom, with both diagrams."""
    return _publish_page(key)


def _publish_page(key: int, wrong: str = "") -> str:
    house = house_of(current_app)
    with house.database.read() as session:
        draft = studio.drafts.get(session, key)
        at = studio.drafts.workspace_of(session, draft)
        found = publishing.changes(session, draft, at)
        newest = library.latest(session, draft.process_id)
        lines = studio.versions(session, draft.process_id) if newest else ()
        return render_template(
            "studio/publish.html",
            draft=draft,
            road=publishing.road(session, draft, at, house.examine(session, at.files)),
            missing=publishing.MISSING,
            changes=by_about(found),
            effects=effects(found, at),
            newest=newest,
            running=sum(line.running for line in lines),
            drawn=_both(session, draft.key, at, newest, found),
            wrong=wrong,
        )


@blueprint.post("/studio/drafts/<key:key>/publish")
@permit("model:publish")
def publish(key: int) -> ResponseReturnValue:
    """Publish the draft."""
    house, by = house_of(current_app), current_principal().username
    try:
        row = house.database.run(
            lambda work: publishing.publish(work, key, by, house.examine, house.publish)
        )
    except (DomainError, DefinitionError) as error:
        return _publish_page(key, error.message), 422
    number = {"name": row.name, "number": row.version}
    flash(
        _("%(name)s, version %(number)s er udgivet. Nye forløb bruger den fra nu af.") % number,
        "success",
    )
    return redirect(url_for("studio.model", process_id=row.process_id), 303)


def effects(found: Sequence[Change], at: Workspace) -> list[tuple[str, str]]:
    """Say for whom something changes: (who, what)."""
    processes: dict[str, Process] = {
        name: part.process for name, part in library.read_draft(at.files).processes.items()
    }
    fresh = [
        node.name or node.id
        for one in found
        if one.about is About.ELEMENT and one.how is How.ADDED and one.process in processes
        for node in [processes[one.process].by_id.get(one.element)]
        if node is not None and node.kind is Kind.USER
    ]
    gone = [one for one in found if one.about is About.ELEMENT and one.how is How.REMOVED]
    forms = {one.file for one in found if one.about is About.FORM}
    deadlines = [one for one in found if one.about is About.DEADLINE]
    told = []
    if fresh:
        names = ", ".join(f"»{name}«" for name in fresh)
        told.append((_("Sagsbehandlere"), _("får nye opgaver: %(names)s.") % {"names": names}))
    if gone:
        told.append((_("Sagsbehandlere"), _("mister trin: se listen.")))
    if forms:
        told.append((_("Formularer"), _("%(count)s er ændret.") % {"count": len(forms)}))
    words = (
        _("%(count)s er ændret.") % {"count": len(deadlines)} if deadlines else _("er de samme.")
    )
    return [*told, (_("Frister"), words)]


def _both(
    session: Session,
    draft_key: int,
    at: Workspace,
    newest: library.DefinitionVersion | None,
    found: Sequence[Change],
) -> tuple[Drawn | None, Drawn | None]:
    """Return both diagrams of the main model, with the differences marked."""
    marks: dict[How, list[str]] = {how: [] for how in How}
    for one in found:
        if one.process == at.process_id:
            marks[one.how].append(one.element)
    old = None
    if newest is not None:
        before = studio.published(session, newest.key)
        url = url_for("studio.version_file", key=newest.key, name=before.main)
        old = Drawn(url, {"removed": marks[How.REMOVED], "changed": marks[How.CHANGED]})
    if not at.main:
        return old, None
    url = url_for("studio_drafts.content", key=draft_key, name=at.main)
    return old, Drawn(url, {"added": marks[How.ADDED], "changed": marks[How.CHANGED]})
