"""What public Zeebe models contain, each construct in a small model of ours: published unchanged, run with workers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from camunda_orchestration_sdk import models as m

from tests.api.conftest import Town, deployment
from tests.api.modeler import document, flow, job, start
from tests.api.test_jobs import state, take, values, variables, verify


def published(town: Town, *bodies: str) -> None:
    for body in bodies:
        town.client("dorte").create_deployment(data=deployment({"model.bpmn": document(body)}))


def begun(town: Town, process: str, **given: Any) -> str:
    body = m.ProcessCreationById(
        process_definition_id=process,
        variables=m.ProcessInstanceCreationInstructionBaseVariables.from_dict(given),
    )
    return town.client("dorte").create_process_instance(data=body).process_instance_key


def work(town: Town, kind: str, act: Callable[[Any], dict[str, Any]] = lambda _: {}) -> list[Any]:
    """Do all jobs of a type that are there; returns them."""
    client = town.client("bo")
    jobs = take(client, kind, max_jobs_to_activate=50)
    for one in jobs:
        client.complete_job(job_key=one.job_key, data=values(**act(one)))
    return jobs


def test_start_events_with_output_mappings_in_a_multi_instance_with_a_null_input(
    town: Town,
) -> None:
    published(
        town,
        f"""<bpmn:process id="claims" isExecutable="true">
        {start("s", '<zeebe:output source="=5" target="limit" />')}
        <bpmn:subProcess id="each"><bpmn:extensionElements><zeebe:ioMapping>
            <zeebe:input source="=null" target="key" /></zeebe:ioMapping></bpmn:extensionElements>
          <bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
            <zeebe:loopCharacteristics inputCollection="=details.lines" inputElement="line"
              outputCollection="keys" outputElement="=key" /></bpmn:extensionElements>
          </bpmn:multiInstanceLoopCharacteristics>
          {start("i", '<zeebe:output source="=string(customer) + &#34;-&#34; + line.name" target="key" />')}
          {job("ask", "=&#34;ask-&#34; + line.name", tag="sendTask")}<bpmn:endEvent id="ie"/>{flow("i", "ask", "ie")}
        </bpmn:subProcess><bpmn:endEvent id="e"/>{flow("s", "each", "e")}</bpmn:process>""",
    )
    lines = [{"name": "a"}, {"name": "b"}]
    course = begun(town, "claims", customer=123, details={"lines": lines})
    for name in ("a", "b"):
        (one,) = work(town, f"ask-{name}")
        assert one.variables.to_dict()["key"] == f"123-{name}"
    assert state(town, course) == "COMPLETED"
    seen = variables(town, course)
    assert (seen["limit"], seen["keys"]) == ("5", '["123-a","123-b"]')
    assert "key" not in seen
    verify(town, course)


def test_an_error_with_variables_at_a_mapped_boundary_and_a_way_back(town: Town) -> None:
    published(
        town,
        f"""<bpmn:process id="pay" isExecutable="true"><bpmn:startEvent id="s"/>{job("credit", "credit")}
        <bpmn:exclusiveGateway id="enough"/>
        {job("card", "card", '<zeebe:ioMapping><zeebe:input source="=rest" target="open" /></zeebe:ioMapping>')}
        <bpmn:boundaryEvent id="bad" attachedToRef="card"><bpmn:extensionElements><zeebe:ioMapping>
          <zeebe:output source="=errorMessage" target="why" /></zeebe:ioMapping></bpmn:extensionElements>
          <bpmn:errorEventDefinition id="ed" errorRef="err" /></bpmn:boundaryEvent>
        <bpmn:userTask id="check"><bpmn:extensionElements>
          <zeebe:formDefinition formKey="camunda-forms:bpmn:userTaskForm_1" /></bpmn:extensionElements></bpmn:userTask>
        <bpmn:intermediateThrowEvent id="none"/><bpmn:endEvent id="e"/>
        {flow("s", "credit", "enough")}{flow("bad", "check", "card", "e")}{flow("none", "e")}
        {flow("enough", "card", condition="=rest &gt; 0")}{flow("enough", "none", condition="= rest = 0")}
        </bpmn:process><bpmn:error id="err" name="Expired" errorCode="expired" />""",
    )
    course = begun(town, "pay")
    work(town, "credit", lambda _: {"rest": 5})
    client = town.client("bo")
    (one,) = take(client, "card")
    assert one.variables.to_dict()["open"] == 5
    given = m.JobErrorRequestVariables.from_dict({"errorMessage": "gammelt kort"})
    client.throw_job_error(
        job_key=one.job_key, data=m.JobErrorRequest(error_code="expired", variables=given)
    )
    (task,) = client.search_user_tasks(data=m.UserTaskSearchQuery()).items
    assert (task.element_id, task.form_key) == ("check", None)
    client.complete_user_task(user_task_key=task.user_task_key)
    work(town, "card")
    assert state(town, course) == "COMPLETED"
    assert variables(town, course)["why"] == '"gammelt kort"'
    verify(town, course)


def test_a_call_of_the_latest_version_in_a_multi_instance_after_a_timer(town: Town) -> None:
    published(
        town,
        f"""<bpmn:process id="inner" isExecutable="true"><bpmn:startEvent id="s"/>{job("j", "inner-work")}
        <bpmn:endEvent id="e"/>{flow("s", "j", "e")}</bpmn:process>""",
        f"""<bpmn:process id="outer" isExecutable="true"><bpmn:startEvent id="s"/>
        <bpmn:intermediateCatchEvent id="w"><bpmn:timerEventDefinition id="t">
          <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">PT5S</bpmn:timeDuration></bpmn:timerEventDefinition>
        </bpmn:intermediateCatchEvent>
        <bpmn:subProcess id="each"><bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
          <zeebe:loopCharacteristics inputCollection="=list" inputElement="item" outputCollection="results"
            outputElement="=answer" /></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
          <bpmn:startEvent id="is"/><bpmn:callActivity id="call"><bpmn:extensionElements>
            <zeebe:calledElement processId="inner" propagateAllChildVariables="true" /></bpmn:extensionElements>
          </bpmn:callActivity><bpmn:endEvent id="ie"/>{flow("is", "call", "ie")}</bpmn:subProcess>
        <bpmn:endEvent id="e"/>{flow("s", "w", "each", "e")}</bpmn:process>""",
    )
    course = begun(town, "outer", list=[1, 2, 3])
    assert work(town, "inner-work") == []
    town.clock.advance(timedelta(seconds=6))
    from app import jobs

    jobs.run_due(town.house.database, town.house.handlers)
    done = work(town, "inner-work", lambda one: {"answer": one.variables.to_dict()["item"] * 2})
    assert len(done) == 3
    assert {one.process_instance_key for one in done} == {course}
    assert state(town, course) == "COMPLETED"
    assert variables(town, course)["results"] == "[2,4,6]"
    verify(town, course)


def test_a_message_start_beside_an_event_sub_process_on_the_same_message(town: Town) -> None:
    def message(name: str, key: str) -> str:
        return f"""<bpmn:message id="{name}" name="{name}"><bpmn:extensionElements>
          <zeebe:subscription correlationKey="{key}" /></bpmn:extensionElements></bpmn:message>"""

    def catch(name: str, what: str) -> str:
        return f"""<bpmn:intermediateCatchEvent id="{name}"><bpmn:messageEventDefinition id="{name}_d"
          messageRef="{what}"/></bpmn:intermediateCatchEvent>"""

    published(
        town,
        f"""<bpmn:process id="parcels" isExecutable="true">
        <bpmn:startEvent id="ordered"><bpmn:messageEventDefinition id="m1" messageRef="ORDER"/></bpmn:startEvent>
        <bpmn:subProcess id="each"><bpmn:extensionElements />
          <bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
            <zeebe:loopCharacteristics inputCollection="=items" inputElement="item" /></bpmn:extensionElements>
          </bpmn:multiInstanceLoopCharacteristics><bpmn:startEvent id="ps"/><bpmn:eventBasedGateway id="which"/>
          {catch("yes", "DELIVERED")}{catch("no", "FAILED")}<bpmn:endEvent id="pe"/>
          {flow("ps", "which", "yes", "pe")}{flow("which", "no", "which")}</bpmn:subProcess>
        <bpmn:subProcess id="twice" triggeredByEvent="true">
          <bpmn:startEvent id="again" isInterrupting="false"><bpmn:messageEventDefinition id="m2" messageRef="ORDER"/>
          </bpmn:startEvent><bpmn:endEvent id="ignored"/>{flow("again", "ignored")}</bpmn:subProcess>
        <bpmn:endEvent id="e"/>{flow("ordered", "each", "e")}
        <bpmn:textAnnotation id="note"><bpmn:text>for each item</bpmn:text></bpmn:textAnnotation>
        <bpmn:association id="a1" sourceRef="each" targetRef="note" /></bpmn:process>
        {message("ORDER", "=order")}{message("DELIVERED", "=item")}{message("FAILED", "=item")}""",
    )

    def publish(name: str, key: str, **given: Any) -> None:
        body = m.MessagePublicationRequest(
            name=name,
            correlation_key=key,
            variables=m.MessagePublicationRequestVariables.from_dict(given),
        )
        town.client("bo").publish_message(data=body)

    publish("ORDER", "o1", order="o1", items=["i1", "i2"])
    query = m.ProcessInstanceSearchQuery()
    (found,) = town.client("dorte").search_process_instances(data=query).items
    publish("ORDER", "o1")
    for name, key in (("FAILED", "i1"), ("DELIVERED", "i2"), ("DELIVERED", "i1")):
        assert state(town, found.process_instance_key) == "ACTIVE"
        publish(name, key)
    assert state(town, found.process_instance_key) == "COMPLETED"
    verify(town, found.process_instance_key)


def test_lots_drawn_in_a_script_manual_tasks_and_a_pool_beside_others(town: Town) -> None:
    script = """={list: [&#34;a&#34;, &#34;b&#34;], at: modulo((1 + floor(random number() * 6)), 2) + 1,
      out: list[at]}.out"""
    published(
        town,
        f"""<bpmn:collaboration id="c"><bpmn:participant id="p1" name="Ours" processRef="lots" />
          <bpmn:participant id="p2" name="Theirs" /><bpmn:messageFlow id="mf" sourceRef="p2" targetRef="s" />
          <bpmn:textAnnotation id="ta"><bpmn:text>x</bpmn:text></bpmn:textAnnotation>
          <bpmn:association id="aa" associationDirection="None" sourceRef="p2" targetRef="ta" /></bpmn:collaboration>
        <bpmn:process id="lots" isExecutable="true"><bpmn:startEvent id="s"/>
        <bpmn:scriptTask id="draw"><bpmn:extensionElements><zeebe:script expression="{script}" resultVariable="lot" />
          </bpmn:extensionElements></bpmn:scriptTask>
        <bpmn:exclusiveGateway id="g" default="g_m"/><bpmn:manualTask id="m"/><bpmn:task id="t"/><bpmn:endEvent id="e"/>
        {flow("s", "draw", "g", "m", "e")}{flow("g", "t", condition='=is defined(lot) and lot = "b"')}{flow("t", "e")}
        </bpmn:process>""",
    )
    lots = set()
    for _ in range(12):
        town.clock.advance(timedelta(milliseconds=7))
        course = begun(town, "lots")
        assert state(town, course) == "COMPLETED"
        lots.add(variables(town, course)["lot"])
        verify(town, course)
    assert lots == {'"a"', '"b"'}


@pytest.mark.parametrize("size", [120_000])
def test_a_property_as_long_as_a_picture_is_passed_over(town: Town, size: int) -> None:
    published(
        town,
        f"""<bpmn:process id="long" isExecutable="true"><bpmn:startEvent id="s"><bpmn:extensionElements>
        <zeebe:properties><zeebe:property name="camundaModeler:exampleOutputJson" value="{"A" * size}" />
        </zeebe:properties></bpmn:extensionElements></bpmn:startEvent><bpmn:endEvent id="e"/>{flow("s", "e")}
        </bpmn:process>""",
    )
    assert state(town, begun(town, "long")) == "COMPLETED"


def test_a_task_whose_model_names_somebody_who_is_not_here_is_taken_over_and_done(
    town: Town,
) -> None:
    published(
        town,
        f"""<bpmn:process id="named" isExecutable="true"><bpmn:startEvent id="s"/>
        {
            "".join(
                f'''<bpmn:userTask id="{one}"><bpmn:extensionElements><zeebe:userTask/>
          <zeebe:assignmentDefinition assignee="demo"/><zeebe:taskHeaders><zeebe:header key="system" value="{one}"/>
          </zeebe:taskHeaders></bpmn:extensionElements></bpmn:userTask>'''
                for one in "ab"
            )
        }
        <bpmn:endEvent id="e"/>{flow("s", "a", "b", "e")}</bpmn:process>""",
    )
    course, client = begun(town, "named"), town.client("bo")
    (first,) = client.search_user_tasks(data=m.UserTaskSearchQuery()).items
    assert (first.assignee, first.custom_headers.to_dict()) == ("demo", {"system": "a"})
    client.complete_user_task(user_task_key=first.user_task_key)
    query = m.UserTaskSearchQuery(filter_=m.UserTaskSearchQueryFilter(element_id="b"))
    (second,) = client.search_user_tasks(data=query).items
    mine = m.UserTaskAssignmentRequest(assignee="bo")
    client.assign_user_task(user_task_key=second.user_task_key, data=mine)
    client.complete_user_task(user_task_key=second.user_task_key)
    assert state(town, course) == "COMPLETED"
    verify(town, course)


def test_leftovers_of_an_older_engine_inputs_without_a_source_and_a_filter_that_takes_all(
    town: Town,
) -> None:
    """What element templates and a move from Camunda 7 leave behind: Camunda 8 passes over it, so the model runs."""
    published(
        town,
        f"""<bpmn:process id="moved" isExecutable="true"><bpmn:startEvent id="s" camunda:initiator="me"/>
        <bpmn:serviceTask id="send" camunda:class="a.Mail" camunda:asyncBefore="true"><bpmn:extensionElements>
          <zeebe:taskDefinition type="io.camunda:sendgrid:1"/><zeebe:agentDefinition agentType="mail"/><zeebe:ioMapping>
          <zeebe:input source="" target="apiKey"/><zeebe:input target="to.name"/><zeebe:input source="1" target="kind"/>
          <zeebe:input source="=get or else(subject, to json([1]))" target="title"/></zeebe:ioMapping>
          <zeebe:taskHeaders/></bpmn:extensionElements></bpmn:serviceTask>
        <bpmn:intermediateCatchEvent id="wait"><bpmn:conditionalEventDefinition id="cd"><bpmn:extensionElements>
          <zeebe:conditionalFilter variableNames="ready" variableEvents="create, update"/></bpmn:extensionElements>
          <bpmn:condition xsi:type="bpmn:tFormalExpression">=ready</bpmn:condition></bpmn:conditionalEventDefinition>
        </bpmn:intermediateCatchEvent><bpmn:endEvent id="e"/>{flow("s", "send", "wait", "e")}</bpmn:process>""",
    )
    course = begun(town, "moved", to={"name": "ydre"}, ready=False)
    (one,) = work(town, "io.camunda:sendgrid:1")
    seen = one.variables.to_dict()
    assert (seen["apiKey"], seen["to"], seen["kind"]) == ("", {"name": None}, "1")
    assert seen["title"] == "[1]"
    given = m.SetVariableRequestVariables.from_dict({"ready": True})
    town.client("bo").create_element_instance_variables(
        element_instance_key=course, data=m.SetVariableRequest(variables=given)
    )
    assert state(town, course) == "COMPLETED"
    verify(town, course)
