"""Verify on both databases: what stands around the journal, changed behind the application's back, is found too.

Models, forms and decisions as published; keys; the snapshots, past versions and states of courses; documents; the way
from a citizen to who has looked. Each row's every column that something rests on is changed in turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app import audit, canonical, courses, documents
from app.access import AccessLog, Principal, Visit, open_access_log
from app.audit import Report
from app.courses import Order
from app.definitions import library
from app.errors import DomainError
from app.journal import Keyring, WrongMasterKey
from tests.contract.test_tampering import behind_its_back
from tests.contract.test_verify import rewrite
from tests.unit.courses.conftest import BO, Desk

TABLES = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tables" name="Tabeller"
  namespace="urn:tables"><decision id="how_long" name="Hvor l&#230;nge">
  <variable name="how_long"/><literalExpression><text>14</text></literalExpression></decision></definitions>"""
FORM = canonical.dumps(
    {
        "id": "ask",
        "type": "default",
        "schemaVersion": 18,
        "components": [
            {"type": "filepicker", "id": "f", "key": "papers", "label": "Bilag", "multiple": True}
        ],
    }
).encode()
PROCESS = """<process id="p" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="rule"/>
  <businessRuleTask id="rule"><extensionElements><zeebe:calledDecision decisionId="how_long" resultVariable="days"/>
  </extensionElements></businessRuleTask>
  <sequenceFlow id="f2" sourceRef="rule" targetRef="t1"/>
  <userTask id="t1"{name}><extensionElements><zeebe:userTask/><zeebe:formDefinition formId="ask"/>
  </extensionElements></userTask>
  <sequenceFlow id="f3" sourceRef="t1" targetRef="t2"/>
  <userTask id="t2"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  <sequenceFlow id="f4" sourceRef="t2" targetRef="e"/><endEvent id="e"/></process>"""
FILES = {"ask.form": FORM, "tables.dmn": TABLES}


@pytest.fixture
def log(desk: Desk, database_url: str) -> Iterator[AccessLog]:
    log = open_access_log(database_url, desk.clock)
    yield log
    log.database.engine.dispose()


@pytest.fixture
def course(desk: Desk) -> int:
    """A course with a document, moved to a second version of its model."""
    desk.publish(PROCESS.format(name=""), FILES)
    key = desk.start("p")
    desk.clock.advance(timedelta(hours=1))
    paper = desk.database.run(
        lambda work: documents.receive(
            work,
            desk.runtime.keyring,
            documents.NewDocument(key, None, "bilag.txt", b"Et bilag"),
            by="mette",
            most=1000,
        )
    )
    desk.complete(key, "t1", papers=[paper.reference])
    desk.publish(PROCESS.format(name=' name="Svar"'), FILES)
    with desk.database.read() as session:
        newest = library.latest(session, "p")
    assert newest is not None
    version, order = newest.key, Order(BO, "Den nye version")
    desk.database.run(lambda work: courses.migrate(work, desk.runtime, key, version, {}, order))
    return key


def fresh(desk: Desk) -> courses.Runtime:
    """What another process has, which has not read a model yet."""
    return courses.Runtime(desk.runtime.keyring, desk.runtime.operations)


def check(desk: Desk, log: AccessLog | None = None) -> Report:
    with desk.database.read() as session:
        told = audit.verify(session, desk.runtime, access_log=log)
        again = audit.verify(session, fresh(desk), access_log=log)
    assert told.ok == again.ok, (
        "a process that has read the models before answers as one that has not"
    )
    return told


def found(desk: Desk, log: AccessLog | None = None) -> list[tuple[str, int, str]]:
    return [(one.stream, one.seq, one.reason) for one in check(desk, log).broken]


def change(desk: Desk, statement: str, **values: Any) -> None:
    with behind_its_back(desk.database) as connection:
        if "document " in statement:
            _let_documents_go(connection)
        assert connection.execute(text(statement), values).rowcount, statement


def _let_documents_go(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE document DISABLE TRIGGER USER"))
        return
    for name in connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'document'")
    ).scalars():
        connection.execute(text(f"DROP TRIGGER {name}"))


def test_what_nobody_has_touched_is_whole(desk: Desk, course: int, log: AccessLog) -> None:
    assert found(desk, log) == []


# Published files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "stream"),
    [("bpmn", "definition:p"), ("form", "definition:form:ask"), ("dmn", "definition:dmn:how_long")],
)
def test_one_changed_byte_of_a_published_file_is_found(
    desk: Desk, course: int, kind: str, stream: str
) -> None:
    with desk.database.read() as session:
        content = bytes(
            session.execute(
                text("SELECT content FROM definition_file WHERE kind = :kind ORDER BY digest"),
                {"kind": kind},
            )
            .scalars()
            .first()
        )
    changed = content[:-30] + bytes([content[-30] ^ 1]) + content[-29:]
    change(
        desk,
        "UPDATE definition_file SET content = :new WHERE digest = :digest",
        new=changed,
        digest=canonical.digest_bytes(content),
    )
    faults = {one.stream: one for one in check(desk).broken}
    assert faults[stream].reason == "file-changed"
    assert faults[stream].expected == canonical.digest_bytes(content)
    assert faults[stream].found == canonical.digest_bytes(changed)


