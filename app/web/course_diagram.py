"""A course's diagram: the model in force with what is done marked, and the same in words."""

from __future__ import annotations

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from app import house_of
from app.access.closed import permit
from app.definitions import ModelProcess, Process, library
from app.errors import NotFound
from app.web.course_head import Head
from app.web.course_page import draw, open_course
from app.web.i18n import gettext as _
from app.web.pages import pages
from app.web.progress import Step, in_order, marks, steps

blueprint = pages("diagrams", __name__)


@blueprint.get("/courses/<key:key>/diagram")
@permit("course:read")
def diagram(key: int) -> ResponseReturnValue:
    """Show the model with what is done and where the course stands, and the same in words."""
    house = house_of(current_app)
    with house.database.read() as session:
        head = open_course(session, key, "diagram")
        process, prefix, _digest = _drawn(head, request.args.get("process", ""))
        done, here = marks(process, prefix, head.course.progress)
        told = steps(process, prefix, head.course.progress, head.tasks)
        return draw(
            session,
            head,
            "diagram",
            process=process,
            chosen=request.args.get("process", "") if prefix else "",
            processes=_processes(head),
            done=done,
            here=here,
            steps=[_in_words(head, step) for step in told],
        )


@blueprint.get("/courses/<key:key>/model.bpmn")
@permit("course:read")
def model(key: int) -> ResponseReturnValue:
    """Give the file of the model, or of a called process, in the version that the course runs on."""
    with house_of(current_app).database.read() as session:
        head = open_course(session, key, "diagram")
        _process, _prefix, digest = _drawn(head, request.args.get("process", ""))
        content = library.content(session, digest)
    return Response(content, mimetype="application/xml")


def _drawn(head: Head, process_id: str) -> tuple[Process, str, str]:
    """Return the process to draw, what events put before its elements, and the digest of its file.

    Raises:
        NotFound: the course's model calls no such process.
    """
    bundle = head.version.bundle
    if not process_id or process_id == bundle.process.id:
        return bundle.process, "", bundle.model
    called = _called(head).get(process_id)
    if called is None:
        raise NotFound("model:not-called", _("Forløbets model har ingen del med det navn."))
    return called.process, f"{process_id}/", called.model


def _called(head: Head) -> dict[str, ModelProcess]:
    """Return the processes that the course's version calls, and those that it found on its way, by id."""
    found: dict[str, ModelProcess] = {}
    for version in head.called.values():
        bundle = version.bundle
        found |= {**bundle.calls, bundle.process.id: ModelProcess(bundle.model, bundle.process)}
    return found | dict(head.version.bundle.calls)


def _processes(head: Head) -> list[dict[str, object]]:
    """Return the main process and those it calls, in the order of the flow, and whether the course stands in each."""
    bundle, here = head.version.bundle, head.course.progress.get("here", {})
    known = _called(head)
    called = [
        node.call.process_id
        for node in in_order(bundle.process, bundle.process.id)
        if node.call is not None and node.call.process_id in known
    ]
    listed = [("", bundle.process.name or bundle.process.id)]
    listed += [
        (name, known[name].process.name or name) for name in dict.fromkeys([*called, *known])
    ]
    return [
        {
            "id": name,
            "label": label,
            "here": bool(name) and any(element.startswith(f"{name}/") for element in here),
        }
        for name, label in listed
    ]


def _in_words(head: Head, step: Step) -> dict[str, str]:
    held = [head.holder(task) for task in step.tasks]
    detail = ""
    if held:
        named = ", ".join(dict.fromkeys(name for name in held if name))
        detail = _("Ligger hos %(name)s") % {"name": named} if named else _("Ligger hos ingen")
    elif step.times > 1:
        detail = _("%(count)s gange") % {"count": step.times}
    return {"label": step.label, "state": step.state, "detail": detail}
