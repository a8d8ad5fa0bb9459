"""Decisions as the official client sees them: deployed, found, read, made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError, NotFoundError

from app import audit
from tests.api.conftest import Town, deployment
from tests.api.test_client import start, tasks

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="support_file" name="Støtte til unge"
  namespace="urn:support">
  <decision id="grade" name="Grad">
    <variable name="grade"/>
    <informationRequirement><requiredInput href="#i1"/></informationRequirement>
    <literalExpression id="l1"><text>if age &lt; 18 then "ung" else "voksen"</text></literalExpression></decision>
  <inputData id="i1" name="age"/>
  <decision id="support" name="Støttetimer">
    <informationRequirement><requiredDecision href="#grade"/></informationRequirement>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="in1" label="Grad"><inputExpression><text>Grad</text></inputExpression></input>
      <output id="out1" name="hours"/><output id="out2" name="who"/>
      <rule id="r1"><inputEntry><text>"barn"</text></inputEntry>
        <outputEntry><text>0.5</text></outputEntry><outputEntry><text>"Skolen"</text></outputEntry></rule>
      <rule id="r2"><inputEntry><text>"ung"</text></inputEntry>
        <outputEntry><text>4.5</text></outputEntry><outputEntry><text>"Ungeteamet"</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""

UNIQUE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="twice_file" name="To regler"
  namespace="urn:twice"><decision id="twice" name="To gange"><decisionTable id="t2">
      <input id="in2" label="x"><inputExpression><text>x</text></inputExpression></input><output id="o" name="y"/>
      <rule id="a"><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
      <rule id="b"><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>2</text></outputEntry></rule>
    </decisionTable></decision></definitions>"""

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="ruled" name="Med beslutning" isExecutable="true"><startEvent id="s"/>
  <sequenceFlow id="f1" sourceRef="s" targetRef="r"/>
  <businessRuleTask id="r" name="Find støtte"><extensionElements>
    <zeebe:calledDecision decisionId="support" resultVariable="found"/></extensionElements></businessRuleTask>
  <sequenceFlow id="f2" sourceRef="r" targetRef="u"/>
  <userTask id="u" name="Aftal"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition assignee="=found.who"/></extensionElements></userTask></process></definitions>"""


def deployed(town: Town, text: str = DMN, name: str = "support.dmn") -> list[Any]:
    return (
        town.client("dorte").create_deployment(data=deployment({name: text.encode()})).deployments
    )


def made(client: CamundaClient, decision: str, **values: Any) -> Any:
    given = m.DecisionEvaluationByIdVariables.from_dict(values)
    body = m.DecisionEvaluationByID(decision_definition_id=decision, variables=given)
    return client.evaluate_decision(data=body)


class TestDeployment:
    def test_a_dmn_file_is_published_with_its_decisions(self, town: Town) -> None:
        items = deployed(town)
        decisions = [one.decision_definition for one in items if one.decision_definition]
        (whole,) = [one.decision_requirements for one in items if one.decision_requirements]
        assert [(one.decision_definition_id, one.name, one.version) for one in decisions] == [
            ("grade", "Grad", 1),
            ("support", "Støttetimer", 1),
        ]
        assert (whole.decision_requirements_id, whole.decision_requirements_name) == (
            "support_file",
            "Støtte til unge",
        )
        assert {one.decision_requirements_key for one in decisions} == {
            whole.decision_requirements_key
        }
        assert (whole.version, whole.resource_name) == (1, "support.dmn")

    def test_the_same_file_again_keeps_its_versions(self, town: Town) -> None:
        assert deployed(town) == deployed(town)

    def test_a_broken_table_is_refused_with_what_is_wrong(self, town: Town) -> None:
        broken = DMN.replace("<text>Grad</text>", "<text>Grad +</text>")
        answer = town.http("dorte").post(
            "/deployments", files={"resources": ("support.dmn", broken.encode())}
        )
        assert answer.status_code == 400
        (finding,) = [one for one in answer.json()["findings"] if one["severity"] == "error"]
        assert finding["code"] == "dmn:expression"
        assert "tegn" in finding["message"], "the position is said"


class TestDecisionDefinitions:
    def test_found_by_id_and_by_its_file(self, town: Town) -> None:
        deployed(town)
        client = town.client("dorte")

        def ids(**wanted: Any) -> list[str]:
            query = m.DecisionDefinitionSearchQuery(
                filter_=m.DecisionDefinitionSearchQueryFilter(**wanted),
                sort=[
                    m.DecisionDefinitionSearchQuerySortRequest(
                        field=m.DecisionDefinitionSearchQuerySortRequestField.NAME
                    )
                ],
            )
            found = client.search_decision_definitions(data=query).items
            return [one.decision_definition_id for one in found]

        assert ids() == ["grade", "support"]
        assert ids(name="Støttetimer") == ["support"]
        assert ids(decision_requirements_id="support_file") == ["grade", "support"]
        assert ids(decision_requirements_name="andet") == []

    def test_the_newest_version_is_told_apart_and_the_file_is_as_it_was_sent(
        self, town: Town
    ) -> None:
        deployed(town)
        deployed(town, DMN.replace("4.5", "6"))
        client = town.client("dorte")
        query = m.DecisionDefinitionSearchQuery(
            filter_=m.DecisionDefinitionSearchQueryFilter(
                decision_definition_id="support", is_latest_version=True
            )
        )
        (newest,) = client.search_decision_definitions(data=query).items
        assert (newest.version, newest.decision_requirements_version) == (2, 2)
        key = newest.decision_definition_key
        assert client.get_decision_definition(decision_definition_key=key) == newest
        xml = client.get_decision_definition_xml(decision_definition_key=key)
        assert xml == DMN.replace("4.5", "6")

    def test_what_is_not_there_is_not_found(self, town: Town) -> None:
        with pytest.raises(NotFoundError):
            town.client("dorte").get_decision_definition(decision_definition_key="77")


def test_a_file_is_found_as_a_whole(town: Town) -> None:
    deployed(town)
    client = town.client("dorte")
    (found,) = client.search_decision_requirements(data=m.DecisionRequirementsSearchQuery()).items
    assert (found.decision_requirements_name, found.version) == ("Støtte til unge", 1)
    key = found.decision_requirements_key
    assert client.get_decision_requirements(decision_requirements_key=key) == found
    assert client.get_decision_requirements_xml(decision_requirements_key=key) == DMN


class TestEvaluation:
    def test_a_decision_is_made_and_says_how(self, town: Town) -> None:
        deployed(town)
        answer = made(town.client("dorte"), "support", age=16)
        assert json.loads(answer.output) == {"hours": 4.5, "who": "Ungeteamet"}
        assert (answer.failure_message, answer.failed_decision_definition_id) == (None, None)
        grade, support = answer.evaluated_decisions
        assert (grade.decision_definition_type, grade.output) == ("LITERAL_EXPRESSION", '"ung"')
        assert support.decision_definition_type == "DECISION_TABLE"
        assert [
            (one.input_id, one.input_name, one.input_value) for one in support.evaluated_inputs
        ] == [("in1", "Grad", '"ung"')]
        (rule,) = support.matched_rules
        assert (rule.rule_id, rule.rule_index) == ("r2", 2)
        assert [(one.output_name, one.output_value) for one in rule.evaluated_outputs] == [
            ("hours", "4.5"),
            ("who", '"Ungeteamet"'),
        ]

    def test_an_older_version_is_asked_by_its_key(self, town: Town) -> None:
        old = next(
            one.decision_definition
            for one in deployed(town)
            if one.decision_definition
            and one.decision_definition.decision_definition_id == "support"
        )
        deployed(town, DMN.replace("4.5", "6"))
        body = m.DecisionEvaluationByKey(
            decision_definition_key=old.decision_definition_key,
            variables=m.DecisionEvaluationByIdVariables.from_dict({"age": 16}),
        )
        client = town.client("dorte")
        assert json.loads(client.evaluate_decision(data=body).output)["hours"] == 4.5
        assert json.loads(made(client, "support", age=16).output)["hours"] == 6

    def test_a_table_that_contradicts_itself_says_so(self, town: Town) -> None:
        deployed(town, UNIQUE, "twice.dmn")
        client = town.client("dorte")
        assert made(client, "twice", x=3).output == "1"
        answer = made(client, "twice", x=7)
        assert answer.output == "null"
        assert answer.failed_decision_definition_id == "twice"
        assert answer.failure_message == "Flere regler passer (1, 2), men højst én må."

    def test_an_unknown_decision_is_not_found(self, town: Town) -> None:
        with pytest.raises(NotFoundError):
            made(town.client("dorte"), "nobody")

    def test_a_citizen_may_not_ask(self, town: Town) -> None:
        deployed(town)
        with pytest.raises(ApiError) as refused:
            made(town.client("sofie"), "support", age=16)
        assert refused.value.status_code == 403


def test_a_course_decides_by_a_deployed_table(town: Town) -> None:
    deployed(town)
    client = town.client("dorte")
    done = client.create_deployment(data=deployment({"ruled.bpmn": BPMN.encode()}))
    key = done.deployments[0].process_definition.process_definition_key
    course = start(client, key, age=16)
    (task,) = tasks(client, process_instance_key=course)
    assert task.assignee == "Ungeteamet"


def test_a_course_decides_by_the_imported_table_that_its_version_was_published_with(
    town: Town,
) -> None:
    """Given a model pinned to a file that imports another, when the other is published anew, then nothing changes."""
    importing = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="whole" name="Samlet"
      namespace="urn:whole"><import name="f" namespace="urn:support"
        importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>
      <decision id="helper" name="Hjælper"><informationRequirement>
        <requiredDecision href="urn:support#support"/></informationRequirement>
        <literalExpression id="l9"><text>f.Støttetimer.who</text></literalExpression></decision></definitions>"""
    model = BPMN.replace('decisionId="support"', 'decisionId="helper" bindingType="deployment"')
    client = town.client("dorte")
    files = {"ruled.bpmn": model.replace("found.who", "found"), "support.dmn": DMN}
    sent = {**files, "whole.dmn": importing}
    done = client.create_deployment(
        data=deployment({name: text.encode() for name, text in sent.items()})
    )
    key = done.deployments[0].process_definition.process_definition_key
    deployed(town, DMN.replace("Ungeteamet", "Nogen andre"))
    course = start(client, key, age=16)
    (task,) = tasks(client, process_instance_key=course)
    assert task.assignee == "Ungeteamet"
    assert json.loads(made(client, "helper", age=16).output) == "Ungeteamet", "pinned as well"
    whole = m.DecisionDefinitionSearchQuery(
        filter_=m.DecisionDefinitionSearchQueryFilter(decision_definition_id="helper")
    )
    (found,) = client.search_decision_definitions(data=whole).items
    assert (
        client.get_decision_definition_xml(decision_definition_key=found.decision_definition_key)
        == importing
    )
    with town.house.database.read() as session:
        assert audit.verify(session, town.house.runtime).ok