def test_a_changed_model_is_not_run_either(desk: Desk, course: int) -> None:
    """Somebody renames a step: a process that has not read the model before refuses it."""
    change(desk, "UPDATE definition_file SET content = :new WHERE kind = 'bpmn'", new=b"<x/>")
    with desk.database.read() as session, pytest.raises(DomainError, match="ikke længere den"):
        fresh(desk).models.get(session, desk.course(course).version_key)


@pytest.mark.parametrize("kind", ["bpmn", "form", "dmn"])
def test_a_published_file_that_was_removed_is_found(desk: Desk, course: int, kind: str) -> None:
    change(desk, "DELETE FROM definition_file WHERE kind = :kind", kind=kind)
    assert "file-missing" in {
        reason for stream, _, reason in found(desk) if "definition:" in stream
    }


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE definition_version SET bundle_digest = model_digest WHERE version = 1",
        "UPDATE definition_version SET model_digest = bundle_digest WHERE version = 1",
        "UPDATE definition_version SET name = 'x' WHERE version = 1",
        "UPDATE definition_version SET version_tag = 'x' WHERE version = 1",
        "UPDATE definition_version SET course_kind = 'x' WHERE version = 1",
        "UPDATE definition_version SET published_by = 'x' WHERE version = 1",
        "UPDATE definition_version SET process_id = 'q' WHERE version = 1",
        "UPDATE definition_version SET version = 7 WHERE version = 1",
        "DELETE FROM definition_version WHERE version = 1",
        (
            "UPDATE definition_version SET manifest ="
            " (SELECT o.manifest FROM definition_version o WHERE o.version = 2) WHERE version = 1"
        ),
    ],
)
def test_a_version_that_was_changed_is_found_at_what_published_it(
    desk: Desk, course: int, statement: str
) -> None:
    change(desk, statement)
    assert ("definition:p", 1) in {(stream, seq) for stream, seq, _ in found(desk)}


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE definition_resource SET digest = :other WHERE kind = 'form'", "version-differs"),
        (
            "UPDATE definition_resource SET published_by = 'x' WHERE kind = 'form'",
            "version-differs",
        ),
        ("UPDATE definition_resource SET version = 2 WHERE kind = 'form'", "version-missing"),
        ("DELETE FROM definition_resource WHERE kind = 'form'", "version-missing"),
    ],
)
def test_a_form_s_version_that_was_changed_is_found(
    desk: Desk, course: int, statement: str, reason: str
) -> None:
    other = {"other": canonical.digest_bytes(TABLES)} if ":other" in statement else {}
    change(desk, statement, **other)
    assert found(desk) == [("definition:form:ask", 1, reason)]


def test_a_version_that_nobody_published_is_found(desk: Desk, course: int) -> None:
    """Somebody puts a third version in, of files that are there: new courses would run on it."""
    columns = (
        "process_id, version_tag, name, course_kind, resource, model_digest, bundle_digest,"
        " manifest, published_at, published_by"
    )
    change(
        desk,
        f"INSERT INTO definition_version (key, version, {columns})"
        f" SELECT 99, 3, {columns} FROM definition_version WHERE version = 1",
    )
    assert found(desk) == [("definition:p", 3, "missing")]


# Keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE data_key SET wrapped = :bytes WHERE subject = :subject",
        "UPDATE data_key SET wrapped = NULL WHERE subject = :subject",
        "UPDATE data_key SET subject = 'course:2' WHERE subject = :subject",
        "UPDATE data_key SET id = 77 WHERE subject = :subject",
    ],
)
def test_a_key_that_was_changed_is_found(desk: Desk, course: int, statement: str) -> None:
    desk.start("p")  # another key is whole, so it is not the master key that is another
    more = {"bytes": b"x" * 60} if ":bytes" in statement else {}
    change(desk, statement, subject=courses.stream(course), **more)
    assert "key-changed" in {reason for _, _, reason in found(desk)}


def test_a_key_that_was_removed_is_found_at_the_first_entry_that_it_opens(
    desk: Desk, course: int
) -> None:
    change(desk, "DELETE FROM data_key WHERE subject = :subject", subject=courses.stream(course))
    faults = found(desk)
    assert (courses.stream(course), 1, "not-decidable") in faults
    assert any(
        stream.startswith("document:") and why == "not-readable" for stream, _, why in faults
    )


