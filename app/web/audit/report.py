"""The report in an export: one page of HTML that a person reads without us, with the diagrams drawn into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from app import access, audit, consents, courses, house_of, journal
from app.audit import Detail, Request
from app.courses import Course
from app.definitions import library
from app.definitions.picture import picture
from app.errors import DefinitionError
from app.forms import FormView
from app.web.audit.film import Line, citizen_of, filled_in, lines_of
from app.web.pictures.drawings import drawing_of
from app.web.pictures.progress import steps
from app.web.words import why
from app.web.words.why import words


@dataclass(frozen=True)
class Page:
    """One entry of the report: what happened, the form as it was filled in, what it changed, and its proof."""

    line: Line
    detail: Detail
    form: FormView | None
    form_name: str
    answers: list[tuple[str, str]]


@dataclass(frozen=True)
class Picture:
    """One process of the course, drawn; `steps` says the same in words."""

    name: str
    svg: Markup
    steps: list[tuple[str, str]]


def report(session: Session, course: Course, request: Request) -> str:
    """Return the report of a course.

    Args:
        session: a read session.
        course: which.
        request: who takes it out, and why.
    """
    house = house_of(current_app)
    end = journal.head(session, courses.stream(course.key))
    last = end.seq if end is not None else 0
    versions = {one.version_key for one in courses.past_versions(session, course.key)}
    known = [library.version(session, key) for key in sorted(versions | {course.version_key})]
    return render_template(
        "audit/report.html",
        course=course,
        citizen=citizen_of(session, course),
        request=request,
        by=access.names(session, {request.by}).get(request.by, request.by),
        public_key=house.public_key,
        versions=[one for one in known if one is not None],
        statutes=courses.statutes(session, course, course.started_at),
        consents=_consents(session, course),
        givers=consents.GIVERS,
        decisions=consents.DECISIONS,
        pictures=list(_pictures(session, course)),
        pages=[_page(session, course, seq) for seq in range(1, last + 1)],
        words=words,
        reason_title=why.title,
        reason_answer=why.answer,
        table_caption=why.caption,
    )


def _consents(session: Session, course: Course) -> list[Any]:
    if course.citizen_key is None:
        return []
    return list(consents.consents(session, course.citizen_key))


def _pictures(session: Session, course: Course) -> Iterator[Picture]:
    runtime = house_of(current_app).runtime
    first = drawing_of(session, runtime, course, "")
    for part in first.parts:
        drawn = drawing_of(session, runtime, course, part.id) if part.id else first
        if part.id and not (drawn.done or drawn.here):
            continue
        content = library.content(session, drawn.digest)
        try:
            svg = picture(content, part.label, done=drawn.done, here=drawn.here)
        except DefinitionError:  # a file that was published once, and no reader takes any more
            svg = ""
        told = steps(drawn.process, drawn.prefix, drawn.progress, ())
        yield Picture(
            part.label,
            Markup(svg),  # noqa: S704 -- `picture` escapes every text of the model
            [(step.label, step.state) for step in told],
        )


def _page(session: Session, course: Course, seq: int) -> Page:
    detail = audit.entry(session, house_of(current_app).runtime, course, seq)
    form = filled_in(session, course, detail)
    answers = detail.answers if isinstance(detail.answers, dict) else {"": detail.answers}
    told = [] if form else [(name, words(value)) for name, value in answers.items()]
    (line,) = lines_of(session, (detail.act,))
    name = _file_name(session, detail.entry.form_digest)
    return Page(line, detail, form, name, told)


def _file_name(session: Session, digest: str) -> str:
    file = session.get(library.DefinitionFile, digest) if digest else None
    return file.name if file is not None else ""
