"""A course's history, read from its journal to be decided again on another version of its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import dmn
from app.courses.rows import PastVersion
from app.courses.running.run import stream
from app.courses.runtime import Runtime, Version
from app.courses.runtime.callees import CALLED, Calling, recorded
from app.definitions import Call, library
from app.engine import Callees, CompiledModel, Migrated, Misfit, Past, decode_command, migrate
from app.errors import DomainError, NotFound
from app.journal import Entry, read

MIGRATED, UNDONE = "course:migrated", "course:migration-undone"
MIGRATIONS = frozenset({MIGRATED, UNDONE})
"""Kinds of entry that change the version in force."""


class Answers:
    """What calls found when a command was decided, and for calls of the new version alone what they find now.

    Attributes:
        seq: the number of the command's entry.
    """

    def __init__(self, seq: int, then: Callees, now: Callees, asked: frozenset[Call | str]) -> None:
        """Answer as `then`; what is not in `asked`, the calls and decisions of the old version, as `now`."""
        self.seq = seq
        self._then, self._now, self._asked = then, now, asked
        self._chose = any(isinstance(one, Call) and one.is_chosen for one in asked)

    def version(self, call: Call) -> str:
        """Return the digest of the version that the call means; "" for none."""
        found = self._then.version(call)
        asked = self._chose or call in self._asked
        return found if found or asked else self._now.version(call)

    def model(self, version: str) -> CompiledModel:
        """Return a version, compiled to be called.

        Raises:
            KeyError: no such version.
        """
        try:
            return self._then.model(version)
        except KeyError:
            return self._now.model(version)

    def decision(self, decision_id: str) -> str:
        """Return the digest of the file that the decision stands in; "" for none."""
        found = self._then.decision(decision_id)
        if found or decision_id in self._asked:
            return found
        return self._now.decision(decision_id)

    def table(self, version: str) -> dmn.Model:
        """Return a .dmn file, ready to be asked.

        Raises:
            KeyError: no such file.
        """
        return self._then.table(version)


@dataclass(frozen=True)
class Told:
    """A course as its journal tells it.

    Attributes:
        version: in force.
        past: its commands, as this version knows them.
        seqs: the numbers of their entries.
        before: what it was before its last entry, where that is a migration: what undoing goes back to.
        moved: old address → new address of what that migration moved.
        trail: every migration that stands: from which version to which (bundle digests), by which mapping.
        state: after a migration; else empty.
    """

    version: Version
    past: tuple[Past, ...] = ()
    seqs: tuple[int, ...] = ()
    before: Told | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    trail: tuple[tuple[str, str, Mapping[str, str]], ...] = ()
    state: bytes = b""


def tell(session: Session, runtime: Runtime, course_key: int, upto: int | None = None) -> Told:
    """Read a course's commands; nothing is decided but its migrations.

    Args:
        session: any session.
        runtime: keys and models.
        course_key: the course.
        upto: the last entry to read.

    Raises:
        NotFound: the course has no entry, or a version is gone.
        DomainError: personal data in it has been erased, so it cannot be decided again.
    """
    told: Told | None = None
    commands: list[tuple[int, Past]] = []
    for entry in read(session, stream(course_key), runtime.keyring, upto=upto):
        if not entry.state_digest:
            continue
        if entry.erased:
            text = "Oplysninger i forløbet er slettet, så historikken kan ikke afgøres igen."
            raise DomainError("migrate:sealed", text)
        if told is None:
            told = Told(version_of(session, runtime, entry.model_digest))
        if entry.kind == MIGRATED:
            told = _migrated(session, runtime, _with(told, commands), entry)
        elif entry.kind == UNDONE:
            told = replace(told.before or told, before=None)
        else:
            command = decode_command(entry.payload)
            callees = recorded(session, runtime.models, told.version, entry.payload)
            commands.append((entry.seq, Past(command, callees)))
            continue
        commands = []
    if told is None:
        raise NotFound("course:unknown", "Forløbet findes ikke.")
    return _with(told, commands)


def moved_to(
    told: Told,
    target: Version,
    mapping: Mapping[str, str],
    now: Calling,
) -> Migrated | Misfit:
    """Decide a history again on another version; `now` answers for calls that only the new version makes."""
    asked = asked_by(told.version)
    past = [
        Past(one.command, Answers(seq, one.callees, now, asked))
        for seq, one in zip(told.seqs, told.past, strict=True)
    ]
    return migrate(told.version.model, target.model, past, mapping)


def version_of(session: Session, runtime: Runtime, digest: str) -> Version:
    """Return the version with this bundle digest.

    Raises:
        NotFound: no version has it.
    """
    row = session.scalars(
        select(library.DefinitionVersion.key)
        .where(library.DefinitionVersion.bundle_digest == digest)
        .limit(1)
    ).first()
    if row is None:
        raise NotFound("model:unknown", "Den version af modellen findes ikke.")
    return runtime.models.get(session, row)


def past_versions(session: Session, course_key: int) -> list[PastVersion]:
    """Return the versions that a migrated course ran on before, the first one first."""
    query = select(PastVersion).where(PastVersion.course_key == course_key)
    return list(session.scalars(query.order_by(PastVersion.until_seq)))


def _with(told: Told, commands: list[tuple[int, Past]]) -> Told:
    if not commands:
        return told
    seqs, past = zip(*commands, strict=True)
    return Told(told.version, (*told.past, *past), (*told.seqs, *seqs), trail=told.trail)


def _migrated(session: Session, runtime: Runtime, told: Told, entry: Entry) -> Told:
    target = version_of(session, runtime, entry.model_digest)
    payload: dict[str, Any] = entry.payload
    now = Calling(session, runtime.models, target, payload.get(CALLED, {}))
    found = moved_to(told, target, payload["mapping"], now)
    if isinstance(found, Misfit):
        raise DomainError(found.code, found.message)
    return after(told, target, found, payload["mapping"])


def after(told: Told, target: Version, found: Migrated, mapping: Mapping[str, str]) -> Told:
    """Return the course as it is after a migration."""
    step = (told.version.bundle.digest, target.bundle.digest, dict(mapping))
    return Told(
        target,
        found.history,
        tuple(_seq(one) for one in found.history),
        told,
        found.moved,
        (*told.trail, step),
        found.state,
    )


def _seq(past: Past) -> int:
    assert isinstance(past.callees, Answers)  # noqa: S101 -- `moved_to` put it there
    return past.callees.seq


def asked_by(version: Version) -> frozenset[Call | str]:
    """Return the calls and decisions of a version: what its journals have recorded answers for."""
    bundle = version.bundle
    processes = [bundle.process, *(part.process for part in bundle.calls.values())]
    nodes = [node for process in processes for node in process.nodes]
    calls = {node.call for node in nodes if node.call is not None}
    return frozenset(
        calls | {node.decision.decision_id for node in nodes if node.decision is not None}
    )