def test_another_master_key_is_said_and_not_taken_for_tampering(desk: Desk, course: int) -> None:
    other = courses.Runtime(Keyring("BBBB" * 10 + "BBA="), desk.runtime.operations)
    with desk.database.read() as session, pytest.raises(WrongMasterKey):
        audit.verify(session, other)


# What is kept of a course -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "seq", "reason"),
    [
        ("UPDATE course_snapshot SET state = :bytes", 3, "snapshot-differs"),
        ("UPDATE course_snapshot SET progress = '{}'", 3, "snapshot-differs"),
        ("UPDATE past_version SET until_seq = 1", 2, "past-differs"),
        ("UPDATE past_version SET version_key = 1", 2, "past-differs"),
        ("UPDATE past_version SET progress = '{}'", 2, "past-differs"),
        ("DELETE FROM past_version", 2, "past-differs"),
        ("UPDATE course_state SET seq = 2", 3, "row-differs"),
        ("UPDATE course_state SET state = :bytes", 3, "row-differs"),
        ("DELETE FROM course_state", 3, "row-missing"),
    ],
)
def test_what_is_kept_of_a_course_is_held_against_its_journal(
    desk: Desk, course: int, statement: str, seq: int, reason: str
) -> None:
    change(desk, statement, **({"bytes": b"{}"} if ":bytes" in statement else {}))
    assert found(desk) == [(courses.stream(course), seq, reason)]


def test_an_entry_dated_before_the_one_before_it_is_found(desk: Desk, course: int) -> None:
    """Somebody dates a decision back, and makes every digest and the head fit."""
    with behind_its_back(desk.database) as connection:
        rewrite(connection, courses.stream(course), at={2: "2020-01-01T00:00:00.000000Z"})
    assert found(desk) == [(courses.stream(course), 2, "time-differs")]


def test_a_payload_of_a_citizen_s_journal_that_does_not_open_is_found(
    desk: Desk, course: int
) -> None:
    """Nothing is decided in it; still, what was written must be there to be read."""
    with behind_its_back(desk.database) as connection:
        row = connection.execute(
            text("SELECT stream, payload FROM journal_entry WHERE stream LIKE 'document:%'")
        ).one()
        rewrite(connection, row.stream, payload={1: row.payload.replace("A", "B")})
    assert (row.stream, 1, "not-readable") in found(desk)


# Documents --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE document SET name = 'x.txt'", "document-changed"),
        ("UPDATE document SET type = 'x'", "document-changed"),
        ("UPDATE document SET size = 9", "document-changed"),
        ("UPDATE document SET sha256 = :digest", "document-changed"),
        ("UPDATE document SET course_key = 7", "document-changed"),
        ("UPDATE document SET nonce = :bytes", "document-changed"),
        ("UPDATE document SET content = :bytes", "document-changed"),
        ("DELETE FROM document ", "document-missing"),
    ],
)
def test_a_document_that_was_changed_is_found_at_the_form_that_it_came_with(
    desk: Desk, course: int, statement: str, reason: str
) -> None:
    values: dict[str, Any] = {"bytes": b"x" * 12, "digest": "0" * 64}
    change(
        desk, statement, **{name: one for name, one in values.items() if f":{name}" in statement}
    )
    assert found(desk) == [(courses.stream(course), 2, reason)]


def test_a_document_that_is_made_to_look_erased_is_found(desk: Desk, course: int) -> None:
    """Its key is another one, which is noted as destroyed; the journal was sealed with one that is not."""
    with behind_its_back(desk.database) as connection:
        _let_documents_go(connection)
        for statement in (
            """INSERT INTO data_key (id, subject, wrapped, destroyed_at)
               SELECT 5, 'citizen:5', NULL, uploaded_at FROM document""",
            "UPDATE document SET data_key = 5",
        ):
            connection.execute(text(statement))
    assert found(desk) == [(courses.stream(course), 2, "document-missing")]


# The access log ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM access_seen WHERE seq = 2 AND citizen_key = 12",
        "UPDATE access_seen SET citizen_key = 99 WHERE seq = 2 AND citizen_key = 12",
        "UPDATE access_seen SET seq = 9 WHERE seq = 2 AND citizen_key = 12",
        "UPDATE access_seen SET chain = 'x' WHERE seq = 2 AND citizen_key = 12",
    ],
)
def test_a_look_hidden_from_the_citizen_s_extract_is_found(
    desk: Desk, log: AccessLog, statement: str
) -> None:
    """The entry stands, and its chain is whole; but the citizen would not be told."""
    who = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}))
    log.write(who, Visit("Opgave", "task:read", (11,)))
    log.write(who, Visit("Opgave", "task:read", (11, 12)))
    assert found(desk, log) == []
    with log.database.write() as work:
        work.session.execute(text(statement))
    (fault,) = check(desk, log).broken
    assert (fault.seq, fault.reason) == (2, "seen-differs") or "x" in statement
    assert fault.stream.startswith("access:")
