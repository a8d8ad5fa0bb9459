"""A version as it would be: a draft's files bound and compiled as publishing them would, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import canonical
from app.courses import Version
from app.definitions import Bundle, ModelProcess, bind, library
from app.engine import compile_model
from app.errors import NotFound
from app.studio.workspace import Workspace

UNPUBLISHED = 0
"""The key of a version that is not published."""


def candidate(session: Session, at: Workspace) -> Version:
    """Return the version that publishing these files would give.

    Raises:
        NotFound: no file holds the model's process.
        DefinitionError: the engine cannot run it.
    """
    shelf = _Shelf(session, library.read_draft(at.files, library.published_tables(session)))
    main = shelf.process(at.process_id)
    if main is None:
        raise NotFound("model:unknown", "Modellens proces findes ikke i filerne.")
    bundle = bind(main, shelf)
    called = {name: part.process for name, part in bundle.calls.items()}
    models = {
        digest: table.bound.model
        for table in shelf.draft.tables.values()
        for digest in [table.bound.digest]
    }
    decisions = {
        name: models.get(digest) or library.decision_model(session, digest)
        for name, digest in bundle.decisions.items()
    }
    return Version(UNPUBLISHED, bundle, compile_model(bundle.process, called, decisions))


@dataclass(frozen=True)
class _Shelf:
    """Where `bind` finds what the model refers to: among the draft's files, then what is published."""

    session: Session
    draft: library.Draft

    def process(self, process_id: str) -> ModelProcess | None:
        return self.draft.processes.get(process_id)

    def tagged(self, process_id: str, tag: str) -> Bundle | None:
        row = library.tagged(self.session, process_id, tag)
        return None if row is None else library.load_bundle(self.session, row.key)

    def resource(self, kind: str, name: str) -> str | None:
        file = self.draft.home.get((kind, name))
        if file is None:
            return None
        table = self.draft.tables.get(file)
        return (
            canonical.digest_bytes(self.draft.files[file]) if table is None else table.bound.digest
        )

    def tagged_decision(self, decision_id: str, tag: str) -> str | None:
        for file in self.draft.tables.values():
            if any(one.id == decision_id and one.version_tag == tag for one in file.decisions):
                return file.bound.digest
        row = library.tagged_decision(self.session, decision_id, tag)
        return None if row is None else row.digest
