"""Publishing: files become versions, all together or not at all, on both databases."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, func, select

from app.clock import SetClock
from app.definitions import Call, Finding, Process, error, library
from app.errors import DefinitionError, NotFound
from app.journal import Keyring, check_stream, read
from app.storage import Base, Database, Facts, schema

NOW = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
Publish = Callable[..., library.Published]


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = create_engine(database_url)
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    yield Database(engine, SetClock(NOW), Facts())
    engine.dispose()


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(base64.b64encode(bytes(32)).decode())


@pytest.fixture
def publish(database: Database, keyring: Keyring) -> Publish:
    def act(files: dict[str, bytes], **options: object) -> library.Published:
        return database.run(lambda work: library.publish(work, files, "dina", keyring, **options))

    return act


@pytest.fixture
def youth(
    model: Callable[..., bytes], chain: Callable[..., str], ext: Callable[[str], str]
) -> bytes:
    """A course with a form, that calls `plan` with binding deployment."""
    form = '<zeebe:formDefinition formId="samtykke"/><zeebe:assignmentDefinition assignee="a"/>'
    call = '<zeebe:calledElement processId="plan" bindingType="deployment"/>'
    kind = ext('<zeebe:properties><zeebe:property name="kind" value="youth"/></zeebe:properties>')
    return model(
        kind
        + chain(
            f'<userTask id="u">{ext(form)}</userTask>',
            f'<callActivity id="c">{ext(call)}</callActivity>',
        )
    )


@pytest.fixture
def plan(model: Callable[..., bytes], chain: Callable[..., str]) -> bytes:
    return model(chain('<task id="t"/>')).replace(b'id="p"', b'id="plan"')


def form(label: str = "Ja") -> bytes:
    document = {
        "type": "default",
        "id": "samtykke",
        "schemaVersion": 18,
        "components": [{"type": "checkbox", "key": "ja", "label": label, "id": "f1"}],
    }
    return json.dumps(document).encode()


@pytest.fixture
def files(youth: bytes, plan: bytes) -> dict[str, bytes]:
    return {"youth.bpmn": youth, "plan.bpmn": plan, "samtykke.form": form()}


def test_files_become_the_first_versions(
    publish: Publish, files: dict[str, bytes], database: Database
) -> None:
    published = publish(files)
    assert {(row.process_id, row.version, row.name) for row in published.versions} == {
        ("p", 1, "Prøve"),
        ("plan", 1, "Prøve"),
    }
    assert [(row.kind, row.name, row.version) for row in published.resources] == [
        ("form", "samtykke", 1)
    ]
    with database.read() as session:
        row = library.latest(session, "p")
        assert row is not None
        assert (row.course_kind, row.published_by, row.published_at) == ("youth", "dina", NOW)
        assert library.version(session, row.key) == row
        assert library.content(session, row.model_digest) == files["youth.bpmn"]


def test_a_version_is_loaded_with_all_that_it_refers_to(
    publish: Publish, files: dict[str, bytes], database: Database
) -> None:
    key = next(row.key for row in publish(files).versions if row.process_id == "p")
    with database.read() as session:
        bundle = library.load_bundle(session, key)
        assert library.content(session, bundle.forms["samtykke"]) == files["samtykke.form"]
    callee = bundle.callee(Call("plan", "deployment"))
    assert callee is not None
    assert [node.id for node in callee.process.nodes] == ["s", "t", "e"]


def test_what_has_not_changed_keeps_its_version(publish: Publish, files: dict[str, bytes]) -> None:
    first = publish(files)
    again = publish(files)
    assert again.new == frozenset()
    assert [row.key for row in again.versions] == [row.key for row in first.versions]


def test_another_form_is_a_new_version_of_the_processes_that_use_it_only(
    publish: Publish, files: dict[str, bytes], database: Database
) -> None:
    before = publish(files)
    published = publish({**files, "samtykke.form": form("Ja tak")})
    assert {row.process_id: row.version for row in published.versions} == {"p": 2, "plan": 1}
    # And the old version still has the old form
    old = next(row for row in before.versions if row.process_id == "p")
    with database.read() as session:
        digest = library.load_bundle(session, old.key).forms["samtykke"]
        assert library.content(session, digest) == files["samtykke.form"]


def test_a_callee_and_a_form_published_before_are_found(
    publish: Publish, files: dict[str, bytes], database: Database
) -> None:
    publish({name: files[name] for name in ("plan.bpmn", "samtykke.form")})
    published = publish({"youth.bpmn": files["youth.bpmn"]})
    with database.read() as session:
        bundle = library.load_bundle(session, published.versions[0].key)
    assert set(bundle.forms) == {"samtykke"}
    assert set(bundle.calls) == {"plan"}
    assert published.findings == {"youth.bpmn": ()}


def test_a_tagged_callee_stays_at_its_tag(
    publish: Publish,
    database: Database,
    plan: bytes,
    model: Callable[..., bytes],
    chain: Callable[..., str],
    ext: Callable[[str], str],
) -> None:
    # Given two versions of plan, the first tagged
    tagged = plan.replace(
        b"<startEvent", ext('<zeebe:versionTag value="1.0"/>').encode() + b"<startEvent"
    )
    publish({"plan.bpmn": tagged})
    publish({"plan.bpmn": plan})
    # When a process that calls the tag is published
    call = '<zeebe:calledElement processId="plan" bindingType="versionTag" versionTag="1.0"/>'
    caller = model(chain(f'<callActivity id="c">{ext(call)}</callActivity>'))
    published = publish({"p.bpmn": caller})
    # Then its version holds the tagged one
    with database.read() as session:
        bundle = library.load_bundle(session, published.versions[0].key)
        callee = bundle.callee(Call("plan", "versionTag", "1.0"))
        assert callee is not None
        assert library.content(session, callee.model) == tagged


def test_a_process_that_calls_its_own_tag_is_published(
    publish: Publish,
    model: Callable[..., bytes],
    chain: Callable[..., str],
    ext: Callable[[str], str],
) -> None:
    call = '<zeebe:calledElement processId="p" bindingType="versionTag" versionTag="1"/>'
    body = ext('<zeebe:versionTag value="1"/>') + chain(
        f'<callActivity id="c">{ext(call)}</callActivity>'
    )
    assert [row.version_tag for row in publish({"p.bpmn": model(body)}).versions] == ["1"]


def test_one_error_and_nothing_is_published(
    publish: Publish, files: dict[str, bytes], database: Database
) -> None:
    broken = files["plan.bpmn"].replace(b"<task", b"<complexGateway")
    with pytest.raises(DefinitionError) as refused:
        publish({**files, "plan.bpmn": broken})
    assert ("element:unsupported", "t") in {(f.code, f.element) for f in refused.value.findings}
    with database.read() as session:
        for table in (
            library.DefinitionVersion,
            library.DefinitionResource,
            library.DefinitionFile,
        ):
            assert session.scalar(select(func.count()).select_from(table)) == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.bpmn", b"<definitions", "xml:broken"),
        ("x.bpmn", b"<!DOCTYPE x><definitions/>", "xml:doctype"),
        ("x.form", b"{", "form:json"),
        ("x.form", b'{"type":"default","schemaVersion":18,"components":[]}', "form:id-missing"),
        (
            "x.form",
            b'{"type":"default","id":"a\\u0000b","schemaVersion":18,"components":[]}',
            "id:invalid",
        ),
        ("x" * 200 + ".form", form(), "name:too-long"),
        ("x.dmn", b"<definitions/>", "xml:not-dmn"),
        ("x.txt", b"", "file:kind"),
    ],
)
def test_a_broken_file_is_refused_in_danish(
    publish: Publish, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        publish({name: content})
    assert code in {finding.code for finding in refused.value.findings}
    assert refused.value.code == "definition:findings"


def test_an_id_that_does_not_fit_is_refused(publish: Publish, plan: bytes) -> None:
    with pytest.raises(DefinitionError) as refused:
        publish({"plan.bpmn": plan.replace(b'id="plan"', b'id="' + b"p" * 500 + b'"')})
    assert [finding.code for finding in refused.value.findings] == ["id:invalid"]


def test_a_form_that_is_missing_is_an_error(publish: Publish, files: dict[str, bytes]) -> None:
    with pytest.raises(DefinitionError) as refused:
        publish({name: files[name] for name in ("youth.bpmn", "plan.bpmn")})
    assert [(f.code, f.element) for f in refused.value.findings] == [("form:unknown", "u")]


def test_one_id_in_two_files_is_an_error(publish: Publish, plan: bytes) -> None:
    with pytest.raises(DefinitionError) as refused:
        publish({"a.bpmn": plan, "b.bpmn": plan + b" ", "copy.bpmn": plan})
    assert [(f.code, f.element) for f in refused.value.findings] == [("id:duplicate", "plan")]


def test_checks_from_above_refuse_too_but_do_not_repeat_what_is_said(
    publish: Publish, plan: bytes
) -> None:
    def check(process: Process) -> Iterable[Finding]:
        return [error("engine:no", node.id, "Kan ikke køres.") for node in process.nodes]

    with pytest.raises(DefinitionError) as refused:
        publish({"plan.bpmn": plan.replace(b"<task", b"<serviceTask")}, checks=[check])
    assert [(f.code, f.element) for f in refused.value.findings] == [
        ("job:missing", "t"),
        ("engine:no", "s"),
        ("engine:no", "e"),
    ]


def test_warnings_come_with_what_was_published(
    publish: Publish, plan: bytes, ext: Callable[[str], str]
) -> None:
    task = f'<serviceTask id="t">{ext("<zeebe:taskDefinition type=" + chr(34) + "x" + chr(34) + "/>")}</serviceTask>'
    published = publish(
        {"plan.bpmn": plan.replace(b'<task id="t"/>', task.encode())}, operations=["plan:adopt"]
    )
    assert [finding.code for finding in published.findings["plan.bpmn"]] == ["job:unknown"]


def test_decisions_are_kept_by_their_ids(
    publish: Publish,
    database: Database,
    model: Callable[..., bytes],
    chain: Callable[..., str],
    ext: Callable[[str], str],
) -> None:
    dmn = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="frist"/></definitions>"""
    rule = ext(
        '<zeebe:calledDecision decisionId="frist" resultVariable="r" bindingType="deployment"/>'
    )
    body = chain(f'<businessRuleTask id="d">{rule}</businessRuleTask>')
    published = publish({"p.bpmn": model(body), "frist.dmn": dmn})
    assert published.findings["p.bpmn"] == ()
    with database.read() as session:
        bundle = library.load_bundle(session, published.versions[0].key)
        assert library.content(session, bundle.decisions["frist"]) == dmn


def test_each_new_version_is_in_the_journal(
    publish: Publish, files: dict[str, bytes], database: Database, keyring: Keyring
) -> None:
    publish(files)
    publish(files)
    publish({**files, "samtykke.form": form("Ja tak")})
    with database.read() as session:
        entries = list(read(session, "definition:p", keyring))
        row = library.latest(session, "p")
        assert row is not None
        assert [(entry.kind, entry.actor) for entry in entries] == [
            ("definition:published", "dina")
        ] * 2
        assert entries[1].payload == {"version": 2, "name": "Prøve", "bundle": row.manifest}
        assert len(list(read(session, "definition:form:samtykke", keyring))) == 2
        assert check_stream(session, "definition:p").broken is None


def test_what_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as session:
        assert library.latest(session, "nix") is None
        assert library.version(session, 1) is None
        with pytest.raises(NotFound):
            library.load_bundle(session, 1)
        with pytest.raises(NotFound):
            library.content(session, "0" * 64)
