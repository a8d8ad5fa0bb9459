"""Publishing: files become versions, all together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app import canonical
from app.definitions.bundles import Bundle, ModelProcess, bind
from app.definitions.bundles.imports import BOUND
from app.definitions.library.draft import KINDS, Check, Draft, examine_draft, read_draft
from app.definitions.library.stored import (
    DefinitionFile,
    DefinitionResource,
    DefinitionVersion,
    bundle_of,
    latest,
    latest_resource,
    load_bundle,
    published_calls,
    published_resources,
    published_tables,
    tagged,
    tagged_decision,
)
from app.definitions.model.findings import Finding, Severity
from app.definitions.rules.ids import MAX_NAME
from app.definitions.rules.view import Surroundings
from app.errors import DefinitionError
from app.journal import Keyring, NewEntry, append, lock
from app.storage import UnitOfWork

PUBLISHED = "definition:published"


@dataclass(frozen=True)
class Published:
    """What publishing gave.

    Attributes:
        versions: the version of each process in the files; one that was there already where nothing changed.
        resources: the version of each form and decision, likewise.
        findings: warnings and notes, by file name.
        new: keys of what is new among them.
    """

    versions: tuple[DefinitionVersion, ...]
    resources: tuple[DefinitionResource, ...]
    findings: Mapping[str, Sequence[Finding]]
    new: frozenset[int]


def publish(
    work: UnitOfWork,
    files: Mapping[str, bytes],
    by: str,
    keyring: Keyring,
    *,
    checks: Sequence[Check] = (),
    operations: Collection[str] | None = None,
) -> Published:
    """Publish files that belong together, in the transaction of `work`.

    What has not changed keeps its version. A process called with binding deployment is the one
    among the files, else the newest published one.

    Args:
        work: the transaction.
        files: bytes by file name; the ending says what kind (.bpmn, .form, .dmn).
        by: username of who publishes.
        keyring: for the journal.
        checks: of upper floors, registered in `create_app`.
        operations: types of the jobs that are done here; None when that is not known.

    Raises:
        DefinitionError: some finding is an error; it carries them all and nothing is written.
    """
    draft = read_draft(files, published_tables(work.session))
    lock(work, [_stream(kind, name) for kind, name in draft.home])
    findings = examine_draft(draft, _surroundings(work, operations), checks)
    wrong = [f for found in findings.values() for f in found if f.severity is Severity.ERROR]
    if wrong:
        raise DefinitionError(
            "definition:findings",
            f"Intet blev udgivet: der er {len(wrong)} fejl i filerne.",
            [finding for found in findings.values() for finding in found],
        )
    act = _Publication(work, keyring, draft, by)
    resources = tuple(
        act.publish_resource(kind, name) for kind, name in draft.home if kind != "bpmn"
    )
    versions = tuple(act.publish_process(name) for name in draft.processes)
    return Published(versions, resources, findings, frozenset(act.new))


def _stream(kind: str, name: str) -> str:
    return f"definition:{name}" if kind == "bpmn" else f"definition:{kind}:{name}"


def _surroundings(work: UnitOfWork, operations: Collection[str] | None) -> Surroundings:
    return Surroundings(
        forms=published_resources(work.session, "form"),
        decisions=dict.fromkeys(published_resources(work.session, "dmn"), ()),
        processes=published_calls(work.session),
        jobs=None if operations is None else frozenset(operations),
    )


@dataclass
class _Publication:
    """One publication under way."""

    work: UnitOfWork
    keyring: Keyring
    draft: Draft
    by: str
    new: set[int] = field(default_factory=set)
    _binding: list[str] = field(default_factory=list)

    def publish_resource(self, kind: str, name: str) -> DefinitionResource:
        """Publish a form or decision; unchanged, it keeps its version."""
        file = self.draft.home[kind, name]
        digest = self._store(file)
        before = latest_resource(self.work.session, kind, name)
        if before is not None and before.digest == digest:
            return before
        title, tag = self._said_of(kind, name)
        row = DefinitionResource(
            key=self._key(),
            kind=kind,
            name=name,
            title=title,
            version_tag=tag,
            version=1 if before is None else before.version + 1,
            resource=file,
            digest=digest,
            published_at=self.work.now,
            published_by=self.by,
        )
        self.work.session.add(row)
        self.work.session.flush()
        payload = {"kind": kind, "name": name, "version": row.version, "digest": digest}
        entry = NewEntry(_stream(kind, name), PUBLISHED, self.by, payload)
        append(self.work, entry, self.keyring)
        return row

    def _said_of(self, kind: str, name: str) -> tuple[str, str]:
        """What people call a decision or a .dmn file, and a decision's version tag; "" for a form."""
        file = self.draft.tables.get(self.draft.home[kind, name])
        if file is None:
            return "", ""
        for decision in file.decisions if kind == "dmn" else ():
            if decision.id == name:
                return decision.name[:MAX_NAME], decision.version_tag[:MAX_NAME]
        return file.name[:MAX_NAME], ""

    def publish_process(self, process_id: str) -> DefinitionVersion:
        """Publish a process with what it refers to; unchanged, it keeps its version."""
        file = self.draft.home["bpmn", process_id]
        self._store(file)
        process = self.draft.processes[process_id].process
        bundle = self._bundle(self.draft.processes[process_id])
        before = latest(self.work.session, process_id)
        if before is not None and before.bundle_digest == bundle.digest:
            return before
        row = DefinitionVersion(
            key=self._key(),
            process_id=process_id,
            version=1 if before is None else before.version + 1,
            version_tag=process.version_tag,
            name=process.name,
            course_kind=dict(process.properties).get("kind", ""),
            resource=file,
            model_digest=bundle.model,
            bundle_digest=bundle.digest,
            manifest=bundle.manifest,
            published_at=self.work.now,
            published_by=self.by,
        )
        self.work.session.add(row)
        self.work.session.flush()
        payload = {"version": row.version, "name": row.name, "bundle": bundle.manifest}
        stream = _stream("bpmn", process_id)
        entry = NewEntry(stream, PUBLISHED, self.by, payload, model_digest=bundle.model)
        append(self.work, entry, self.keyring)
        return row

    def _key(self) -> int:
        key = self.work.next_key()
        self.new.add(key)
        return key

    def _store(self, name: str) -> str:
        """Store a file, and what it imports; return the digest that the whole is known by."""
        digest = self._keep(name, KINDS["." + name.rpartition(".")[2]], self.draft.files[name])
        table = self.draft.tables.get(name)
        binding = table.bound.binding if table is not None else b""
        return self._keep(name, BOUND, binding) if binding else digest

    def _keep(self, name: str, kind: str, content: bytes) -> str:
        digest = canonical.digest_bytes(content)
        if self.work.session.get(DefinitionFile, digest) is None:
            self.work.session.add(
                DefinitionFile(
                    digest=digest, kind=kind, name=name, content=content, stored_at=self.work.now
                )
            )
            self.work.session.flush()
        return digest

    def _bundle(self, main: ModelProcess) -> Bundle:
        self._binding.append(main.process.id)
        bundle = bind(main, self)
        self._binding.pop()
        return bundle

    def process(self, process_id: str) -> ModelProcess | None:
        """Find a process that is called with binding deployment (`Shelf`)."""
        if process_id in self.draft.processes:
            return self.draft.processes[process_id]
        row = latest(self.work.session, process_id)
        if row is None:
            return None
        return ModelProcess(row.model_digest, bundle_of(self.work.session, row).process)

    def resource(self, kind: str, name: str) -> str | None:
        """Find the newest form or decision file (`Shelf`)."""
        row = latest_resource(self.work.session, kind, name)
        return None if row is None else row.digest

    def tagged_decision(self, decision_id: str, tag: str) -> str | None:
        """Find the newest decision with this tag; those among the files are published already (`Shelf`)."""
        row = tagged_decision(self.work.session, decision_id, tag)
        return None if row is None else row.digest

    def tagged(self, process_id: str, tag: str) -> Bundle | None:
        """Find the version with this tag, among the files first (`Shelf`)."""
        own = self.draft.processes.get(process_id)
        if own is not None and own.process.version_tag == tag:
            # A process that calls its own tag, alone or through others, cannot hold itself.
            return None if process_id in self._binding else self._bundle(own)
        row = tagged(self.work.session, process_id, tag)
        return None if row is None else load_bundle(self.work.session, row.key)
