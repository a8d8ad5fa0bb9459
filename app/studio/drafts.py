"""Drafts: what a designer changes of a model, saved as they type, and who else has it open."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import documents
from app.definitions import library
from app.errors import Conflict, DefinitionError, DomainError, NotFound
from app.storage import UnitOfWork
from app.studio.rows import ModelDraft, ModelDraftFile, ModelDraftVisit
from app.studio.scenarios import keep
from app.studio.workspace import Workspace, workspace

KINDS = (".bpmn", ".form", ".dmn")
SCENARIO = ".json"
_THERE = timedelta(seconds=60)
_MOST_FILES = 500
_MOST_BYTES = 20_000_000
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Other:
    """Somebody else who has the draft open, and when they were last seen there."""

    username: str
    seen_at: datetime


def get(session: Session, key: int) -> ModelDraft:
    """Return a draft.

    Raises:
        NotFound: it does not exist, or has been published or thrown away.
    """
    draft = session.get(ModelDraft, key)
    if draft is None:
        text = "Kladden findes ikke. Den er måske udgivet eller smidt ud."
        raise NotFound("draft:unknown", text)
    return draft


def drafts(session: Session, process_id: str = "") -> list[ModelDraft]:
    """Return the drafts, or those of one model, the last saved first."""
    query = select(ModelDraft).order_by(ModelDraft.saved_at.desc(), ModelDraft.key)
    if process_id:
        query = query.where(ModelDraft.process_id == process_id)
    return list(session.scalars(query))


def files_of(session: Session, key: int) -> list[ModelDraftFile]:
    """Return the files that are otherwise in the draft than published, by name."""
    query = select(ModelDraftFile).where(ModelDraftFile.draft_key == key)
    return list(session.scalars(query.order_by(ModelDraftFile.name)))


def workspace_of(session: Session, draft: ModelDraft) -> Workspace:
    """Return the files as the draft would publish them."""
    own = {file.name: file.content for file in files_of(session, draft.key)}
    return workspace(session, draft.process_id, own)


def begin(work: UnitOfWork, process_id: str, by: str) -> ModelDraft:
    """Return the person's draft of a published model; a new one where they have none.

    Raises:
        NotFound: nothing is published under that id.
    """
    mine = work.session.scalars(
        select(ModelDraft)
        .where(ModelDraft.process_id == process_id, ModelDraft.owner == by)
        .order_by(ModelDraft.key)
    ).first()
    if mine is not None:
        return mine
    row = library.latest(work.session, process_id)
    if row is None:
        raise NotFound("model:unknown", "Modellen findes ikke.")
    return _new(work, process_id, row.name, row.key, by)


def _new(work: UnitOfWork, process_id: str, name: str, base: int | None, by: str) -> ModelDraft:
    draft = ModelDraft(
        key=work.next_key(),
        process_id=process_id,
        name=name[:_LONGEST_NAME],
        owner=by,
        base_key=base,
        created_at=work.now,
        saved_at=work.now,
        saved_by=by,
    )
    work.session.add(draft)
    work.session.flush()
    return draft


def save(
    work: UnitOfWork, key: int, name: str, content: bytes, by: str, revision: int | None = None
) -> int:
    """Save a file of a draft and return its new revision; saving what stands there already changes nothing.

    Args:
        work: the transaction.
        key: the draft.
        name: the file's.
        content: its bytes.
        by: username.
        revision: the one that the person saw, 0 for a file as published; None overwrites what is there.

    Raises:
        NotFound: no such draft.
        Conflict: somebody else has saved the file meanwhile.
        DomainError: it is no file of a model.
    """
    draft = get(work.session, key)
    if PurePosixPath(name).suffix not in KINDS or len(name) > _LONGEST_NAME:
        text = "Vælg en model (.bpmn), en formular (.form) eller en beslutningstabel (.dmn)."
        raise DomainError("draft:kind", text, fields={"file": text})
    row = work.session.get(ModelDraftFile, (key, name), with_for_update=True)
    there = 0 if row is None else row.revision
    if revision is not None and revision != there:
        raise Conflict("draft:saved-by-other", _said_by(row))
    if row is None:
        row = ModelDraftFile(draft_key=key, name=name, revision=0)
        work.session.add(row)
    elif row.content == content:
        return row.revision
    row.content, row.revision = content, there + 1
    row.saved_at = draft.saved_at = work.now
    row.saved_by = draft.saved_by = by
    work.session.flush()
    if PurePosixPath(name).suffix == ".bpmn":
        _rename(draft, content)
    return row.revision


def _said_by(row: ModelDraftFile | None) -> str:
    who = "nogen" if row is None else row.saved_by
    return f"{who} har gemt filen, siden du åbnede den. Hent den igen, eller gem din egen som en ny fil."


def _rename(draft: ModelDraft, content: bytes) -> None:
    """Let a draft of a new model follow its process's name; one of a published model keeps its id."""
    if draft.base_key is not None:
        return
    process = main_process(content)
    if process is not None:
        draft.process_id, draft.name = process[0], process[1][:_LONGEST_NAME]


