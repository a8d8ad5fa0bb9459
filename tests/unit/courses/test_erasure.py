"""One child of two is erased: the sibling's answers stay, the chain holds, the course is sealed."""

from __future__ import annotations

import json

from app import audit, courses
from app.journal import Erased, read
from tests.unit.courses.conftest import Desk
from tests.unit.courses.test_run import TASK

TWO_CHILDREN = f"""
<process id="p" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="talk"/>
  <userTask id="talk" name="Børnesamtale">{
    TASK.replace("<zeebe:userTask/>", '<zeebe:userTask/><zeebe:formDefinition formId="children"/>')
}</userTask>
  <sequenceFlow id="f2" sourceRef="talk" targetRef="end"/><endEvent id="end"/>
</process>"""

CHILDREN = {
    "type": "default",
    "id": "children",
    "schemaVersion": 18,
    "components": [
        {
            "type": "dynamiclist",
            "id": "list",
            "path": "children",
            "label": "Børn",
            "properties": {"subject": "child"},
            "components": [
                {"type": "textfield", "id": "child", "key": "child", "label": "Barn"},
                {"type": "textarea", "id": "said", "key": "said", "label": "Barnets ord"},
            ],
        }
    ],
}


def test_erasing_one_child_leaves_the_sibling_readable_and_the_history_verifiable(
    desk: Desk,
) -> None:
    # Given a course in which two children have said something
    desk.publish(TWO_CHILDREN, {"children.form": json.dumps(CHILDREN).encode()})
    course = desk.start("p")
    desk.complete(
        course,
        "talk",
        children=[{"child": "11", "said": "Jeg vil hjem"}, {"child": "12", "said": "Jeg er glad"}],
    )
    with desk.database.read() as session:
        before = audit.verify(session, desk.runtime)
    assert (before.ok, before.redecided, before.sealed) == (True, 2, 0)

    # When the first child's key is destroyed
    desk.database.run(lambda work: desk.runtime.keyring.destroy(work, "citizen:11"))

    # Then the sibling's words can still be read, and the first child's cannot
    with desk.database.read() as session:
        stream = courses.stream(course)
        entry = list(read(session, stream, desk.runtime.keyring))[1]
        rows = entry.payload["variables"]["children"]
        assert isinstance(rows[0], Erased)
        assert rows[1] == {"child": "12", "said": "Jeg er glad"}
        # and every chain verifies, with the course counted as sealed
        after = audit.verify(session, desk.runtime)
    assert (after.ok, after.sealed, after.redecided) == (True, 1, 1)
    assert after.entries == before.entries
