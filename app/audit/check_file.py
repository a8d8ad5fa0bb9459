"""Checks a sealed file where there is no database: signature, files, chain, head, and the course decided again."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app import canonical, documents
from app.audit import export, sealed_file
from app.audit.broken import Broken
from app.audit.sealed_file import SealedFile
from app.audit.verify import check_one
from app.clock import LOCAL, from_text
from app.connectors import Registry
from app.courses import Course, PastVersion, Runtime
from app.definitions.library import DefinitionFile, DefinitionVersion
from app.documents import Document
from app.journal import HandedKey, Head, Keyring, Stored, opened, put_back, signing
from app.storage import Base

WORDS = {
    "signature": "manifestet er ikke det, der blev underskrevet",
    "other-key": "filen er underskrevet med en anden nøgle",
    "file-changed": "filen er ændret",
    "file-missing": "filen mangler",
    "file-extra": "filen hører ikke til",
    "head-forged": "beviset for dagens kædehoved er ikke underskrevet med installationens nøgle",
    "other-head": "beviset for dagens kædehoved er et andet forløbs",
    "opened-differs": "det læste indhold er ikke det, der står i posten",
    "version-differs": "versionen er ikke den, som posterne nævner",
    "repacked": "filen er pakket om eller ændret uden om indholdet: den er ikke byte for byte, som den blev forseglet",
    "unreadable": "filen kan ikke læses",
}
"""What can be wrong with the file itself, in words; what can be wrong with the chain stands in `app.audit.verify`."""


WHOLE = "hele filen"
"""Where a flaw is that is at no place in the file."""


@dataclass(frozen=True)
class Flaw:
    """Something that is wrong with a sealed file.

    Attributes:
        place: the name of a file in it, or the stream and number of an entry.
        reason: a code of `WORDS` here or in `app.audit.verify`.
        words: the reason in Danish.
    """

    place: str
    reason: str
    words: str
    expected: str = ""
    found: str = ""


@dataclass(frozen=True)
class Finding:
    """What checking a file came to.

    Attributes:
        manifest: what the file says of itself.
        flaws: what is wrong, the most telling first; none for a sound file.
        entries: how many there are.
        redecided: how many of them were decided again.
        sealed: personal data has been erased in it, so not all could be.
        day: of the signed head that vouches for it; "" for none.
    """

    manifest: dict[str, Any]
    flaws: tuple[Flaw, ...]
    entries: int = 0
    redecided: int = 0
    sealed: bool = False
    day: str = ""

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.flaws

    def as_json(self) -> dict[str, Any]:
        """Return the answer as the command line writes it."""
        told = ("stream", "exported_at", "exported_by", "purpose", "installation", "public_key")
        return {
            "ok": self.ok,
            **{name: self.manifest.get(name) for name in told},
            "entries": self.entries,
            "redecided": self.redecided,
            "sealed": self.sealed,
            "head": self.day or None,
            "flaws": [asdict(flaw) for flaw in self.flaws],
        }


def check(content: bytes, public_key: str = "", kept: Iterable[signing.SignedHead] = ()) -> Finding:
    """Check a sealed file.

    Args:
        content: the file.
        public_key: the installation's, had from elsewhere (base64); "" leaves open whose signature it is.
        kept: signed heads that were kept elsewhere, of any age.

    Raises:
        DomainError: it is no sealed file at all.
    """
    file = sealed_file.read(content)
    kept = tuple(kept)
    flaws = [*_signature(file, public_key, kept), *_files(file)]
    finding = Finding(dict(file.manifest), tuple(flaws))
    if not flaws and not file.as_made:
        flaws.append(_flaw(WHOLE, "repacked"))
    try:
        return _inside(file, flaws, kept)
    except Exception as error:  # noqa: BLE001 -- what was tampered with may fail in any way; that is the flaw
        flaw = _flaw("manifest.json", "unreadable", found=f"{type(error).__name__}: {error}")
        return Finding(finding.manifest, (*flaws, flaw))


def _flaw(place: str, reason: str, expected: str = "", found: str = "") -> Flaw:
    return Flaw(place, reason, WORDS[reason], expected, found)


def _signature(
    file: SealedFile, public_key: str, kept: tuple[signing.SignedHead, ...]
) -> list[Flaw]:
    trusted = {public_key, *(head.public_key for head in kept)} - {""}
    flaws = []
    if not file.is_signed:
        flaws.append(_flaw(sealed_file.SIGNATURE, "signature"))
    others = sorted(trusted - {file.public_key})
    if others:
        flaws.append(_flaw(sealed_file.MANIFEST, "other-key", others[0], file.public_key))
    return flaws


def _files(file: SealedFile) -> list[Flaw]:
    flaws = []
    for name, expected in sorted(file.manifest["files"].items()):
        if name not in file.files:
            flaws.append(_flaw(name, "file-missing", str(expected)))
            continue
        found = sealed_file.digest(file.files[name])
        if found != expected:
            flaws.append(_flaw(name, "file-changed", str(expected), found))
    extra = sorted(file.files.keys() - file.manifest["files"].keys())
    return flaws + [_flaw(name, "file-extra") for name in extra]


def _inside(file: SealedFile, flaws: list[Flaw], kept: tuple[signing.SignedHead, ...]) -> Finding:
    entries = [Stored(**row) for row in _rows(file, export.ENTRIES)]
    name = str(file.manifest["stream"])
    end = Head(name, file.manifest["end"]["seq"], file.manifest["end"]["digest"])
    known = _known(file, end, kept)
    vouched = _vouched(file)
    day = ""
    if vouched is not None and vouched.end.stream != name:
        flaws.append(_flaw(export.HEAD, "other-head", name, vouched.end.stream))
    elif vouched is not None:
        if vouched.is_genuine():
            known.append(vouched.end)
        if vouched.is_genuine() and vouched.public_key == file.public_key:
            day = vouched.day
        else:
            flaws.append(_flaw(export.HEAD, "head-forged", file.public_key, vouched.public_key))
    with _Throwaway(file, entries, end) as (session, runtime):
        report = check_one(session, runtime, name, known, at_home=False)
        flaws += [_of_chain(fault) for fault in report.broken]
        flaws += _opened(session, runtime, file, entries)
    flaws += _definitions(file)
    return Finding(
        dict(file.manifest),
        tuple(flaws),
        report.entries,
        report.redecided,
        bool(report.sealed),
        day,
    )


def _known(file: SealedFile, end: Head, kept: tuple[signing.SignedHead, ...]) -> list[Head]:
    """What heads that were kept elsewhere say of the chain; of what came after the file, a later one says nothing."""
    taken_out = from_text(str(file.manifest["exported_at"])).astimezone(LOCAL).date().isoformat()
    return [
        leaf
        for head in kept
        for leaf in head.leaves
        if leaf.stream == end.stream and (leaf.seq <= end.seq or head.day <= taken_out)
    ]


def _rows(file: SealedFile, name: str) -> list[dict[str, Any]]:
    return [canonical.loads(line) for line in file.files[name].decode().splitlines()]


def _of_chain(fault: Broken) -> Flaw:
    place = f"{fault.stream}, post {fault.seq}"
    return Flaw(place, fault.reason, fault.words, fault.expected, fault.found)


def _vouched(file: SealedFile) -> signing.SignedEnd | None:
    given = canonical.loads(file.files[export.HEAD].decode())
    if given is None:
        return None
    end = Head(given["end"]["stream"], given["end"]["seq"], given["end"]["digest"])
    return signing.SignedEnd(
        str(given["day"]),
        str(given["previous"]),
        str(given["root"]),
        str(given["public_key"]),
        str(given["signature"]),
        end,
        given["place"],
        tuple(given["beside"]),
    )


def _opened(
    session: Session, runtime: Runtime, file: SealedFile, entries: list[Stored]
) -> list[Flaw]:
    """Compare what the file says that each entry holds with what the entry holds."""
    told = {row["seq"]: canonical.dumps(row["payload"]) for row in _rows(file, export.OPENED)}
    for stored in entries:
        held = export.plain(opened(session, stored, runtime.keyring).payload)
        if told.get(stored.seq) != canonical.dumps(held):
            return [_flaw(f"{export.OPENED}, post {stored.seq}", "opened-differs")]
    more = sorted(told.keys() - {stored.seq for stored in entries})
    return [_flaw(f"{export.OPENED}, post {seq}", "opened-differs") for seq in more[:1]]


def _definitions(file: SealedFile) -> list[Flaw]:
    """Compare each model, form, decision and version with the digest by which the entries know it."""
    index = canonical.loads(file.files[export.DEFINITIONS].decode())
    flaws = []
    for row in index["files"]:
        found = canonical.digest_bytes(file.files[row["path"]])
        if found != row["digest"]:
            flaws.append(_flaw(row["path"], "file-changed", row["digest"], found))
    for row in index["versions"]:
        found = canonical.digest(row["manifest"])
        if found != row["bundle_digest"]:
            place = f"{row['process_id']}, version {row['version']}"
            flaws.append(_flaw(place, "version-differs", row["bundle_digest"], found))
    return flaws


@dataclass
class _Throwaway:
    """A database in memory that holds just this course, so that it is verified as at home."""

    file: SealedFile
    entries: list[Stored]
    end: Head
    _session: Session = field(init=False)

    def __enter__(self) -> tuple[Session, Runtime]:
        engine = create_engine("sqlite://")
        Base.metadata.create_all(engine)
        self._session = session = Session(engine)
        given = canonical.loads(self.file.files[export.KEYS].decode())
        handed = [*map(_key, given["keys"]), HandedKey(0, "", None)]  # the last for what is erased
        put_back(session, self.entries, self.end, handed)
        self._definitions(session)
        self._course(session)
        session.flush()
        keyring = Keyring(given["master_key"])
        self._documents(session, keyring, [row["id"] for row in given["keys"] if row["wrapped"]])
        return session, Runtime(keyring, Registry())

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._session.get_bind().engine.dispose()

    def _definitions(self, session: Session) -> None:
        given = canonical.loads(self.file.files[export.DEFINITIONS].decode())
        for row in given["versions"]:
            session.add(DefinitionVersion(**row | {"published_at": from_text(row["published_at"])}))
        at = from_text(str(self.file.manifest["exported_at"]))
        for row in given["files"]:
            content = self.file.files[row["path"]]
            session.add(
                DefinitionFile(
                    digest=row["digest"],
                    kind=row["kind"],
                    name=row["name"],
                    content=content,
                    stored_at=at,
                )
            )

    def _documents(self, session: Session, keyring: Keyring, keys: list[int]) -> None:
        """Put the documents in, sealed with any key of the file; without a file they count as erased."""
        if export.DOCUMENTS not in self.file.files or not keys:
            return
        at = from_text(str(self.file.manifest["exported_at"]))
        course = int(str(self.file.manifest["stream"]).partition(":")[2])
        for row in canonical.loads(self.file.files[export.DOCUMENTS].decode()):
            path = row.pop("path")
            facts = row | {"key": int(row["key"]), "task_key": None, "field": ""}
            one = Document(course_key=course, uploaded_by="", uploaded_at=at, sent_at=at, **facts)
            content = self.file.files.get(path, b"") if path else b""
            seal = keyring.for_opening(session, keys[0]) if path else None
            documents.put_back(session, seal, one, content)

    def _course(self, session: Session) -> None:
        given = canonical.loads(self.file.files[export.COURSE].decode())
        past = given.pop("past_versions")
        started = from_text(given["started_at"])
        ended = from_text(given["ended_at"]) if given["ended_at"] else None
        given |= {"started_at": started, "ended_at": ended, "last_at": started, "progress": {}}
        session.add(Course(**given))
        session.flush()
        for row in past:
            until = from_text(row["until"])
            one = row | {"course_key": given["key"], "until": until, "progress": {}}
            session.add(PastVersion(**one))


def _key(row: dict[str, Any]) -> HandedKey:
    wrapped = None if row["wrapped"] is None else b64decode(row["wrapped"])
    return HandedKey(row["id"], row["subject"], wrapped)
