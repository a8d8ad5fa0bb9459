"""What has been published: files by digest, versions of processes, forms and decisions by number."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint, func, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from app import canonical, dmn
from app.definitions.bundles import Bundle, load
from app.definitions.bundles.imports import BOUND, Beyond, BoundFile, bind, bound_to
from app.definitions.bundles.tables import REQUIREMENTS
from app.definitions.model.graph import Process
from app.definitions.model.references import references
from app.definitions.reader import BpmnFile, read_bpmn
from app.errors import DomainError, NotFound
from app.storage import Base, Json, Key

_Digest = String(64)
_Name = String(200)
_CACHED_FILES = 128


class DefinitionFile(Base):
    """One file as it was published, known by its bytes."""

    __tablename__ = "definition_file"

    digest: Mapped[str] = mapped_column(_Digest, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(_Name)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime]


class DefinitionVersion(Base):
    """One version of a process: its bundle. `course_kind` is the process's property `kind`."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("process_id", "version"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    process_id: Mapped[str] = mapped_column(_Name)
    version: Mapped[int]
    version_tag: Mapped[str] = mapped_column(_Name)
    name: Mapped[str] = mapped_column(_Name)
    course_kind: Mapped[str] = mapped_column(_Name)
    resource: Mapped[str] = mapped_column(_Name)
    model_digest: Mapped[str] = mapped_column(_Digest)
    bundle_digest: Mapped[str] = mapped_column(_Digest, index=True)
    manifest: Mapped[Any] = mapped_column(Json)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(_Name)


class DefinitionResource(Base):
    """One version of a form, a decision, or a .dmn file as a whole; `name` is its id, `digest` its file's.

    `title` is what people call a decision or a .dmn file, `version_tag` a decision's.
    """

    __tablename__ = "definition_resource"
    __table_args__ = (UniqueConstraint("kind", "name", "version"),)

    key: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(_Name)
    version: Mapped[int]
    title: Mapped[str] = mapped_column(_Name, default="")
    version_tag: Mapped[str] = mapped_column(_Name, default="")
    resource: Mapped[str] = mapped_column(_Name)
    digest: Mapped[str] = mapped_column(_Digest, index=True)
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(_Name)


def latest(session: Session, process_id: str) -> DefinitionVersion | None:
    """Return the newest version of a process, or None."""
    return session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.process_id == process_id)
        .order_by(DefinitionVersion.version.desc())
        .limit(1)
    ).one_or_none()


def version(session: Session, key: int) -> DefinitionVersion | None:
    """Return the version with this key, or None."""
    return session.get(DefinitionVersion, key)


def tagged(session: Session, process_id: str, tag: str) -> DefinitionVersion | None:
    """Return the newest version of a process with this tag, or None."""
    return session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.process_id == process_id, DefinitionVersion.version_tag == tag)
        .order_by(DefinitionVersion.version.desc())
        .limit(1)
    ).one_or_none()


def published_calls(session: Session) -> dict[str, tuple[str, ...]]:
    """Return which processes the newest version of each published process calls, by process id."""
    newest = select(DefinitionVersion.process_id, func.max(DefinitionVersion.version)).group_by(
        DefinitionVersion.process_id
    )
    rows = session.execute(
        select(DefinitionVersion.process_id, DefinitionFile.content)
        .join(DefinitionFile, DefinitionFile.digest == DefinitionVersion.model_digest)
        .where(tuple_(DefinitionVersion.process_id, DefinitionVersion.version).in_(newest))
    )
    read = {name: _read(content).process(name) for name, content in rows}
    return {name: references(process).processes for name, process in read.items() if process}


def published_resources(session: Session, kind: str) -> frozenset[str]:
    """Return the ids of the published forms (kind form) or decisions (kind dmn)."""
    wanted = DefinitionResource.kind == kind
    return frozenset(session.scalars(select(DefinitionResource.name).where(wanted).distinct()))


def latest_resource(session: Session, kind: str, name: str) -> DefinitionResource | None:
    """Return the newest version of a form (kind form) or decision (kind dmn), or None."""
    return session.scalars(
        select(DefinitionResource)
        .where(DefinitionResource.kind == kind, DefinitionResource.name == name)
        .order_by(DefinitionResource.version.desc())
        .limit(1)
    ).one_or_none()


def tagged_decision(session: Session, name: str, tag: str) -> DefinitionResource | None:
    """Return the newest version of a decision with this tag, or None."""
    rows = select(DefinitionResource).where(
        DefinitionResource.kind == "dmn",
        DefinitionResource.name == name,
        DefinitionResource.version_tag == tag,
    )
    return session.scalars(rows.order_by(DefinitionResource.version.desc()).limit(1)).one_or_none()


def decision_model(session: Session, digest: str) -> dmn.Model:
    """Return a published .dmn file, ready to be asked.

    Raises:
        NotFound: no published file has this digest.
    """
    return bound(session, digest).model


def bound(session: Session, digest: str) -> BoundFile:
    """Return a published .dmn file with what it imports, as they were when it was published.

    Raises:
        NotFound: no published file has this digest.
    """
    file = _file(session, digest)
    if file.kind != BOUND:
        return BoundFile(file.content)
    own = _file(session, bound_to(file.content)).content
    return bind(own, file.content, lambda each: bound(session, each))


def published_tables(session: Session) -> Beyond:
    """Return what finds the newest published .dmn files of a namespace."""

    def find(namespace: str) -> list[BoundFile]:
        newest = (
            select(DefinitionResource.name, func.max(DefinitionResource.version))
            .where(DefinitionResource.kind == REQUIREMENTS)
            .group_by(DefinitionResource.name)
        )
        whole = tuple_(DefinitionResource.name, DefinitionResource.version).in_(newest)
        rows = select(DefinitionResource.digest).where(
            DefinitionResource.kind == REQUIREMENTS, whole
        )
        files = (bound(session, digest) for digest in sorted(session.scalars(rows)))
        return [file for file in files if file.model.definitions.namespace == namespace]

    return find


def content(session: Session, digest: str) -> bytes:
    """Return the bytes of a published file, as it was published.

    Raises:
        NotFound: no published file has this digest.
    """
    file = _file(session, digest)
    if file.kind == BOUND:
        file = _file(session, bound_to(file.content))
    return file.content


def _file(session: Session, digest: str) -> DefinitionFile:
    file = session.get(DefinitionFile, digest)
    if file is None:
        raise NotFound("definition:no-file", "Filen findes ikke.")
    if canonical.digest_bytes(file.content) != digest:
        text = f"»{file.name}« er ikke længere den fil, der blev udgivet, og bruges ikke."
        raise DomainError("definition:changed", text)
    return file


def load_bundle(session: Session, key: int) -> Bundle:
    """Return the bundle of a version.

    Raises:
        NotFound: there is no such version.
    """
    row = version(session, key)
    if row is None:
        raise NotFound("definition:no-version", "Den version af modellen findes ikke.")
    return bundle_of(session, row)


def bundle_of(session: Session, row: DefinitionVersion) -> Bundle:
    """Return the bundle that a version's manifest names."""
    return load(row.manifest, lambda digest, process_id: _process(session, digest, process_id))


def _process(session: Session, digest: str, process_id: str) -> Process:
    found = _read(content(session, digest)).process(process_id)
    if found is None:
        raise NotFound("definition:no-process", f"Processen {process_id} findes ikke i filen.")
    return found


@lru_cache(maxsize=_CACHED_FILES)
def _read(content: bytes) -> BpmnFile:
    """Read a published file; remembered by its bytes, so it never goes stale."""
    return read_bpmn(content)
