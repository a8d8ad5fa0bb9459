"""Operators over /v2, with the official client: modification, migration, suspension, resumption."""

from __future__ import annotations

from typing import Any

import pytest
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError

from app import audit, courses
from app.api.v2.element_keys import key_of_element
from app.citizens import Citizen
from app.courses import Course
from tests.api.conftest import FILES, Town, deployment
from tests.api.test_client import answers, tasks
from tests.api.test_client import start as start_small

NESTED = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="nested" name="Indeni" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="part"/>
  <subProcess id="part" name="Del"><startEvent id="in"/>
    <sequenceFlow id="g1" sourceRef="in" targetRef="x"/>
    <userTask id="x" name="X"><extensionElements><zeebe:userTask/></extensionElements></userTask>
    <sequenceFlow id="g2" sourceRef="x" targetRef="y"/>
    <userTask id="y" name="Y"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  </subProcess>
  <sequenceFlow id="f2" sourceRef="part" targetRef="after"/>
  <userTask id="after" name="Efter"><extensionElements><zeebe:userTask/></extensionElements></userTask>
</process></definitions>"""


def open_tasks(town: Town, course: str) -> list[str]:
    found = tasks(town.client("bo"), process_instance_key=course)
    return [one.element_id for one in found if one.state.value == "CREATED"]


def modify(town: Town, course: str, name: str = "bo", **instructions: Any) -> None:
    town.client(name).modify_process_instance(
        process_instance_key=course,
        data=m.ProcessInstanceModificationInstruction.from_dict(instructions),
    )


def refused(act: Any) -> ApiError:
    with pytest.raises(ApiError) as told:
        act()
    return told.value


def verified(town: Town) -> bool:
    with town.house.database.read() as session:
        return audit.verify(session, town.house.runtime).ok


@pytest.fixture
def nested(town: Town) -> str:
    done = town.client("dorte").create_deployment(data=deployment({"nested.bpmn": NESTED}))
    key = str(done.deployments[0].process_definition.process_definition_key)
    return start_small(town.client("dorte"), key)


class TestModification:
    def test_a_token_is_moved_from_one_element_to_another(self, town: Town, small: str) -> None:
        course = start_small(town.client("dorte"), small)
        modify(
            town,
            course,
            moveInstructions=[
                {
                    "sourceElementInstruction": {
                        "sourceType": "byId",
                        "sourceElementId": "ask",
                    },
                    "targetElementId": "thank",
                    "variableInstructions": [{"variables": {"why": "hurtigt"}}],
                }
            ],
        )
        assert open_tasks(town, course) == ["thank"]
        query = m.VariableSearchQuery.from_dict(
            {"filter": {"processInstanceKey": course, "name": "why"}}
        )
        found = town.client("bo").search_variables(data=query)
        assert [one.value for one in found.items] == ['"hurtigt"']
        assert verified(town)

    def test_tokens_go_into_the_scope_that_is_under_way(self, town: Town, nested: str) -> None:
        (task,) = tasks(town.client("bo"), process_instance_key=nested)
        modify(
            town,
            nested,
            activateInstructions=[{"elementId": "y"}],
            terminateInstructions=[{"elementInstanceKey": task.user_task_key}],
        )
        assert open_tasks(town, nested) == ["y"]
        # What is inside goes with the sub-process
        part = str(key_of_element(int(nested), "part#1"))
        modify(
            town,
            nested,
            activateInstructions=[{"elementId": "after"}],
            terminateInstructions=[{"elementInstanceKey": part}],
        )
        assert open_tasks(town, nested) == ["after"]
        wrong = refused(lambda: modify(town, nested, activateInstructions=[{"elementId": "y"}]))
        assert wrong.status_code == 400
        assert verified(town)

    @pytest.mark.parametrize(
        "instructions",
        [
            {},
            {"activateInstructions": [{"elementId": "nothing"}]},
            {"terminateInstructions": [{"elementId": "thank"}]},
            {"terminateInstructions": [{"elementInstanceKey": "12"}]},
        ],
    )
    def test_what_is_not_under_way_is_told(
        self, town: Town, small: str, instructions: dict[str, Any]
    ) -> None:
        course = start_small(town.client("dorte"), small)
        assert refused(lambda: modify(town, course, **instructions)).status_code == 400
        assert open_tasks(town, course) == ["ask"]

    def test_only_who_operates_moves_the_course_of_a_citizen(
        self, town: Town, small: str, anna: Citizen
    ) -> None:
        course = start_small(town.client("lone"), small, citizen_key=str(anna.key))
        move = {"terminateInstructions": [{"elementId": "ask"}]}
        for name in ("dorte", "mette"):
            assert refused(lambda name=name: modify(town, course, name, **move)).status_code == 403
        modify(town, course, **move)


class TestStandingStill:
    def test_a_suspended_instance_says_so_and_takes_nothing(self, town: Town, small: str) -> None:
        bo = town.client("bo")
        course = start_small(bo, small)
        (task,) = tasks(bo, process_instance_key=course)
        none = m.SuspendProcessInstanceRequest()
        bo.suspend_process_instance(process_instance_key=course, data=none)
        state = bo.get_process_instance(process_instance_key=course).state
        assert state.value == "SUSPENDED"
        data = answers(wish="Ro")
        late = refused(lambda: bo.complete_user_task(user_task_key=task.user_task_key, data=data))
        assert late.status_code == 409
        assert "sat i bero" in str(late)
        again = refused(lambda: bo.suspend_process_instance(process_instance_key=course, data=none))
        assert again.status_code == 409

        bo.resume_process_instance(
            process_instance_key=course, data=m.ResumeProcessInstanceRequest(operation_reference=7)
        )
        bo.complete_user_task(user_task_key=task.user_task_key, data=data)
        assert bo.get_process_instance(process_instance_key=course).state.value == "ACTIVE"
        assert verified(town)

    def test_the_reason_may_be_given_and_stands_in_the_journal(
        self, town: Town, small: str
    ) -> None:
        course = start_small(town.client("dorte"), small)
        url = f"/process-instances/{course}/suspension"
        assert town.http("bo").post(url, json={"reason": "Modellen rettes."}).status_code == 204
        assert town.http("bo").post(url, json={"reason": "x" * 2_001}).status_code == 400
        with town.house.database.read() as session:
            found = session.get_one(Course, int(course))
            acts = audit.acts(session, town.house.runtime, found)
        assert (acts.rows[0].kind, acts.rows[0].reason) == ("course:suspended", "Modellen rettes.")


class TestMigration:
    def newer(self, town: Town, **changes: str) -> str:
        text = FILES["small.bpmn"].decode()
        for old, new in changes.items():
            text = text.replace(f'"{old}"', f'"{new}"')
        files = {**FILES, "small.bpmn": text.encode()}
        done = town.client("dorte").create_deployment(data=deployment(files))
        return str(done.deployments[0].process_definition.process_definition_key)

    def migrate(self, town: Town, course: str, to: str, **mapping: str) -> None:
        town.client("bo").migrate_process_instance(
            process_instance_key=course,
            data=m.ProcessInstanceMigrationInstruction.from_dict(
                {
                    "targetProcessDefinitionKey": to,
                    "mappingInstructions": [
                        {"sourceElementId": old, "targetElementId": new}
                        for old, new in mapping.items()
                    ],
                }
            ),
        )

    def test_an_instance_moves_to_another_version_and_keeps_its_task(
        self, town: Town, small: str
    ) -> None:
        bo = town.client("bo")
        course = start_small(bo, small)
        (before,) = tasks(bo, process_instance_key=course)
        new = self.newer(town, thank="thanks")
        self.migrate(town, course, new)
        found = bo.get_process_instance(process_instance_key=course)
        assert found.process_definition_key == new
        assert found.process_definition_version == 2
        (after,) = tasks(bo, process_instance_key=course)
        assert after.user_task_key == before.user_task_key
        assert verified(town)

    def test_a_history_that_does_not_fit_is_refused_until_it_is_mapped(
        self, town: Town, small: str
    ) -> None:
        bo = town.client("bo")
        course = start_small(bo, small)
        (task,) = tasks(bo, process_instance_key=course)
        bo.complete_user_task(user_task_key=task.user_task_key, data=answers(wish="Ro"))
        new = self.newer(town, hear="listen", thank="thanks")
        self.migrate(town, course, new)  # nobody has been past `hear`
        assert verified(town)
        course = start_small(bo, small)
        (task,) = tasks(bo, process_instance_key=course)
        bo.complete_user_task(user_task_key=task.user_task_key, data=answers(wish="Ro"))
        newest = self.newer(town, hear="listen", thank="thanks", end="over")
        text = FILES["small.bpmn"].decode().replace('id="ask" name', 'id="first" name')
        text = text.replace('targetRef="ask"', 'targetRef="first"')
        text = text.replace('sourceRef="ask"', 'sourceRef="first"')
        files = {**FILES, "small.bpmn": text.encode()}
        done = town.client("dorte").create_deployment(data=deployment(files))
        last = str(done.deployments[0].process_definition.process_definition_key)
        assert refused(lambda: self.migrate(town, course, last)).status_code == 400
        self.migrate(town, course, last, ask="first")
        assert refused(lambda: self.migrate(town, course, last)).status_code == 400
        assert refused(lambda: self.migrate(town, course, "77")).status_code == 404
        assert newest != last
        assert verified(town)
        with town.house.database.read() as session:
            assert len(courses.past_versions(session, int(course))) == 1
