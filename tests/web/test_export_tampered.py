"""A sealed file attacked from outside: any byte of it, its members, and the ways a ZIP can lie.

A file that was changed is told what is wrong, or that it is no export; the command ends with 1 and without a traceback.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import canonical
from app.audit import check_file
from app.cli.audit import check as check_command
from app.errors import DomainError
from app.journal import signing
from tests.web.test_export import (
    PURPOSE,
    change,
    course,
    files_of,
    flaws,
    ida,
    sealed_file_of,
    taken_out,
    town,
)
from tests.web.youth import YouthTown

__all__ = ["course", "ida", "taken_out", "town"]


def answer(content: bytes, key: str) -> str:
    """The first thing that is said against a file; "" where nothing is."""
    try:
        told = check_file(content, key).flaws
    except DomainError as error:
        return error.code
    return told[0].reason if told else ""


def test_the_same_course_gives_the_same_bytes(
    town: YouthTown, course: int, taken_out: bytes
) -> None:
    """Nothing is compressed, so that no library's way of doing so is in the file."""
    again = town.browser("karen").post("/audit/exports", {"key": str(course), "purpose": PURPOSE})
    theirs, ours = files_of(again.data), files_of(taken_out)
    same = {name for name in ours if theirs[name] == ours[name]}
    assert ours.keys() - same == {"keys.json", "manifest.json", "manifest.sig"}, (
        "keys are drawn anew"
    )
    with zipfile.ZipFile(io.BytesIO(taken_out)) as archive:
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}


