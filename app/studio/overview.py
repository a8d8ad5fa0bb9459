"""What there is to work on: the models by kind of course, their versions with running courses, and the drafts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.courses import Course
from app.definitions import library
from app.errors import NotFound
from app.studio.rows import ModelDraft


@dataclass(frozen=True)
class VersionLine:
    """One version of a model, and how many courses run and have ended on it."""

    row: library.DefinitionVersion
    running: int
    ended: int


@dataclass(frozen=True)
class ModelLine:
    """One model: its newest version, earlier ones that courses still run on, and the drafts of it, new first."""

    newest: VersionLine
    earlier: tuple[VersionLine, ...]
    drafts: tuple[ModelDraft, ...]

    @property
    def running(self) -> int:
        """Courses on all versions."""
        return self.newest.running + sum(line.running for line in self.earlier)


def models(session: Session) -> tuple[ModelLine, ...]:
    """Return all published models: those of a kind of course first, then what they call."""
    counts = _counts(session)
    by_process: dict[str, list[VersionLine]] = defaultdict(list)
    row = library.DefinitionVersion
    for one in session.scalars(select(row).order_by(row.process_id, row.version.desc())):
        by_process[one.process_id].append(VersionLine(one, *counts.get(one.key, (0, 0))))
    drafts: dict[str, list[ModelDraft]] = defaultdict(list)
    for draft in session.scalars(select(ModelDraft).order_by(ModelDraft.saved_at.desc())):
        drafts[draft.process_id].append(draft)
    found = [
        ModelLine(
            lines[0],
            tuple(line for line in lines[1:] if line.running),
            tuple(drafts.get(process_id, ())),
        )
        for process_id, lines in by_process.items()
    ]
    return tuple(sorted(found, key=_order))


def new_drafts(session: Session) -> list[ModelDraft]:
    """Return the drafts of models that have never been published."""
    known = select(library.DefinitionVersion.process_id)
    query = select(ModelDraft).where(ModelDraft.process_id.not_in(known))
    return list(session.scalars(query.order_by(ModelDraft.saved_at.desc())))


def versions(session: Session, process_id: str) -> tuple[VersionLine, ...]:
    """Return all versions of a model, the newest first.

    Raises:
        NotFound: nothing is published under that id.
    """
    counts = _counts(session, process_id)
    row = library.DefinitionVersion
    query = select(row).where(row.process_id == process_id).order_by(row.version.desc())
    found = tuple(VersionLine(one, *counts.get(one.key, (0, 0))) for one in session.scalars(query))
    if not found:
        raise NotFound("model:unknown", "Modellen findes ikke.")
    return found


def _order(line: ModelLine) -> tuple[bool, str, str]:
    row = line.newest.row
    return not row.course_kind, row.name.casefold(), row.process_id


def _counts(session: Session, process_id: str = "") -> dict[int, tuple[int, int]]:
    ended = case((Course.status == "ended", 1), else_=0)
    query = select(Course.version_key, func.count(), func.sum(ended)).group_by(Course.version_key)
    if process_id:
        query = query.where(Course.process_id == process_id)
    return {key: (total - done, done) for key, total, done in session.execute(query)}
