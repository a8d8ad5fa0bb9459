"""Everything about one course in one sealed file, enough to decide it again where there is nothing but the program.

It holds the entries as stored and as read, the models, forms and decisions, the keys that open it, the proof that it
is in the daily signed head, and a report for people.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import canonical, documents, journal, keys
from app.audit import sealed_file
from app.audit.published import digests_in
from app.audit.reading import readable
from app.clock import to_text
from app.courses import Course, Runtime, past_versions, stream
from app.definitions import library
from app.definitions.library import DefinitionFile, DefinitionVersion
from app.errors import DomainError, NotFound
from app.journal import Entry, Erased, Stored, signing

ENTRIES, OPENED, KEYS, HEAD = "entries.ndjson", "opened.ndjson", "keys.json", "head.json"
COURSE, DEFINITIONS = "course.json", "definitions.json"
DOCUMENTS = "documents.json"
REPORT, README = "rapport.html", "LÆS-MIG.txt"

_FOLDERS = {"bpmn": "modeller", "form": "formularer"}
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Request:
    """Who takes a course out, and why.

    Attributes:
        by: username.
        purpose: for whom and on which ground, in their words; it stands in the file.
        installation: the municipality.
        at: the instant.
    """

    by: str
    purpose: str
    installation: str
    at: datetime


def need_purpose(text: str) -> str:
    """Return the purpose, trimmed.

    Raises:
        DomainError: it says nothing.
    """
    purpose = " ".join(text.split())[:500]
    if len(purpose) < 5:
        wrong = "Skriv, hvem forløbet udleveres til, og hvorfor."
        raise DomainError("export:purpose", wrong, fields={"purpose": wrong})
    return purpose


def export(
    session: Session,
    runtime: Runtime,
    course: Course,
    request: Request,
    report: str,
    key: Ed25519PrivateKey,
) -> bytes:
    """Return the sealed file of a course.

    Args:
        session: a read session.
        runtime: keys and models.
        course: which.
        request: who takes it out, and why.
        report: the report for people, as HTML.
        key: the installation's signing key.

    Raises:
        DomainError: the course has no entry, or one that cannot be opened.
    """
    name = stream(course.key)
    entries = list(journal.read_stored(session, name))
    if not entries:
        raise DomainError("export:empty", "Forløbet har ingen journal.")
    opened = [_read(session, runtime, stored) for stored in entries]
    versions = _versions(session, course, entries, [one.payload for one in opened])
    files = {
        ENTRIES: _lines(asdict(stored) for stored in entries),
        OPENED: _lines({"seq": one.seq, "payload": plain(one.payload)} for one in opened),
        KEYS: _keys(session, runtime, entries),
        HEAD: canonical.dumps(_head(session, name)).encode(),
        COURSE: canonical.dumps(_course(session, course)).encode(),
        **_definitions(session, versions, entries, [one.payload for one in opened]),
        **_documents(session, runtime, entries, [one.payload for one in opened]),
        REPORT: report.encode(),
        README: _README.encode(),
    }
    facts = {
        "stream": name,
        "end": {"seq": entries[-1].seq, "digest": entries[-1].digest},
        "exported_at": to_text(request.at),
        "exported_by": request.by,
        "purpose": request.purpose,
        "installation": request.installation,
    }
    return sealed_file.seal(facts, files, key)


def _read(session: Session, runtime: Runtime, stored: Stored) -> Entry:
    entry, sound = readable(session, stored, runtime.keyring)
    if not sound:
        text = f"Forløbet kan ikke udleveres: post {stored.seq} kan ikke læses. Efterprøv forløbet."
        raise DomainError("export:broken", text)
    return entry


def plain(value: Any) -> Any:
    """Return an opened payload as JSON: what is erased says whose it was."""
    if isinstance(value, Erased):
        return {"erased": value.subject}
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{canonical.dumps(row)}\n" for row in rows).encode()


def _keys(session: Session, runtime: Runtime, entries: list[Stored]) -> bytes:
    """The keys of all parts, wrapped with a master key drawn for this file alone."""
    master = b64encode(keys.random_bytes(32)).decode()
    ids = {part["key"] for one in entries for part in canonical.loads(one.payload)["parts"]}
    rows = [
        {
            "id": one.id,
            "subject": one.subject,
            "wrapped": None if one.wrapped is None else b64encode(one.wrapped).decode(),
        }
        for one in runtime.keyring.handed_over(session, ids, master)
    ]
    return canonical.dumps({"master_key": master, "keys": rows}).encode()


def _head(session: Session, name: str) -> dict[str, Any] | None:
    found = signing.signed_end(session, name)
    if found is None:
        return None
    facts = {name: getattr(found, name) for name in signing.FACTS}
    end = {"stream": found.end.stream, "seq": found.end.seq, "digest": found.end.digest}
    return {**facts, "end": end, "place": found.place, "beside": list(found.beside)}


def _course(session: Session, course: Course) -> dict[str, Any]:
    past = past_versions(session, course.key)
    return {
        "key": course.key,
        "process_id": course.process_id,
        "version_key": course.version_key,
        "name": course.name,
        "citizen_key": course.citizen_key,
        "status": course.status,
        "started_at": to_text(course.started_at),
        "started_by": course.started_by,
        "ended_at": to_text(course.ended_at) if course.ended_at else None,
        "past_versions": [
            {
                "until_seq": one.until_seq,
                "version_key": one.version_key,
                "until": to_text(one.until),
            }
            for one in past
        ],
    }


def _versions(
    session: Session, course: Course, entries: list[Stored], payloads: list[Any]
) -> list[DefinitionVersion]:
    """Every version that decided an entry, or was called by one."""
    digests = {stored.model_digest for stored in entries} | _called(payloads)
    own = {course.version_key} | {one.version_key for one in past_versions(session, course.key)}
    found = session.scalars(
        select(DefinitionVersion).where(
            DefinitionVersion.bundle_digest.in_(digests) | DefinitionVersion.key.in_(own)
        )
    )
    return sorted(found, key=lambda one: one.key)


def _called(payloads: list[Any]) -> set[str]:
    called = (one.get("called", {}) for one in payloads if isinstance(one, Mapping))
    return {digest for each in called if isinstance(each, Mapping) for digest in each.values()}


def _definitions(
    session: Session,
    versions: list[DefinitionVersion],
    entries: list[Stored],
    payloads: list[Any],
) -> dict[str, bytes]:
    """The files that these versions are made of, and an index by which they are found again."""
    wanted = _called(payloads) | {stored.form_digest for stored in entries}
    wanted |= {name for one in versions for name in digests_in(canonical.dumps(one.manifest))}
    files: dict[str, bytes] = {}
    index = []
    known: set[str] = set()
    while left := sorted(wanted - known):
        known |= set(left)
        for row in session.scalars(select(DefinitionFile).where(DefinitionFile.digest.in_(left))):
            if row.kind == library.BOUND:  # names the files that it binds together by digest
                wanted |= digests_in(row.content.decode())
            safe = _UNSAFE.sub("_", row.name.rpartition("/")[2])[-80:] or "fil"
            path = f"{_FOLDERS.get(row.kind, 'beslutninger')}/{row.digest[:12]}-{safe}"
            files[path] = row.content
            index.append({"digest": row.digest, "kind": row.kind, "name": row.name, "path": path})
    names = ("process_id", "version", "version_tag", "name", "course_kind", "resource")
    more = ("key", "model_digest", "bundle_digest", "manifest", "published_by")
    rows = [
        {name: getattr(one, name) for name in (*more, *names)}
        | {"published_at": to_text(one.published_at)}
        for one in versions
    ]
    return {
        **files,
        DEFINITIONS: canonical.dumps({"versions": rows, "files": index}).encode(),
    }


def _documents(
    session: Session, runtime: Runtime, entries: list[Stored], payloads: list[Any]
) -> dict[str, bytes]:
    """The documents that forms were filled in with, and an index of them; an erased one has no file."""
    files: dict[str, bytes] = {}
    index: dict[str, dict[str, Any]] = {}
    filled = (one for stored, one in zip(entries, payloads, strict=True) if stored.form_digest)
    for said in (one for payload in filled for one in documents.references_in(payload)):
        try:
            content = documents.content(session, runtime.keyring, int(said["key"]))
        except (NotFound, documents.Changed):
            index[said["key"]] = {**said, "path": None}
            continue
        safe = _UNSAFE.sub("_", str(said["name"]))[-80:] or "fil"
        path = f"dokumenter/{said['key']}-{safe}"
        files[path] = content
        index[said["key"]] = {**said, "path": path}
    return {**files, DOCUMENTS: canonical.dumps(list(index.values())).encode()}


_README = """Udlevering af et forløb fra Forløb

