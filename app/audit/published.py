"""What is published, held against what the journal says was published: models, forms, decisions, byte for byte.

Nobody decides a form again, and a process that has read a model keeps it; so the files are looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import canonical
from app.audit.broken import Broken
from app.definitions import library
from app.definitions.library import DefinitionFile, DefinitionResource, DefinitionVersion
from app.journal import Entry

DEFINITION = "definition:"
"""Before the id in the name of a model's stream; a form's and a decision's has its kind there too."""


_DIGEST = re.compile(r"[0-9a-f]{64}")


def digests_in(text: str) -> set[str]:
    """Return the digests that a manifest, or what binds a file to others, names."""
    return set(_DIGEST.findall(text))


def streams(session: Session) -> set[str]:
    """Return the streams that what is published must have."""
    processes = session.scalars(select(DefinitionVersion.process_id).distinct())
    others = session.execute(select(DefinitionResource.kind, DefinitionResource.name).distinct())
    named = {f"{DEFINITION}{kind}:{name}" for kind, name in others}
    return {*(f"{DEFINITION}{name}" for name in processes), *named}


def fault(session: Session, stream: str, entries: Iterable[Entry]) -> Broken | None:
    """Return the first entry that what is stored does not agree with.

    Args:
        session: a read session.
        stream: of a model, a form or a decision.
        entries: its own, opened.
    """
    told = list(entries)
    kind, colon, name = stream.removeprefix(DEFINITION).partition(":")
    rows: dict[int, Any] = {}
    if colon:
        wanted = (DefinitionResource.kind == kind, DefinitionResource.name == name)
        resources = select(DefinitionResource).where(*wanted)
        rows = {one.version: one for one in session.scalars(resources)}
    else:
        versions = select(DefinitionVersion).where(DefinitionVersion.process_id == kind)
        rows = {one.version: one for one in session.scalars(versions)}
    for entry in told:
        row = rows.pop(entry.payload["version"], None)
        if row is None:
            return Broken(stream, entry.seq, "version-missing", str(entry.payload["version"]))
        look = _resource if colon else _process
        found = next(look(session, stream, entry, row), None)
        if found is not None:
            return found
    last = told[-1].seq if told else 0
    for number in sorted(rows):  # nobody published it
        return Broken(stream, last + 1, "missing", str(last + 1), f"version {number}")
    return None


def _process(
    session: Session, stream: str, entry: Entry, row: DefinitionVersion
) -> Iterator[Broken]:
    manifest = entry.payload["bundle"]
    expected = [canonical.digest(manifest), entry.model_digest, entry.payload["name"], entry.actor]
    found = [row.bundle_digest, row.model_digest, row.name, row.published_by]
    yield from _differing(stream, entry, expected, found)
    stored = canonical.digest(row.manifest)
    yield from _differing(stream, entry, expected[:1], [stored])
    yield from _files(session, stream, entry, digests_in(canonical.dumps(manifest)))
    process = library.bundle_of(session, row).process
    said = [process.version_tag, dict(process.properties).get("kind", "")]
    yield from _differing(stream, entry, said, [row.version_tag, row.course_kind])


def _resource(
    session: Session, stream: str, entry: Entry, row: DefinitionResource
) -> Iterator[Broken]:
    digest = entry.payload["digest"]
    yield from _differing(stream, entry, [digest, entry.actor], [row.digest, row.published_by])
    yield from _files(session, stream, entry, [digest])


def _differing(
    stream: str, entry: Entry, expected: list[str], found: list[str]
) -> Iterator[Broken]:
    for meant, stored in zip(expected, found, strict=True):
        if meant != stored:
            yield Broken(stream, entry.seq, "version-differs", meant, stored)


def _files(session: Session, stream: str, entry: Entry, digests: Iterable[str]) -> Iterator[Broken]:
    """Compare files with their digests, those that they are bound to as well."""
    left, known = sorted(digests), set[str]()
    while left:
        known |= set(left)
        rows = session.execute(
            select(DefinitionFile.digest, DefinitionFile.kind, DefinitionFile.content).where(
                DefinitionFile.digest.in_(left)
            )
        )
        files = {row.digest: row for row in rows}
        for digest in left:
            if digest not in files:
                yield Broken(stream, entry.seq, "file-missing", digest)
            elif (found := canonical.digest_bytes(files[digest].content)) != digest:
                yield Broken(stream, entry.seq, "file-changed", digest, found)
        bound = (row.content.decode() for row in files.values() if row.kind == library.BOUND)
        left = sorted({name for text in bound for name in digests_in(text)} - known)
