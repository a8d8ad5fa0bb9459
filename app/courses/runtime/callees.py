"""Called versions: what calls of `latest` and `versionTag` mean when they are entered, and recorded for replay.

A tag is looked for in the course's own version first, where publishing has pinned it (a later version of that tag
changes nothing), then among what is published. `latest` is the newest version published as of the command. What was
found stands in the journal entry's payload under `called`; a replay answers from there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import dmn
from app.courses.rows import Course, CourseCall, Task
from app.courses.runtime import Models, Version
from app.definitions import Bundle, Call, library
from app.engine import CompiledModel
from app.errors import NotFound

CALLED = "called"
"""Where an entry's payload says which versions its calls found: digest by process id, by `process:tag`, or by
`dmn/decision`."""


class Calling:
    """The callable versions as of one command (`app.engine.Callees`).

    Attributes:
        found: what was asked for and found, as it goes into the journal.
    """

    def __init__(
        self,
        session: Session,
        models: Models,
        own: Version,
        recorded: Mapping[str, str] | None = None,
    ) -> None:
        """Answer from what is published; or from `recorded` alone, when an entry is decided again."""
        self.found: dict[str, str] = {}
        self._session = session
        self._models = models
        self._own = own
        self._recorded = recorded

    def version(self, call: Call) -> str:
        """Return the digest of the version that the call means; "" for none."""
        name = _name(call)
        if self._recorded is not None:
            return self._recorded.get(name, "")
        if name not in self.found:
            digest = self._find(call)
            if not digest:
                return ""
            self.found[name] = digest
        return self.found[name]

    def model(self, version: str) -> CompiledModel:
        """Return a version, compiled to be called.

        Raises:
            NotFound: no such version.
        """
        return called_version(self._session, self._models, self._own, version).model

    def decision(self, decision_id: str) -> str:
        """Return the digest of the file that a decision of `latest` stands in; "" for none."""
        name = f"dmn/{decision_id}"  # no process is called so: an id holds no slash
        if self._recorded is not None:
            return self._recorded.get(name, "")
        if name not in self.found:
            row = library.latest_resource(self._session, "dmn", decision_id)
            if row is None:
                return ""
            self.found[name] = row.digest
        return self.found[name]

    def table(self, version: str) -> dmn.Model:
        """Return a .dmn file, ready to be asked.

        Raises:
            KeyError: no such file.
        """
        try:
            return library.decision_model(self._session, version)
        except NotFound as missing:
            raise KeyError(version) from missing

    def _find(self, call: Call) -> str:
        if call.binding == "versionTag":
            wanted = (call.process_id, call.version_tag)
            for bundle in _tagged(self._own.bundle):
                if wanted in bundle.tagged:
                    return bundle.tagged[wanted].digest
            row = library.tagged(self._session, *wanted)
        else:
            row = library.latest(self._session, call.process_id)
        return "" if row is None else row.bundle_digest


def recorded(session: Session, models: Models, own: Version, payload: Mapping[str, Any]) -> Calling:
    """Return the callable versions as an entry recorded them."""
    return Calling(session, models, own, payload.get(CALLED, {}))


def called_version(session: Session, models: Models, own: Version, digest: str) -> Version:
    """Return a version that a course of `own` called, ready to be called; "" is its own.

    Raises:
        NotFound: no such version.
    """
    if not digest:
        return own
    return models.called(session, digest, lambda: _bundle(session, own, digest))


def versions_called(
    session: Session,
    models: Models,
    own: Version,
    course_key: int,
    upto: datetime | None = None,
) -> dict[str, Version]:
    """Return the versions that a course has called by `latest` or by tag, the last of each process, by its id.

    `upto` leaves out what was called after that instant.
    """
    query = select(CourseCall.process_id, CourseCall.version).where(
        CourseCall.course_key == course_key
    )
    if upto is not None:
        query = query.where(CourseCall.called_at <= upto)
    rows = session.execute(query.order_by(CourseCall.called_at, CourseCall.address))
    last = {row.process_id: row.version for row in rows}
    return {name: called_version(session, models, own, digest) for name, digest in last.items()}


def version_of_task(session: Session, models: Models, task: Task) -> Version:
    """Return the version whose form a task has: its course's, or the one that was called."""
    own = models.get(session, session.get_one(Course, task.course_key).version_key)
    return called_version(session, models, own, task.version)


def _name(call: Call) -> str:
    tagged = call.binding == "versionTag"
    return f"{call.process_id}:{call.version_tag}" if tagged else call.process_id


def _bundle(session: Session, own: Version, digest: str) -> tuple[int, Bundle]:
    row = session.scalar(
        select(library.DefinitionVersion)
        .where(library.DefinitionVersion.bundle_digest == digest)
        .limit(1)
    )
    if row is not None:
        return row.key, library.bundle_of(session, row)
    for bundle in _tagged(own.bundle):
        for inner in bundle.tagged.values():
            if inner.digest == digest:
                return own.key, inner
    raise NotFound("definition:no-version", "En version, som forløbet har kaldt, findes ikke mere.")


def _tagged(bundle: Bundle) -> Iterator[Bundle]:
    """Give a bundle, then those that it holds by tag, outer ones first."""
    waiting = deque([bundle])
    while waiting:
        found = waiting.popleft()
        yield found
        waiting.extend(found.tagged.values())
