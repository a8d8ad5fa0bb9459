"""The doctor's fixes on a draft: what can be mended is mended, and what was done is told."""

from __future__ import annotations

from collections.abc import Collection

from app.definitions import Surroundings, fix
from app.storage import UnitOfWork
from app.studio import drafts
from app.studio.workspace import file_named


def mend(
    work: UnitOfWork,
    draft_key: int,
    name: str,
    by: str,
    only: Collection[str] | None = None,
) -> tuple[str, ...]:
    """Mend a model of a draft; return what was done, in Danish sentences.

    Args:
        work: the transaction.
        draft_key: the draft.
        name: the .bpmn file's.
        by: username.
        only: codes of the findings to mend; None mends all that can be.

    Raises:
        NotFound: no such draft or file.
        DefinitionError: nothing can be read from the file.
    """
    draft = drafts.get(work.session, draft_key)
    at = drafts.workspace_of(work.session, draft)
    done = fix(file_named(at.files, name), only, Surroundings())
    if done.report:
        drafts.save(work, draft_key, name, done.text.encode(), by)
    for form, content in done.forms.items():
        folder = name.rpartition("/")[0]
        drafts.save(work, draft_key, f"{folder}/{form}" if folder else form, content, by)
    return tuple(change.message for change in done.report)
