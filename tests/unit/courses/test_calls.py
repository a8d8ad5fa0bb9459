"""Calls of `latest` and of a version tag: found when they are entered, recorded, and the same in every replay."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete, select

from app import audit, courses
from app.courses import Course, CourseCall, Incident, Order, Runtime, Task
from app.definitions.library import DefinitionVersion
from app.journal import read
from tests.unit.courses.conftest import BO, Desk
from tests.unit.courses.test_run import TASK

FORM = "<zeebe:formDefinition formId='f'/>"


def form(label: str) -> bytes:
    field = {"type": "textfield", "key": "answer", "id": "a", "label": label}
    return json.dumps(
        {"schemaVersion": 18, "type": "default", "id": "f", "components": [field]}
    ).encode()


def child(task: str, *, tag: str = "") -> str:
    own = TASK.replace("<zeebe:userTask/>", f"<zeebe:userTask/>{FORM}")
    extension = (
        f'<extensionElements><zeebe:versionTag value="{tag}"/></extensionElements>' if tag else ""
    )
    return f"""<process id="child" isExecutable="true">{extension}
    <startEvent id="cs"/><sequenceFlow id="cf" sourceRef="cs" targetRef="{task}"/>
    <userTask id="{task}" name="Opgave {task}">{own}</userTask></process>"""


def parent(binding: str = "") -> str:
    return f"""<process id="parent" isExecutable="true"><startEvent id="s"/>
    <sequenceFlow id="f1" sourceRef="s" targetRef="before"/>
    <userTask id="before">{TASK}</userTask>
    <sequenceFlow id="f2" sourceRef="before" targetRef="call"/>
    <callActivity id="call" name="Fase"><extensionElements>
      <zeebe:calledElement processId="child" {binding}/></extensionElements></callActivity>
    <sequenceFlow id="f3" sourceRef="call" targetRef="after"/>
    <userTask id="after">{TASK}</userTask></process>"""


def payloads(desk: Desk, course: int) -> list[dict[str, Any]]:
    with desk.database.read() as session:
        return [
            entry.payload for entry in read(session, courses.stream(course), desk.runtime.keyring)
        ]


def verified(desk: Desk) -> bool:
    """Verify with models compiled anew, so that nothing remembered in this process helps."""
    runtime = Runtime(desk.runtime.keyring, desk.runtime.operations)
    with desk.database.read() as session:
        report = audit.verify(session, runtime)
    assert report.ok, report.broken
    return report.ok


def test_latest_is_the_newest_when_the_call_is_entered_and_a_later_publish_changes_nothing(
    desk: Desk,
) -> None:
    desk.publish(child("old"), {"f.form": form("Gammel")})
    desk.publish(parent())
    course = desk.start("parent")
    desk.publish(child("new"), {"f.form": form("Ny")})

    desk.complete(course, "before")

    assert set(desk.open_tasks(course)) == {"child/new"}
    with desk.database.read() as session:
        called = session.scalars(select(CourseCall)).one()
    assert (called.course_key, called.address, called.process_id) == (course, "call#1", "child")
    assert payloads(desk, course)[1]["called"] == {"child": called.version}
    assert "called" not in payloads(desk, course)[0]

    # When: yet another version is published while the call runs
    desk.publish(child("newest"), {"f.form": form("Nyest")})
    assert verified(desk)
    desk.complete(course, "child/new", answer="ja")

    assert set(desk.open_tasks(course)) == {"after"}
    assert verified(desk)


def test_a_task_of_a_called_version_has_the_form_of_that_version(desk: Desk) -> None:
    desk.publish(child("ask"), {"f.form": form("Da kaldet blev nået")})
    desk.publish(parent())
    course = desk.start("parent")
    desk.complete(course, "before")
    desk.publish(child("ask"), {"f.form": form("Senere")})

    task = desk.open_tasks(course)["child/ask"]

    with desk.database.read() as session:
        found, digest = courses.form_of(session, desk.runtime, task)
        assert courses.visible_variables(session, desk.runtime, task)["course"]["kind"] == "parent"
        called = courses.versions_called(
            session,
            desk.runtime.models,
            desk.runtime.models.get(session, session.get_one(Course, course).version_key),
            course,
        )
    assert found is not None
    assert [part.label.parts for part in found.all_components()] == [("Da kaldet blev nået",)]
    assert digest == called["child"].bundle.forms["f"]
    desk.complete(course, "child/ask", answer="ja")
    with desk.database.read() as session:
        done = [e.form_digest for e in read(session, courses.stream(course), desk.runtime.keyring)]
    assert digest in done


def test_a_tag_stays_on_the_version_that_was_pinned_at_publish(desk: Desk) -> None:
    tagged = 'bindingType="versionTag" versionTag="1.0"'
    desk.publish(child("old", tag="1.0"), {"f.form": form("Gammel")})
    desk.publish(parent(tagged))
    desk.publish(child("new", tag="1.0"), {"f.form": form("Ny")})
    course = desk.start("parent")

    desk.complete(course, "before")

    assert set(desk.open_tasks(course)) == {"child/old"}
    assert list(payloads(desk, course)[1]["called"]) == ["child:1.0"]
    desk.complete(course, "child/old", answer="ja")
    assert verified(desk)


def test_nothing_to_call_is_an_incident_until_it_is_published(desk: Desk) -> None:
    desk.publish(parent('bindingType="versionTag" versionTag="1.0"'))
    course = desk.start("parent")
    desk.complete(course, "before")
    with desk.database.read() as session:
        incident = session.scalars(select(Incident)).one()
    assert incident.code == "engine:callee"
    assert verified(desk)

    desk.publish(child("late", tag="1.0"), {"f.form": form("Sent")})
    assert verified(desk)  # the answer was: none
    desk.database.run(
        lambda work: courses.resolve_incident(
            work, desk.runtime, incident.key, Order(BO, "Nu er den udgivet.")
        )
    )

    assert set(desk.open_tasks(course)) == {"child/late"}
    desk.complete(course, "child/late", answer="ja")
    assert verified(desk)


def test_two_calls_one_after_the_other_may_find_two_versions(desk: Desk) -> None:
    again = parent().replace(
        f'<userTask id="after">{TASK}</userTask>',
        '<callActivity id="after"><extensionElements>'
        '<zeebe:calledElement processId="child"/></extensionElements></callActivity>',
    )
    desk.publish(child("old"), {"f.form": form("Gammel")})
    desk.publish(again)
    course = desk.start("parent")
    desk.complete(course, "before")
    desk.publish(child("new"), {"f.form": form("Ny")})

    desk.complete(course, "child/old", answer="ja")

    assert set(desk.open_tasks(course)) == {"child/new"}
    with desk.database.read() as session:
        versions = set(session.scalars(select(Task.version).where(Task.course_key == course)))
    assert len(versions) == 3  # the course's own, and two that were called
    assert verified(desk)


def test_a_called_version_that_is_gone_is_named_by_verify_and_does_not_stop_it(desk: Desk) -> None:
    desk.publish(child("old"), {"f.form": form("Gammel")})
    desk.publish(parent())
    course = desk.start("parent")
    desk.complete(course, "before")
    with desk.database.write() as work:
        work.session.execute(
            delete(DefinitionVersion).where(DefinitionVersion.process_id == "child")
        )

    with desk.database.read() as session:
        report = audit.verify(session, Runtime(desk.runtime.keyring, desk.runtime.operations))

    assert [(one.stream, one.seq, one.reason) for one in report.broken] == [
        (courses.stream(course), 2, "not-decidable"),
        ("definition:child", 1, "version-missing"),
    ]


def test_an_expression_chooses_what_is_called_and_every_reader_finds_it(desk: Desk) -> None:
    chooses = parent().replace('processId="child"', 'processId="=kind"')
    for label in ("Gammelt svar", "Nyt svar"):
        desk.publish(child("ask"), {"f.form": form(label)})
        desk.publish(child("other").replace('id="child"', 'id="another"'), {"f.form": form(label)})
    desk.publish(chooses)
    course = desk.start("parent", kind="another")
    desk.complete(course, "before")
    (task,) = desk.open_tasks(course).values()
    assert (task.element, task.address) == ("another/other", "call#1/other#1")
    with desk.database.read() as session:
        rows = session.scalars(select(CourseCall)).all()
        assert [(row.address, row.process_id) for row in rows] == [("call#1", "another")]
        found = session.get_one(Course, course)
        where = courses.place(
            session, desk.runtime.models, desk.runtime.models.get(session, found.version_key),
            course, task.address,
        )  # fmt: skip
        assert (where.element, where.node.name if where.node else "") == (
            "another/other",
            "Opgave other",
        )
        living = courses.living(session, desk.runtime, found)
        scopes = courses.live_scopes(session, desk.runtime, found, living)
        assert [(one.address, [node.id for node in one.nodes]) for one in scopes][1:] == [
            ("call#1", ["other"])
        ]

    # An operator may put another token in there, and a version that calls so is moved to as any other
    order = Order(BO, "prøve")
    desk.database.run(
        lambda work: courses.move_token(
            work,
            desk.runtime,
            course,
            order,
            activate=[("call#1", "other")],
            terminate=["call#1/other#1"],
        )
    )
    desk.publish(chooses.replace('name="Fase"', 'name="Forløbets fase"'))
    with desk.database.read() as session:
        (newer,) = courses.versions_to_move_to(session, session.get_one(Course, course))
    desk.database.run(
        lambda work: courses.migrate(work, desk.runtime, course, newer.key, {}, order)
    )
    desk.complete(course, "another/other")
    desk.complete(course, "after")
    assert desk.course(course).status == "ended"
    assert verified(desk)