class TestDecisionInstances:
    """What courses have decided, decided again."""

    def test_a_courses_decisions_are_found_with_their_values(self, town: Town) -> None:
        course = ruled(town, age=16)
        ruled(town, age=30)
        found = instances(town, process_instance_key=course)
        assert [(one.decision_definition_id, json.loads(one.result)) for one in found] == [
            ("grade", "ung"),
            ("support", {"hours": 4.5, "who": "Ungeteamet"}),
        ]
        assert {one.state for one in found} == {"EVALUATED"}
        assert {one.process_instance_key for one in found} == {course}
        assert {one.evaluation_date for one in found} == {town.clock.now()}
        tables = m.DecisionDefinitionTypeEnum.DECISION_TABLE
        (table,) = instances(town, decision_definition_type=tables, process_instance_key=course)
        assert table.decision_evaluation_key == found[0].decision_evaluation_key

    def test_one_is_read_with_its_inputs_and_the_rules_that_matched(self, town: Town) -> None:
        course = ruled(town, age=16)
        key = instances(town, process_instance_key=course)[1].decision_evaluation_instance_key
        one = town.client("karen").get_decision_instance(decision_evaluation_instance_key=key)
        assert [(each.input_name, each.input_value) for each in one.evaluated_inputs] == [
            ("Grad", '"ung"')
        ]
        assert [rule.rule_id for rule in one.matched_rules] == ["r2"]

    def test_they_stay_as_they_were_when_the_table_is_published_anew(self, town: Town) -> None:
        course = ruled(town, age=16)
        before = instances(town, process_instance_key=course)
        deployed(town, DMN.replace("4.5", "6"))
        assert instances(town, process_instance_key=course) == before
        assert before[1].decision_definition_version == 1

    def test_all_courses_are_looked_through_and_sorted(self, town: Town) -> None:
        ages = (16, 17)
        courses = [ruled(town, age=age) for age in ages]
        query = m.DecisionInstanceSearchQuery(
            filter_=m.DecisionInstanceSearchQueryFilter(decision_definition_id="support"),
            sort=[
                m.DecisionInstanceSearchQuerySortRequest(
                    field=m.DecisionInstanceSearchQuerySortRequestField.PROCESSINSTANCEKEY,
                    order=m.SortOrderEnum.ASC,
                )
            ],
        )
        found = town.client("dorte").search_decision_instances(data=query).items
        assert [one.process_instance_key for one in found] == sorted(courses)

    def test_what_is_not_there_is_not_found_and_what_may_not_be_seen_is_left_out(
        self, town: Town
    ) -> None:
        course = ruled(town, age=16)
        key = instances(town, process_instance_key=course)[0].decision_evaluation_instance_key
        for wrong in ("77", "77-1", "x", key.replace("-1", "-9")):
            with pytest.raises(NotFoundError):
                town.client("dorte").get_decision_instance(decision_evaluation_instance_key=wrong)
        with pytest.raises(ApiError) as refused:
            town.client("sofie").get_decision_instance(decision_evaluation_instance_key=key)
        assert refused.value.status_code == 403


def ruled(town: Town, **values: Any) -> str:
    """Start the technical course that asks the table; its key."""
    deployed(town)
    client = town.client("dorte")
    done = client.create_deployment(data=deployment({"ruled.bpmn": BPMN.encode()}))
    return str(
        start(client, done.deployments[0].process_definition.process_definition_key, **values)
    )


def instances(town: Town, **wanted: Any) -> list[Any]:
    query = m.DecisionInstanceSearchQuery(filter_=m.DecisionInstanceSearchQueryFilter(**wanted))
    return list(town.client("dorte").search_decision_instances(data=query).items)