def main_process(content: bytes) -> tuple[str, str] | None:
    """Return id and name of the first process in a .bpmn file; None where it cannot be read or holds none."""
    found = library.read_draft({"model.bpmn": content}).models.get("model.bpmn")
    if found is None or not found.processes:
        return None
    first = found.processes[0]
    return first.id, first.name or first.id


def revert(work: UnitOfWork, key: int, name: str) -> None:
    """Let a file of a draft be as it is published again."""
    get(work.session, key)
    work.session.execute(
        delete(ModelDraftFile).where(ModelDraftFile.draft_key == key, ModelDraftFile.name == name)
    )


def throw_away(work: UnitOfWork, key: int) -> None:
    """Delete a draft with all that is in it."""
    get(work.session, key)
    for table in (ModelDraftFile, ModelDraftVisit):
        work.session.execute(delete(table).where(table.draft_key == key))
    work.session.execute(delete(ModelDraft).where(ModelDraft.key == key))


def catch_up(work: UnitOfWork, key: int) -> None:
    """Note that the designer has seen what others published: the draft changes the newest version from now on."""
    draft = get(work.session, key)
    row = library.latest(work.session, draft.process_id)
    if row is not None:
        draft.base_key = row.key


def visit(work: UnitOfWork, key: int, by: str) -> list[Other]:
    """Note that a person has the draft open, and return who else has."""
    get(work.session, key)
    mine = work.session.get(ModelDraftVisit, (key, by))
    if mine is None:
        work.session.add(ModelDraftVisit(draft_key=key, username=by, seen_at=work.now))
    else:
        mine.seen_at = work.now
    return others(work.session, key, by, work.now)


def others(session: Session, key: int, by: str, now: datetime) -> list[Other]:
    """Return who else has had the draft open within the last minute."""
    query = select(ModelDraftVisit).where(
        ModelDraftVisit.draft_key == key,
        ModelDraftVisit.username != by,
        ModelDraftVisit.seen_at > now - _THERE,
    )
    return [Other(row.username, row.seen_at) for row in session.scalars(query)]


def unpack(name: str, content: bytes) -> dict[str, bytes]:
    """Return the files in an upload: a ZIP's models, forms, tables and scenarios, or the one file.

    Raises:
        DomainError: a broken ZIP, or one that is too large.
    """
    if PurePosixPath(name).suffix.lower() != ".zip":
        return {PurePosixPath(name).name: content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wanted = [
                one
                for one in archive.infolist()
                if PurePosixPath(one.filename).suffix in (*KINDS, SCENARIO)
            ]
            size = sum(one.file_size for one in wanted)
            if len(wanted) > _MOST_FILES or size > _MOST_BYTES:
                text = f"ZIP-filen er for stor: højst {_MOST_FILES} filer og {_MOST_BYTES // 1_000_000} MB."
                raise DomainError("draft:too-large", text, fields={"files": text})
            return {one.filename: archive.read(one) for one in wanted}
    except documents.BROKEN_ZIP as broken:
        text = "ZIP-filen kan ikke åbnes."
        raise DomainError("draft:zip", text, fields={"files": text}) from broken


def bring_in(work: UnitOfWork, files: Mapping[str, bytes], by: str) -> ModelDraft:
    """Make a draft of files from outside: of the model that they change, or of a new one.

    Raises:
        DefinitionError: no file holds a process.
    """
    models = {
        name: found
        for name, content in sorted(files.items())
        if PurePosixPath(name).suffix == ".bpmn" and (found := main_process(content)) is not None
    }
    if not models:
        text = (
            "Ingen af filerne er en model, der kan læses. Vælg en .bpmn-fil eller en ZIP med en i."
        )
        raise DefinitionError("draft:no-model", text)
    first = next((name for name in models if PurePosixPath(name).name == "model.bpmn"), None)
    process_id, title = models[first or next(iter(models))]
    row = library.latest(work.session, process_id)
    new = row is None
    draft = _new(work, process_id, title, None, by) if new else begin(work, process_id, by)
    for name, content in files.items():
        if PurePosixPath(name).suffix in KINDS:
            save(work, draft.key, _known_as(work.session, name, content), content, by)
    told = {
        PurePosixPath(name).name: content
        for name, content in files.items()
        if PurePosixPath(name).suffix == SCENARIO and PurePosixPath(name).parent.name == "scenarios"
    }
    keep(work, draft.process_id, told, by)
    return draft


def _known_as(session: Session, name: str, content: bytes) -> str:
    """Return the name under which a file of the same process, form or decision is published; else its own."""
    said = library.read_draft({name: content})
    for kind, one in said.home:
        if kind == "bpmn":
            row = library.latest(session, one)
            if row is not None:
                return row.resource
        elif kind in {"form", "dmn"}:
            known = library.latest_resource(session, kind, one)
            if known is not None:
                return known.resource
    return name
