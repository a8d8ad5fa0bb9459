"""A course's diagram: the model in force with what is done marked, and the same in words; of older versions, too."""

from __future__ import annotations

from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from app import courses, house_of
from app.access.closed import permit
from app.definitions import library
from app.web.courses.frame import draw, open_course
from app.web.courses.head import Head
from app.web.i18n import gettext as _
from app.web.pictures.drawings import drawing_of
from app.web.pictures.progress import Step, steps
from app.web.site.pages import pages

blueprint = pages("diagrams", __name__)


def entry_number(text: str) -> int:
    """Read the number of a journal entry from a URL; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@blueprint.get("/courses/<key:key>/diagram")
@permit("course:read")
def diagram(key: int) -> ResponseReturnValue:
    """Show the model with what is done and where the course stands, and the same in words.

    A course that was moved to another version shows its old part on the old one.
    """
    house, asked = house_of(current_app), request.args
    with house.database.read() as session:
        head = open_course(session, key, "diagram")
        until = entry_number(asked.get("until", ""))
        drawn = drawing_of(session, house.runtime, head.course, asked.get("process", ""), until)
        tasks = () if drawn.until else head.tasks
        told = steps(drawn.process, drawn.prefix, drawn.progress, tasks)
        return draw(
            session,
            head,
            "diagram",
            drawn=drawn,
            past=courses.past_versions(session, key),
            steps=[_in_words(head, step) for step in told],
        )


@blueprint.get("/courses/<key:key>/model.bpmn")
@permit("course:read")
def model(key: int) -> ResponseReturnValue:
    """Give the file of the model, or of a called process, in the version that the course runs on, or ran on."""
    house, asked = house_of(current_app), request.args
    with house.database.read() as session:
        head = open_course(session, key, "diagram")
        until = entry_number(asked.get("until", ""))
        drawn = drawing_of(session, house.runtime, head.course, asked.get("process", ""), until)
        content = library.content(session, drawn.digest)
    return Response(content, mimetype="application/xml")


def _in_words(head: Head, step: Step) -> dict[str, str]:
    held = [head.holder(task) for task in step.tasks]
    detail = ""
    if held:
        named = ", ".join(dict.fromkeys(name for name in held if name))
        detail = _("Ligger hos %(name)s") % {"name": named} if named else _("Ligger hos ingen")
    elif step.times > 1:
        detail = _("%(count)s gange") % {"count": step.times}
    return {"label": step.label, "state": step.state, "detail": detail}
