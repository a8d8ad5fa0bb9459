"""The files of a model as a draft would publish them: its own, and of what it refers to the newest published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import canonical
from app.definitions import References, library, references
from app.errors import NotFound

Files = Mapping[str, bytes]
"""Bytes by file name."""


@dataclass(frozen=True)
class Workspace:
    """Files by name.

    Attributes:
        process_id: the model.
        main: name of the file that it stands in; "" where no file holds it.
        files: everything that it refers to, directly or through what it calls.
        own: names of those that are otherwise than published.
    """

    process_id: str
    main: str
    files: Files
    own: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """How exactly these files are known."""
        digests = {name: canonical.digest_bytes(content) for name, content in self.files.items()}
        return canonical.digest(digests)


def published(session: Session, version_key: int) -> Workspace:
    """Return the files of a published version, as they were bound then.

    Raises:
        NotFound: no such version.
    """
    row = library.version(session, version_key)
    bundle = library.load_bundle(session, version_key)
    digests = [bundle.model, *bundle.forms.values(), *bundle.decisions.values()]
    digests += [part.model for part in bundle.calls.values()]
    files: dict[str, bytes] = {}
    main = ""
    for digest in dict.fromkeys(digests):
        file = session.get_one(library.DefinitionFile, digest)
        name = _free(files, file.name)
        files[name] = library.content(session, digest)
        main = main or name
    return Workspace("" if row is None else row.process_id, main, files)


def workspace(session: Session, process_id: str, own: Files) -> Workspace:
    """Return what a model consists of when some files are otherwise than published.

    Args:
        session: any session.
        process_id: the model.
        own: the files that are otherwise, by name; one that replaces a published file has its name.
    """
    gathering = _Gathering(session, own)
    gathering.process(process_id)
    while gathering.waiting:
        wanted = gathering.waiting.pop()
        for name in wanted.processes:
            gathering.process(name)
        for name in wanted.forms:
            gathering.resource("form", name)
        for name in wanted.decisions:
            gathering.resource("dmn", name)
    main = gathering.home.get(("bpmn", process_id), "")
    return Workspace(process_id, main, gathering.files, frozenset(own))


def published_as(session: Session, name: str, content: bytes) -> bytes | None:
    """Return the newest published file of the same process, form or decisions as a file; None where there is none."""
    for kind, one in library.read_draft({name: content}).home:
        if kind == "bpmn":
            row = library.latest(session, one)
            if row is not None:
                return library.content(session, row.model_digest)
        elif (known := library.latest_resource(session, kind, one)) is not None:
            return library.content(session, known.digest)
    return None


def file_named(files: Files, name: str) -> bytes:
    """Return one of the files.

    Raises:
        NotFound: it is not among them.
    """
    if name not in files:
        raise NotFound("draft:no-file", "Filen findes ikke.")
    return files[name]


class _Gathering:
    """Files on their way together; each is read once."""

    def __init__(self, session: Session, own: Files) -> None:
        self.session = session
        self.files: dict[str, bytes] = {}
        self.home: dict[tuple[str, str], str] = {}
        self.waiting: list[References] = []
        for name, content in own.items():
            self._take(name, content)

    def process(self, process_id: str) -> None:
        if ("bpmn", process_id) in self.home:
            return
        row = library.latest(self.session, process_id)
        if row is not None:
            self._add(row.resource, row.model_digest)

    def resource(self, kind: str, name: str) -> None:
        if (kind, name) in self.home:
            return
        row = library.latest_resource(self.session, kind, name)
        if row is not None:
            self._add(row.resource, row.digest)

    def _add(self, name: str, digest: str) -> None:
        if (
            name not in self.files
        ):  # a draft's file of that name stands for it, whatever it holds now
            self._take(name, library.content(self.session, digest))

    def _take(self, name: str, content: bytes) -> None:
        self.files[name] = content
        draft = library.read_draft({name: content})
        for at in draft.home:
            self.home.setdefault(at, name)
        self.waiting += [references(part.process) for part in draft.processes.values()]


def _free(files: Files, name: str) -> str:
    return next(one for one in _names(name) if one not in files)


def _names(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{number}/{name}"
        number += 1
