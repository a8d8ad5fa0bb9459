"""A backup: the whole database in one file that says what it is, and the way back into an empty place.

A ZIP file: `manifest.json` with the instant, the kind of database, the schema's revision and the digest of each file
beside it. SQLite: copies made by its own online backup, the access log's file included, while others go on writing.
PostgreSQL: one dump by `pg_dump`, which is one instant. The keys (`var/master-key` and the others) are not in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL, create_engine, inspect, make_url

from app.errors import Conflict, DomainError
from app.storage.revision import revision_of

FORMAT = "forloeb-backup-1"
_MANIFEST, _DUMP = "manifest.json", "forloeb.dump"
_NAMES = {"forloeb.sqlite", "forloeb-access.sqlite", _DUMP}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    Attributes:
        made_at: instant as text.
        database: sqlite or postgresql.
        revision: of the schema.
        files: SHA-256 of each file by its name.
    """

    made_at: str
    database: str
    revision: str
    files: dict[str, str]
    format: str = FORMAT


def back_up(database_url: str, path: Path, made_at: str) -> Manifest:
    """Write a backup; the file appears when it is whole.

    Raises:
        Conflict: there is a file of that name.
        DomainError: the database has no tables, or `pg_dump` is missing or fails.
    """
    if path.exists():
        raise Conflict("backup:exists", f"{path} findes. Vælg et andet navn; intet er skrevet.")
    url = make_url(database_url)
    revision = _revision(url)
    with TemporaryDirectory(dir=path.resolve().parent, prefix=".backup-") as folder:
        files = list(_copies(url, Path(folder)))
        digests = {file.name: _digest(file) for file in files}
        manifest = Manifest(made_at, url.get_backend_name(), revision, digests)
        whole = Path(folder) / "whole.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_MANIFEST, json.dumps(asdict(manifest), indent=2))
            for file in files:
                archive.write(file, file.name)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.replace(path)
    return manifest


def restore(path: Path, database_url: str) -> Manifest:
    """Put a backup back where there is no database yet.

    Raises:
        Conflict: there is one already; nothing is touched.
        DomainError: the file is no backup, is damaged, is of the other kind of database, or `pg_restore` fails.
    """
    url = make_url(database_url)
    with _opened(path) as (archive, manifest):
        if manifest.database != url.get_backend_name():
            text = (
                f"Kopien er fra {manifest.database}, og databasen her er {url.get_backend_name()}."
            )
            raise DomainError("backup:other-database", text)
        _refuse_used(url)
        beside = _sqlite_file(url).parent if url.get_backend_name() == "sqlite" else None
        with TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
            for name, digest in manifest.files.items():
                taken = Path(archive.extract(name, folder))
                if _digest(taken) != digest:
                    raise DomainError("backup:damaged", f"{name} i kopien er beskadiget.")
            _put_back(url, Path(folder))
    return manifest


def _copies(url: URL, folder: Path) -> Iterator[Path]:
    if url.get_backend_name() == "sqlite":
        source = _sqlite_file(url)
        for file in (source, source.with_name(f"{source.stem}-access.sqlite")):
            if file.exists():
                copy = folder / file.name.replace(source.stem, "forloeb", 1)
                with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(copy)) as kept:
                    live.backup(kept)
                yield copy
    else:
        dump = folder / _DUMP
        _run("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={_plain(url)}")
        yield dump


def _put_back(url: URL, folder: Path) -> None:
    if url.get_backend_name() == "sqlite":
        target = _sqlite_file(url)
        for file in sorted(folder.iterdir()):
            file.replace(target.with_name(file.name.replace("forloeb", target.stem, 1)))
    else:
        _run(
            "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_plain(url)}", folder / _DUMP
        )


def _refuse_used(url: URL) -> None:
    if url.get_backend_name() == "sqlite":
        file = _sqlite_file(url)
        file.parent.mkdir(parents=True, exist_ok=True)
        used = file.exists() or file.with_name(f"{file.stem}-access.sqlite").exists()
    else:
        used = _has_tables(url)
    if used:
        text = "Der er en database i forvejen. Flyt den væk først, eller gendan til en tom; intet er rørt."
        raise Conflict("backup:in-the-way", text)


def _revision(url: URL) -> str:
    file = _sqlite_file(url) if url.get_backend_name() == "sqlite" else None
    if file is not None and not file.exists():
        raise DomainError("backup:nothing", "Der er ingen database at tage kopi af.")
    engine = create_engine(url)
    try:
        found = revision_of(engine)
    finally:
        engine.dispose()
    if not found:
        raise DomainError("backup:nothing", "Databasen har ingen tabeller at tage kopi af.")
    return found


def _has_tables(url: URL) -> bool:
    engine = create_engine(url)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    with ExitStack() as held:
        try:
            archive = held.enter_context(zipfile.ZipFile(path))
            told = json.loads(archive.read(_MANIFEST))
            manifest = Manifest(**told)
        except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise _unknown(path) from error
        if manifest.format != FORMAT or not set(manifest.files) <= _NAMES:
            raise _unknown(path)
        yield archive, manifest


def _unknown(path: Path) -> DomainError:
    return DomainError("backup:unknown", f"{path} er ikke en sikkerhedskopi fra Forløb.")


def _sqlite_file(url: URL) -> Path:
    return Path(url.database or "")


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(program: str, *arguments: str | Path) -> None:
    found = shutil.which(program)
    if found is None:
        text = f"{program} mangler. Installér PostgreSQL's klientprogrammer (postgresql-client)."
        raise DomainError("backup:no-program", text)
    command = [found, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- PostgreSQL's own program
    if done.returncode:
        raise DomainError("backup:failed", f"{program} gik ikke: {done.stderr.strip()[-500:]}")


def _digest(file: Path) -> str:
    seen = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            seen.update(chunk)
    return seen.hexdigest()