rapport.html       Forløbet i ord og billeder. Begynd her.
entries.ndjson     Journalens poster, byte for byte, som de står i databasen: én post på hver linje.
opened.ndjson      De samme posters indhold, læst.
modeller/          De procesmodeller, som forløbet har kørt på (BPMN).
formularer/        De formularer, der blev udfyldt.
beslutninger/      De beslutningstabeller, der blev brugt (DMN).
dokumenter/        De dokumenter, der blev sendt med formularerne, som de blev sendt.
documents.json     Dokumenternes navne og fingeraftryk. Er et dokument slettet, er kun det tilbage.
definitions.json   Hvilke filer der hører til hvilken version.
course.json        Forløbets stamoplysninger.
keys.json          De nøgler, der åbner posterne. Filen er lige så følsom som det, den åbner.
head.json          Bevis for, at forløbets kæde indgår i dagens underskrevne kædehoved.
manifest.json      Fingeraftryk af alle filer, hvem der har udleveret dem, hvornår og hvorfor.
manifest.sig       Installationens underskrift på manifestet (Ed25519).

Efterprøv filen på en maskine med Forløb, uden adgang til databasen:

    forloeb audit check FIL --public-key NØGLE

NØGLE er installationens offentlige nøgle. Få den ad en anden vej end sammen med filen.
Kommandoen efterprøver underskriften, hver fil, kæden af poster og kædehovedet, og den afgør
forløbet igen fra første post; hvert dokument holdes op mod det fingeraftryk, som posten nævner.
"""
