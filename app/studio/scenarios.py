"""The scenarios of a model, as files that are kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.definitions import read_bpmn
from app.errors import DefinitionError, DomainError, NotFound
from app.storage import UnitOfWork
from app.studio.rows import ModelScenario
from app.studio.scenario import parse_scenario


def scenarios(session: Session, process_id: str) -> list[ModelScenario]:
    """Return the scenarios of a model, by name."""
    query = select(ModelScenario).where(ModelScenario.process_id == process_id)
    return list(session.scalars(query.order_by(ModelScenario.name)))


def scenario(session: Session, process_id: str, name: str) -> ModelScenario:
    """Return one scenario.

    Raises:
        NotFound: there is none of that name.
    """
    row = session.get(ModelScenario, (process_id, name))
    if row is None:
        raise NotFound("scenario:unknown", "Scenariet findes ikke.")
    return row


def keep(work: UnitOfWork, process_id: str, files: Mapping[str, bytes], by: str) -> None:
    """Keep scenarios with a model; one of the same name is replaced.

    Args:
        work: the transaction.
        process_id: the model.
        files: bytes by file name, without folders.
        by: username.
    """
    for name, content in files.items():
        row = work.session.get(ModelScenario, (process_id, name))
        if row is None:
            row = ModelScenario(process_id=process_id, name=name, content=b"")
            work.session.add(row)
        elif row.content == content:
            continue
        row.content, row.saved_at, row.saved_by = content, work.now, by
    work.session.flush()


def keep_folder(work: UnitOfWork, folder: Path, by: str) -> None:
    """Keep the scenarios in a course's folder, or in the folders of several, each with its course's model."""
    for file in sorted(folder.rglob("scenarios/*.json")):
        models = sorted(
            file.parent.parent.glob("*.bpmn"), key=lambda path: path.name != "model.bpmn"
        )
        if models:
            process = read_bpmn(models[0].read_bytes()).processes[0].id
            keep(work, process, {file.name: file.read_bytes()}, by)


def check_scenario(name: str, content: bytes) -> None:
    """See that a file is a scenario.

    Raises:
        DomainError: it is not; the message says where.
    """
    try:
        parse_scenario(Path(name), content)
    except DefinitionError as wrong:
        raise DomainError(wrong.code, wrong.message, fields={"text": wrong.message}) from wrong


def drop(work: UnitOfWork, process_id: str, name: str) -> None:
    """Delete a scenario.

    Raises:
        NotFound: there is none of that name.
    """
    work.session.delete(scenario(work.session, process_id, name))
