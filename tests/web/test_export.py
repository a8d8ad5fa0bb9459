"""Taking a course out: one sealed file that is checked without a database, and an event log that names nobody."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import audit, canonical
from app.audit import FileFinding, check_file, sealed_file
from app.citizens import Citizen
from app.cli.audit import check as check_command
from app.definitions.reader import xml
from app.journal import KINDS, signing
from tests.web import youth
from tests.web.youth import YouthTown

OTHER = signing.signing_key("b" * 43 + "=")
PURPOSE = "Til Ankestyrelsen i sag 26-1"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("export"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def ida(town: YouthTown) -> Citizen:
    return town.citizen("Ida", "Lund", "050502-4007")


@pytest.fixture(scope="module")
def course(town: YouthTown, ida: Citizen) -> int:
    key = town.start(ida)
    town.to_consent(key)
    house = town.house
    house.database.run(lambda work: signing.sign(work, house.signing_key))
    return key


@pytest.fixture(scope="module")
def taken_out(town: YouthTown, course: int) -> bytes:
    answer = town.browser("karen").post("/audit/exports", {"key": str(course), "purpose": PURPOSE})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="forloeb-')
    return answer.data


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def signed_anew(files: dict[str, bytes]) -> bytes:
    """What a forger hands on: every digest fits, and the signature is their own."""
    manifest = canonical.loads(files["manifest.json"].decode())
    kept = {name: text for name, text in manifest.items() if name not in {"files", "public_key"}}
    rest = {name: text for name, text in files.items() if not name.startswith("manifest.")}
    return sealed_file.seal(kept, rest, OTHER)


def flaws(found: FileFinding) -> list[tuple[str, str]]:
    return [(flaw.place, flaw.reason) for flaw in found.flaws]


def test_a_sound_file_is_whole_and_decides_again(
    town: YouthTown, course: int, taken_out: bytes
) -> None:
    found = check_file(taken_out, town.house.public_key)
    with town.house.database.read() as session:
        at_home = audit.verify(session, town.house.runtime, course)

    assert found.ok, found.flaws
    assert (found.entries, found.redecided) == (at_home.entries, at_home.redecided)
    assert found.redecided >= 6
    assert found.day == "2026-08-04"
    assert found.manifest["purpose"] == PURPOSE
    assert found.manifest["exported_by"] == "karen"


def test_the_file_holds_entries_models_forms_decisions_and_a_report(
    town: YouthTown, taken_out: bytes
) -> None:
    files = files_of(taken_out)
    assert {"entries.ndjson", "opened.ndjson", "head.json", "rapport.html", "LÆS-MIG.txt"} <= set(
        files
    )
    for folder, ending in (("modeller", "bpmn"), ("formularer", "form"), ("beslutninger", "dmn")):
        assert any(re.fullmatch(rf"{folder}/.*\.{ending}", name) for name in files), folder
    model = next(name for name in files if name.startswith("modeller/"))
    assert xml.parse(files[model]).tag.endswith("definitions")


def test_the_report_reads_without_us(taken_out: bytes) -> None:
    report = files_of(taken_out)["rapport.html"].decode()
    for words in (
        "Ida Lund, 050502-4007",
        PURPOSE,
        "Lone Holt sendte »Behandl henvendelse«",
        "Sofie har brug for hjælp fra flere på én gang.",
        "Formularen, som den blev udfyldt",
        "Bekymring for et barn?",
    ):
        assert words in report, words
    assert report.count("<svg ") >= 3
    assert "Behandl henvendelse: udført" in report
    for outside in ("<script", "<link", "<img", 'src="', 'href="http'):
        assert outside not in report, outside


def test_taking_a_course_out_stands_in_the_access_log(
    town: YouthTown, ida: Citizen, taken_out: bytes
) -> None:
    actions = [row.action for row in town.house.access_log.of_citizen(ida.key)]
    assert "audit:export" in actions


Change = Callable[[dict[str, bytes]], None]


def change(name: str, old: str, new: str) -> Change:
    def act(files: dict[str, bytes]) -> None:
        (found,) = [one for one in files if one.startswith(name)][:1]
        text = files[found].decode()
        assert old in text
        files[found] = text.replace(old, new, 1).encode()

    return act


def without(name: str) -> Change:
    return lambda files: files.pop(name) and None


def cut(files: dict[str, bytes]) -> None:
    """Take the last entry away, and tell of an earlier end."""
    for name in ("opened.ndjson", "entries.ndjson"):
        lines = files[name].decode().splitlines(keepends=True)[:-1]
        files[name] = "".join(lines).encode()
    last = canonical.loads(lines[-1])
    manifest = canonical.loads(files["manifest.json"].decode())
    manifest["end"] = {"seq": last["seq"], "digest": last["digest"]}
    files["manifest.json"] = canonical.dumps(manifest).encode()


def swapped(files: dict[str, bytes]) -> None:
    lines = files["entries.ndjson"].decode().splitlines(keepends=True)
    lines[1:3] = [
        re.sub(r'"seq":\d+', f'"seq":{number}', line)
        for number, line in zip((2, 3), lines[2:0:-1], strict=True)
    ]
    files["entries.ndjson"] = "".join(lines).encode()


@pytest.mark.parametrize(
    ("tamper", "place", "reason"),
    [
        (change("rapport.html", "Ida Lund", "Ida Holm"), "rapport.html", "file-changed"),
        (change("modeller/", "exclusiveGateway", "inclusiveGateway"), "modeller/", "file-changed"),
        (change("entries.ndjson", '"actor":"lone"', '"actor":"lise"'), "entries", "file-changed"),
        (without("head.json"), "head.json", "file-missing"),
        (lambda files: files.update({"brev.txt": b"x"}), "brev.txt", "file-extra"),
        (change("manifest.json", PURPOSE, "Til avisen"), "manifest.sig", "signature"),
    ],
)
def test_a_file_that_was_changed_is_found(
    town: YouthTown, taken_out: bytes, tamper: Change, place: str, reason: str
) -> None:
    files = files_of(taken_out)
    tamper(files)
    found = check_file(zipped(files), town.house.public_key)
    assert not found.ok
    assert any(one.startswith(place) and why == reason for one, why in flaws(found)), flaws(found)


@pytest.mark.parametrize(
    ("tamper", "place", "reason"),
    [
        (change("entries.ndjson", '"actor":"lone"', '"actor":"lise"'), "course:", "digest-differs"),
        (swapped, "course:", "digest-differs"),
        (cut, "course:", "cut"),
        (change("opened.ndjson", "flere på én gang", "ingen"), "opened", "opened-differs"),
        (change("modeller/", "exclusiveGateway", "inclusiveGateway"), "modeller/", "file-changed"),
        (
            change("definitions.json", '"forms":{"', '"forms":{"x'),
            "youth_course",
            "version-differs",
        ),
        (change("head.json", '"seq":', '"seq":1'), "head.json", "head-forged"),
    ],
)
def test_a_file_that_was_changed_and_signed_anew_is_found(
    town: YouthTown, taken_out: bytes, tamper: Change, place: str, reason: str
) -> None:
    """Who signs with a key of their own is known by it; and what they changed is named all the same."""
    files = files_of(taken_out)
    tamper(files)
    found = check_file(signed_anew(files), town.house.public_key)
    assert ("manifest.json", "other-key") in flaws(found)
    assert any(one.startswith(place) and why == reason for one, why in flaws(found)), flaws(found)


def test_a_file_signed_with_another_key_is_known_by_the_key_alone(
    town: YouthTown, taken_out: bytes
) -> None:
    forged = signed_anew(files_of(taken_out))
    reasons = [reason for _, reason in flaws(check_file(forged, town.house.public_key))]
    assert reasons == ["other-key", "head-forged"]


def test_a_head_kept_elsewhere_vouches_too(town: YouthTown, taken_out: bytes) -> None:
    with town.house.database.read() as session:
        head = signing.latest(session)
    assert head is not None
    assert check_file(taken_out, kept=[head]).ok

    files = files_of(taken_out)
    cut(files)
    found = check_file(sealed_file_of(town, files), kept=[head])
    assert [reason for _, reason in flaws(found)] == ["cut"]


def sealed_file_of(town: YouthTown, files: dict[str, bytes]) -> bytes:
    """What whoever holds the installation's own key can hand on."""
    manifest = canonical.loads(files["manifest.json"].decode())
    kept = {name: text for name, text in manifest.items() if name not in {"files", "public_key"}}
    rest = {name: text for name, text in files.items() if not name.startswith("manifest.")}
    return sealed_file.seal(kept, rest, town.house.signing_key)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", zipped({"a": b"1"})])