def test_one_changed_byte_anywhere_is_never_yes(town: YouthTown, taken_out: bytes) -> None:
    """Given each place that a ZIP has and contents lie in, when one bit is another, then the file is not whole."""
    key, ends = town.house.public_key, taken_out.rfind(b"PK\x05\x06")
    (index,) = struct.unpack("<I", taken_out[ends + 16 : ends + 20])
    with zipfile.ZipFile(io.BytesIO(taken_out)) as archive:
        one = min(archive.infolist(), key=lambda each: each.file_size)
    named = 30 + len(one.filename)
    places = [
        *range(one.header_offset, one.header_offset + named, 3),
        *range(index, index + 46, 5),
        *range(ends, len(taken_out), 4),
        *range(100, index, index // 24),
    ]
    for place in places:
        changed = bytearray(taken_out)
        changed[place] ^= 1
        assert answer(bytes(changed), key), place


def prepended(content: bytes) -> bytes:
    return b"#!/bin/sh\n" + content


def appended(content: bytes) -> bytes:
    return content + b"x"


def commented(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"en hilsen"
    return out.getvalue()


def rezipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, one in files_of(content).items():
            archive.writestr(name, one)
    return out.getvalue()


def reordered(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, one in reversed(files_of(content).items()):
            archive.writestr(name, one)
    return out.getvalue()


def with_member(name: str, inside: bytes) -> Callable[[bytes], bytes]:
    def act(content: bytes) -> bytes:
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, inside)
        return out.getvalue()

    return act


def renamed(content: bytes) -> bytes:
    return content.replace(b"rapport.html", b"rapport.htmx")


def renamed_in_the_index(content: bytes) -> bytes:
    place = content.rfind(b"rapport.html")
    return content[:place] + b"rapport.htmx" + content[place + 12 :]


def lying_about_its_size(content: bytes) -> bytes:
    """The index says that the report is shorter than it is, and that this is its checksum."""
    report = files_of(content)["rapport.html"]
    shorter = report[:-100]
    place = content.rfind(b"rapport.html") - 46
    head = bytearray(content[place : place + 46])
    struct.pack_into("<III", head, 16, zlib.crc32(shorter), len(shorter), len(shorter))
    return content[:place] + bytes(head) + content[place + 46 :]


def enormous(content: bytes) -> bytes:
    """The index says that a member unpacks to four gigabytes."""
    place = content.rfind(b"rapport.html") - 46
    head = bytearray(content[place : place + 46])
    struct.pack_into("<I", head, 24, 0xFFFFFFF0)
    return content[:place] + bytes(head) + content[place + 46 :]


def broken_inside(content: bytes) -> bytes:
    """A compressed member whose bytes are no stream."""
    packed = bytearray(with_member("brev.txt", b"abc" * 5000)(content))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        at = archive.getinfo("brev.txt").header_offset + 30 + len("brev.txt")
    packed[at] ^= 0xFF
    return bytes(packed)


def deep(content: bytes) -> bytes:
    files = files_of(content)
    files["manifest.json"] = b"[" * 200_000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, one in files.items():
            archive.writestr(name, one)
    return out.getvalue()


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (prepended, "repacked"),
        (appended, "repacked"),
        (commented, "repacked"),
        (rezipped, "repacked"),
        (reordered, "repacked"),
        (with_member("rapport.html", b"et andet"), "export:no-export"),
        (with_member("../../etc/passwd", b"x"), "file-extra"),
        (with_member("tom/", b""), "file-extra"),
        (renamed, "export:no-export"),
        (renamed_in_the_index, "export:no-export"),
        (lying_about_its_size, "file-changed"),
        (enormous, "export:too-large"),
        (broken_inside, "export:no-export"),
        (deep, "export:no-export"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_lies_is_never_yes(
    town: YouthTown,
    taken_out: bytes,
    tmp_path: Path,
    attack: Callable[[bytes], bytes],
    code: str,
) -> None:
    attacked = attack(taken_out)
    assert answer(attacked, town.house.public_key) == code
    path = tmp_path / "ud.zip"
    path.write_bytes(attacked)
    run = CliRunner().invoke(check_command, [str(path)])
    assert run.exit_code == 1
    assert isinstance(run.exception, SystemExit | DomainError), run.exception


def test_parts_of_another_course_s_file_do_not_fit(
    town: YouthTown, course: int, taken_out: bytes
) -> None:
    """Both files are ours and sound; each part of the other put into this one, and sealed by ourselves, is seen."""
    key = town.start(town.citizen("Bo", "Dal", "060603-4005"))
    town.to_consent(key)
    town.clock.advance(timedelta(days=1))
    town.house.database.run(lambda work: signing.sign(work, town.house.signing_key))
    sent = {"key": str(key), "purpose": PURPOSE}
    other = files_of(town.browser("karen").post("/audit/exports", sent).data)
    for name in ("entries.ndjson", "opened.ndjson", "keys.json", "course.json", "head.json"):
        mixed = files_of(taken_out) | {name: other[name]}
        assert answer(sealed_file_of(town, mixed), town.house.public_key), name


def test_a_head_from_after_the_file_was_taken_out_does_not_call_it_cut(
    town: YouthTown, ida: object, taken_out: bytes
) -> None:
    """Given an old file, when the course has gone on since, then a newer head says nothing of the file's end."""
    house = town.house
    key = town.start(town.citizen("Eva", "Holm", "070702-4009"))
    sent = {"key": str(key), "purpose": PURPOSE}
    early = town.browser("karen").post("/audit/exports", sent).data
    town.to_consent(key)
    with house.database.read() as session:
        before = signing.latest(session)
    town.clock.advance(timedelta(days=1))
    house.database.run(lambda work: signing.sign(work, house.signing_key))
    with house.database.read() as session:
        after = signing.latest(session)
    assert before is not None
    assert after is not None
    assert flaws(check_file(early, kept=[before, after])) == []
    late = town.browser("karen").post("/audit/exports", sent).data
    assert check_file(late, kept=[before, after]).ok

    lines = files_of(late)["entries.ndjson"].decode().splitlines(keepends=True)
    read = canonical.loads(lines[-1])
    assert read["seq"] > 1
    cut = files_of(late)
    change("entries.ndjson", lines[-1], "")(cut)
    assert "cut" in [why for _, why in flaws(check_file(sealed_file_of(town, cut), kept=[after]))]