def test_what_is_no_export_is_said_so(content: bytes, tmp_path: Path) -> None:
    from app.errors import DomainError

    with pytest.raises(DomainError, match="ikke en udlevering"):
        check_file(content)


def test_rubbish_inside_a_signed_file_is_a_flaw_and_no_crash(
    town: YouthTown, taken_out: bytes
) -> None:
    files = files_of(taken_out)
    for name in ("entries.ndjson", "course.json", "keys.json", "definitions.json", "head.json"):
        broken = files | {name: b'{"a": 1'}
        found = check_file(sealed_file_of(town, broken), town.house.public_key)
        assert [reason for _, reason in flaws(found)] == ["unreadable"], name


def test_the_command_checks_a_file(town: YouthTown, taken_out: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ud.zip"
    path.write_bytes(taken_out)
    run = CliRunner().invoke(
        check_command, [str(path), "--public-key", town.house.public_key, "--json"]
    )
    assert run.exit_code == 0, run.output
    assert json.loads(run.output)["ok"] is True

    plain = CliRunner().invoke(check_command, [str(path)])
    assert "Udleveringen er hel." in plain.output
    assert town.house.public_key in plain.output, "without a key one is told to compare it"

    files = files_of(taken_out)
    change("entries.ndjson", '"actor":"lone"', '"actor":"lise"')(files)
    path.write_bytes(zipped(files))
    wrong = CliRunner().invoke(check_command, [str(path)])
    assert wrong.exit_code == 1
    assert "Udleveringen er ændret." in wrong.output
    assert "post 1: posten er ændret" in wrong.output


def test_an_erased_course_is_taken_out_as_what_is_left(town: YouthTown) -> None:
    house = town.house
    key = town.start(town.citizen("Bo", "Dal", "060603-4005"))
    town.to_consent(key)
    house.database.run(lambda work: house.runtime.keyring.destroy(work, f"course:{key}"))
    content = (
        town.browser("karen").post("/audit/exports", {"key": str(key), "purpose": PURPOSE}).data
    )
    found = check_file(content, house.public_key)
    assert found.ok, found.flaws
    assert (found.sealed, found.redecided) == (True, 0)
    assert "flere på én gang" not in files_of(content)["opened.ndjson"].decode()


def test_a_purpose_and_a_key_are_needed(town: YouthTown, course: int) -> None:
    browser = town.browser("karen")
    page = browser.post("/audit/exports", {"key": "x", "purpose": ""})
    assert page.status_code == 422
    assert "Skriv, hvem forløbet udleveres til, og hvorfor." in page.text
    assert 'href="#key"' in page.text
    assert f'value="{course}"' in browser.get(f"/audit/exports?key={course}").text
    assert browser.post("/audit/exports", {"key": "77", "purpose": PURPOSE}).status_code == 404


def test_only_auditors_take_courses_out(town: YouthTown, course: int) -> None:
    for who in ("mette", "tina"):
        browser = town.browser(who)
        assert browser.get("/audit/exports").status_code == 403
        sent = {"key": str(course), "purpose": PURPOSE}
        assert browser.post("/audit/exports", sent).status_code == 403
        assert browser.post("/audit/exports/log", {}).status_code == 403


# The event log ----------------------------------------------------------------------------------

XES = "{http://www.xes-standard.org/}"
TRANSITIONS = {
    "schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort",
    "ate_abort", "complete", "autoskip", "manualskip", "unknown",
}  # fmt: skip


def log(town: YouthTown, **asked: str) -> str:
    answer = town.browser("karen").post("/audit/exports/log", asked)
    assert answer.status_code == 200
    return answer.text


def test_the_log_keeps_the_standard_s_rules(town: YouthTown, course: int) -> None:
    """IEEE 1849: the order of elements in a log, typed attributes with keys, declared prefixes, times with offsets."""
    root = xml.parse(log(town).encode())
    assert root.tag == f"{XES}log"
    assert root.get("xes.version") == "1849-2023"
    names = [child.tag.removeprefix(XES) for child in root]
    order = ["extension", "global", "classifier", "string", "trace"]
    assert sorted(names, key=order.index) == names
    prefixes = {child.get("prefix") for child in root.iter(f"{XES}extension")}
    kinds = {"string", "date", "int"}
    for attribute in (one for kind in kinds for one in root.iter(f"{XES}{kind}")):
        key, value = attribute.get("key"), attribute.get("value")
        assert key, attribute.tag
        assert value is not None
        if ":" in key:
            assert key.partition(":")[0] in prefixes
        if attribute.tag == f"{XES}int":
            assert int(value) >= 0
        if attribute.tag == f"{XES}date":
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", value)
    for event in root.iter(f"{XES}event"):
        told = {one.get("key"): one.get("value") for one in event}
        assert {"concept:name", "lifecycle:transition", "time:timestamp"} <= told.keys()
        assert told["lifecycle:transition"] in TRANSITIONS
        assert told["concept:name"]
    scopes = [child.get("scope") for child in root.iter(f"{XES}global")]
    assert scopes == ["trace", "event"]


def test_each_course_is_a_trace_with_an_event_for_each_entry(town: YouthTown, course: int) -> None:
    root = xml.parse(
        log(town, kind="youth_course", since="2026-08-03", until="2026-08-03").encode()
    )
    traces = {
        next(one.get("value") for one in trace if one.get("key") == "concept:name"): trace
        for trace in root.iter(f"{XES}trace")
    }
    events = list(traces[str(course)].iter(f"{XES}event"))
    with town.house.database.read() as session:
        assert len(events) == audit.verify(session, town.house.runtime, course).entries
    names = [
        next(one.get("value") for one in event if one.get("key") == "concept:name")
        for event in events
    ]
    assert names[0] == "Forløbet begyndte"
    assert "Behandl henvendelse" in names
    assert not list(xml.parse(log(town, kind="other").encode()).iter(f"{XES}trace"))
    assert not list(xml.parse(log(town, until="2026-08-02").encode()).iter(f"{XES}trace"))


def test_every_kind_of_entry_has_a_name_that_an_analyst_reads() -> None:
    """A deadline's reminder is about no step; in the map of the process it must not be called by its code."""
    named = import_module("app.audit.event_log")._NAMES
    assert {kind for kind in KINDS if kind.startswith("course:")} == named.keys()
    assert not [name for name in named.values() if ":" in name]


def test_nobody_is_named_in_the_log(town: YouthTown, course: int) -> None:
    text = log(town)
    assert "person-1" in text
    for name in ("Ida", "Lund", "050502", "0505024007", "lone", "Holt", "mette", "Kragh", "Sofie"):
        assert name not in text, name


def test_a_date_that_cannot_be_read_is_said(town: YouthTown) -> None:
    answer = town.browser("karen").post("/audit/exports/log", {"since": "i fjor"})
    assert answer.status_code == 422
    assert "Skriv datoen som 2026-11-23." in answer.text


def test_many_courses_are_written_page_by_page(
    town: YouthTown, course: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = log(town)
    monkeypatch.setattr(import_module("app.audit.event_log"), "_PAGE", 1)
    assert log(town) == whole
