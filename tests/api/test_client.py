"""Each resource as the official client sees it: it decodes every answer, and misses no field."""

from __future__ import annotations

import json
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import ApiError, NotFoundError

from app.citizens import Citizen
from tests.api.conftest import FILES, MODEL, Town, deployment


def start(client: CamundaClient, key: str, **variables: Any) -> str:
    """Start the small course; returns its key."""
    given = m.ProcessInstanceCreationInstructionBaseVariables.from_dict(variables)
    body = m.ProcessCreationByKey(process_definition_key=key, variables=given)
    return client.create_process_instance(data=body).process_instance_key


def answers(**values: Any) -> m.UserTaskCompletionRequest:
    return m.UserTaskCompletionRequest(
        variables=m.UserTaskCompletionRequestVariables.from_dict(values)
    )


def tasks(client: CamundaClient, **wanted: Any) -> list[Any]:
    query = m.UserTaskSearchQuery(filter_=m.UserTaskSearchQueryFilter(**wanted))
    return client.search_user_tasks(data=query).items


def test_topology_shows_one_node(town: Town) -> None:
    found = town.client("mette").get_topology()
    assert (found.cluster_size, found.partitions_count) == (1, 1)
    assert found.brokers[0].partitions[0].role == "leader"


def test_status_asks_for_no_name(town: Town) -> None:
    assert town.http().get("/status").status_code == 204


def test_me(town: Town) -> None:
    found = town.client("mette").get_authentication()
    assert (found.username, found.display_name) == ("mette", "Mette Kragh")
    assert (found.groups, found.roles) == (["youth"], ["caseworker", "coordinator"])
    assert [tenant.tenant_id for tenant in found.tenants] == ["<default>"]


class TestDeployments:
    def test_a_model_and_its_form_are_published_and_known_by_their_keys(self, town: Town) -> None:
        designer = town.client("dorte")
        process, form = designer.create_deployment(data=deployment(FILES)).deployments
        assert process.process_definition.process_definition_id == "small"
        assert process.process_definition.process_definition_version == 1
        assert process.process_definition.resource_name == "small.bpmn"
        assert form.form.form_id == "ask"
        shown = designer.get_form_by_key(form_key=form.form.form_key)
        assert json.loads(shown.schema)["id"] == "ask"

    def test_the_same_files_again_keep_their_versions(self, town: Town, small: str) -> None:
        again = town.client("dorte").create_deployment(data=deployment(FILES))
        assert again.deployments[0].process_definition.process_definition_key == small

    def test_a_model_with_an_error_is_refused_with_the_findings(self, town: Town) -> None:
        broken = MODEL.replace('targetRef="ask"', 'targetRef="nobody"')
        files = {"resources": ("small.bpmn", broken.encode())}
        answer = town.http("dorte").post("/deployments", files=files)
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert "error" in {one["severity"] for one in answer.json()["findings"]}
        query = m.ProcessDefinitionSearchQuery()
        assert town.client("dorte").search_process_definitions(data=query).items == []

    def test_the_convenience_call_of_the_client_works(self, town: Town, tmp_path: Any) -> None:
        paths = []
        for name, content in FILES.items():
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content)
        done = town.client("dorte").deploy_resources_from_files(paths, tenant_id="<default>")
        assert [one.process_definition_id for one in done.processes] == ["small"]
        assert [one.form_id for one in done.forms] == ["ask"]

    @pytest.mark.parametrize("name", ["mette", "bo", "karen"])
    def test_only_who_may_publish_may_deploy(self, town: Town, name: str) -> None:
        with pytest.raises(ApiError) as refused:
            town.client(name).create_deployment(data=deployment(FILES))
        assert refused.value.status_code == 403


class TestProcessDefinitions:
    def test_found_by_id_with_the_xml_as_it_was_sent(self, town: Town, small: str) -> None:
        client = town.client("mette")
        wanted = m.ProcessDefinitionSearchQueryFilter(
            process_definition_id="small", is_latest_version=True
        )
        found = client.search_process_definitions(
            data=m.ProcessDefinitionSearchQuery(filter_=wanted)
        )
        assert [(one.name, one.version, one.state) for one in found.items] == [
            ("Lille forløb", 1, "ACTIVE")
        ]
        assert client.get_process_definition(process_definition_key=small) == found.items[0]
        assert client.get_process_definition_xml(process_definition_key=small) == MODEL

    def test_the_newest_version_is_told_apart(self, town: Town, small: str) -> None:
        changed = {**FILES, "small.bpmn": MODEL.replace("Sig tak", "Sig mange tak").encode()}
        town.client("dorte").create_deployment(data=deployment(changed))

        def versions(**wanted: Any) -> list[int]:
            order = m.ProcessDefinitionSearchQuerySortRequest(
                field=m.ProcessDefinitionSearchQuerySortRequestField.VERSION,
                order=m.SortOrderEnum.DESC,
            )
            query = m.ProcessDefinitionSearchQuery(
                filter_=m.ProcessDefinitionSearchQueryFilter(**wanted), sort=[order]
            )
            found = town.client("mette").search_process_definitions(data=query).items
            return [one.version for one in found]

        assert versions() == [2, 1]
        assert versions(is_latest_version=True) == [2]
        assert versions(is_latest_version=False) == [1]
        assert versions(has_start_form=True) == []

    def test_no_process_has_a_start_form(self, town: Town, small: str) -> None:
        assert town.http("mette").get(f"/process-definitions/{small}/form").status_code == 204


class TestProcessInstances:
    def test_a_course_is_started_and_found(self, town: Town, small: str, anna: Citizen) -> None:
        client = town.client("mette")
        # Given a caseworker with a task in the course, for its group has one
        course = start(town.client("lone"), small, citizen_key=str(anna.key))
        found = client.get_process_instance(process_instance_key=course)
        assert (found.process_definition_id, found.state) == ("small", "ACTIVE")
        assert (found.end_date, found.parent_process_instance_key, found.tags) == (None, None, [])
        wanted = m.ProcessInstanceSearchQueryFilter(
            process_definition_id="small", state=m.ProcessInstanceStateExactMatch.ACTIVE
        )
        query = m.ProcessInstanceSearchQuery(filter_=wanted)
        assert client.search_process_instances(data=query).items == [found]

    def test_without_a_citizen_it_is_technical(self, town: Town, small: str) -> None:
        course = start(town.client("dorte"), small, reason="prøve")
        for name in ("dorte", "bo", "karen"):
            assert town.client(name).get_process_instance(process_instance_key=course)

    def test_started_by_id_version_and_key(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        for body in (
            m.ProcessCreationById(process_definition_id="small"),
            m.ProcessCreationById(process_definition_id="small", process_definition_version=1),
            m.ProcessCreationByKey(process_definition_key=small),
        ):
            done = client.create_process_instance(data=body)
            assert (done.process_definition_key, done.process_definition_version) == (small, 1)
            assert (done.business_id, done.tags) == (None, [])

    def test_a_course_about_a_citizen_whom_one_does_not_see(
        self, town: Town, small: str, anna: Citizen
    ) -> None:
        course = start(town.client("lone"), small, citizen_key=str(anna.key))
        with pytest.raises(ApiError) as refused:
            town.client("frede").get_process_instance(process_instance_key=course)
        assert refused.value.status_code == 403
        for name in ("frede", "bo", "dorte"):
            found = town.client(name).search_process_instances(data=m.ProcessInstanceSearchQuery())
            assert found.items == []
            assert tasks(town.client(name)) == []
        with pytest.raises(ApiError) as refused:
            start(town.client("frede"), small, citizen_key=str(anna.key))
        assert refused.value.status_code == 403

    def test_pages_of_a_search(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        keys = [start(client, small) for _ in range(3)]
        order = m.ProcessInstanceSearchQuerySortRequest(
            field=m.ProcessInstanceSearchQuerySortRequestField.PROCESSINSTANCEKEY
        )

        def page(place: Any) -> Any:
            query = m.ProcessInstanceSearchQuery(sort=[order], page=place)
            return client.search_process_instances(data=query)

        first = page(m.LimitBasedPagination(limit=2))
        assert [one.process_instance_key for one in first.items] == keys[:2]
        assert (first.page.total_items, first.page.has_more_total_items) == (3, False)
        after = page(m.CursorBasedForwardPagination(after=first.page.end_cursor, limit=2))
        assert [one.process_instance_key for one in after.items] == keys[2:]
        before = page(m.CursorBasedBackwardPagination(before=after.page.start_cursor, limit=1))
        assert [one.process_instance_key for one in before.items] == keys[1:2]
        offset = page(m.OffsetBasedPagination(from_=1, limit=1))
        assert [one.process_instance_key for one in offset.items] == keys[1:2]
        beyond = page(m.OffsetBasedPagination(from_=9))
        assert (beyond.items, beyond.page.end_cursor) == ([], None)

    def test_narrowed_by_operators_variables_and_alternatives(self, town: Town, small: str) -> None:
        client = town.http("dorte")
        keys = [start(town.client("dorte"), small, number=number) for number in range(3)]

        def found(**wanted: Any) -> list[str]:
            answer = client.post("/process-instances/search", json={"filter": wanted})
            assert answer.status_code == 200, answer.text
            return [one["processInstanceKey"] for one in answer.json()["items"]]

        assert found(processDefinitionId={"$like": "sm*l?"}) == keys
        assert found(processDefinitionId={"$like": "sm?l"}) == []
        assert found(processInstanceKey={"$in": keys[:2]}) == keys[:2]
        assert found(processInstanceKey={"$notIn": keys[:2]}) == keys[2:]
        assert found(variables=[{"name": "number", "value": "1"}]) == keys[1:2]
        assert found(variables=[{"name": "number", "value": {"$neq": "1"}}]) == [keys[0], keys[2]]
        assert found(endDate={"$exists": True}) == []
        assert found(startDate={"$gte": "2026-08-03T09:00:00+02:00"}) == keys
        assert found(startDate={"$lt": "2026-08-03T07:00:00Z"}) == []
        assert found(hasIncident=False) == keys
        assert found(hasIncident=True) == []
        assert found(businessId="A-1") == []
        other = [{"processInstanceKey": keys[0]}, {"processInstanceKey": keys[2]}]
        assert found(**{"$or": other}) == [keys[0], keys[2]]


class TestUserTasks:
    def test_from_search_to_completion(self, town: Town, small: str, anna: Citizen) -> None:
        client = town.client("mette")
        course = start(town.client("lone"), small, citizen_key=str(anna.key))
        # When the caseworker looks for tasks of her group
        (task,) = tasks(client, state=m.UserTaskStateExactMatch.CREATED, candidate_group="youth")
        assert (task.name, task.element_id, task.priority) == ("Spørg borgeren", "ask", 70)
        assert (task.process_instance_key, task.candidate_groups) == (course, ["youth"])
        assert (task.due_date - task.creation_date).days == 14
        assert client.get_user_task(user_task_key=task.user_task_key) == task
        # and reads the form, takes the task and gives it back, takes it again, and completes it
        form = client.get_user_task_form(user_task_key=task.user_task_key)
        assert (form.form_id, form.form_key) == ("ask", task.form_key)
        mine = m.UserTaskAssignmentRequest(assignee="mette")
        client.assign_user_task(user_task_key=task.user_task_key, data=mine)
        assert client.get_user_task(user_task_key=task.user_task_key).assignee == "mette"
        client.unassign_user_task(user_task_key=task.user_task_key)
        assert client.get_user_task(user_task_key=task.user_task_key).assignee is None
        client.assign_user_task(user_task_key=task.user_task_key, data=mine)
        filled = answers(wish="En hund", hours=2.5)
        client.complete_user_task(user_task_key=task.user_task_key, data=filled)
        # Then it is done, and the course waits for the school
        assert tasks(client, state=m.UserTaskStateExactMatch.CREATED) == []

    def test_a_technical_course_is_worked_by_the_designer(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        course = start(client, small)
        (task,) = tasks(client, process_instance_key=course)
        client.complete_user_task(user_task_key=task.user_task_key, data=answers(wish="x", hours=1))
        assert tasks(client, element_id="ask", state=m.UserTaskStateExactMatch.COMPLETED)
        answered = m.MessageCorrelationRequest(name="school_answered", correlation_key=course)
        town.client("bo").correlate_message(data=answered)
        (thanks,) = tasks(client, state=m.UserTaskStateExactMatch.CREATED)
        assert thanks.form_key is None
        answer = town.http("dorte").get(f"/user-tasks/{thanks.user_task_key}/form")
        assert answer.status_code == 204
        town.client("bo").complete_user_task(user_task_key=thanks.user_task_key)
        assert client.get_process_instance(process_instance_key=course).state == "COMPLETED"

    def test_what_a_task_sees(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        course = start(client, small, wish="En hund", share=0.1)
        (task,) = tasks(client, process_instance_key=course)
        for search in (
            client.search_user_task_variables,
            client.search_user_task_effective_variables,
        ):
            seen = {one.name: one for one in search(user_task_key=task.user_task_key).items}
            assert {"course", "share", "wish"} == set(seen)
            assert (seen["share"].value, seen["wish"].value) == ("0.1", '"En hund"')
            assert seen["wish"].scope_key == course

    def test_narrowed_by_who_may_take_them(self, town: Town, small: str) -> None:
        client = town.http("dorte")
        start(town.client("dorte"), small)

        def count(**wanted: Any) -> int:
            answer = client.post("/user-tasks/search", json={"filter": wanted})
            assert answer.status_code == 200, answer.text
            return answer.json()["page"]["totalItems"]

        assert count() == 1
        assert count(candidateGroup="youth") == count(candidateGroup={"$exists": True}) == 1
        assert count(candidateGroup="intake") == count(candidateUser={"$exists": True}) == 0
        assert count(candidateUser={"$exists": False}) == 1
        assert count(elementId="ask") == 1
        assert count(elementId="sk") == 0
        assert count(priority={"$gte": 70, "$lt": 71}) == 1
        assert count(dueDate={"$lt": "2026-08-04T00:00:00Z"}) == 0
        assert count(localVariables=[{"name": "wish", "value": '"x"'}]) == 0
        assert count(**{"$or": [{"name": "Spørg*"}, {"name": {"$like": "Spørg*"}}]}) == 1
        assert count(tags=[]) == 1


class TestMessages:
    def test_a_message_reaches_the_course_that_waits(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        course = start(client, small)
        (task,) = tasks(client, process_instance_key=course)
        client.complete_user_task(user_task_key=task.user_task_key, data=answers(wish="x"))
        body = m.MessagePublicationRequest(
            name="school_answered",
            correlation_key=course,
            variables=m.MessagePublicationRequestVariables.from_dict({"grade": 7}),
        )
        assert town.client("bo").publish_message(data=body).message_key.isdigit()
        (thanks,) = tasks(client, state=m.UserTaskStateExactMatch.CREATED)
        assert thanks.element_id == "thank"

    def test_one_that_nobody_waits_for_is_kept_for_its_time(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        course = start(client, small)
        body = m.MessagePublicationRequest("school_answered", course, time_to_live=60_000)
        town.client("bo").publish_message(data=body)
        (task,) = tasks(client, process_instance_key=course)
        client.complete_user_task(user_task_key=task.user_task_key, data=answers(wish="x"))
        (thanks,) = tasks(client, state=m.UserTaskStateExactMatch.CREATED)
        assert thanks.element_id == "thank"

    def test_correlation_finds_a_course_or_nothing(self, town: Town, small: str) -> None:
        body = m.MessageCorrelationRequest(name="school_answered", correlation_key="nobody")
        with pytest.raises(NotFoundError):
            town.client("bo").correlate_message(data=body)

    def test_a_message_about_a_citizen_is_for_those_who_see_them(
        self, town: Town, anna: Citizen
    ) -> None:
        for waiting in (0, 60_000):
            body = m.MessagePublicationRequest(
                "consent_withdrawn", str(anna.key), time_to_live=waiting
            )
            with pytest.raises(ApiError) as refused:
                town.client("frede").publish_message(data=body)
            assert refused.value.status_code == 403


class TestVariables:
    def test_found_by_course_and_name(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        course = start(client, small, wish="En hund", long="x" * 9000)
        wanted = m.VariableSearchQueryFilter(process_instance_key=course, name="wish")
        (found,) = client.search_variables(data=m.VariableSearchQuery(filter_=wanted)).items
        assert (found.value, found.scope_key, found.is_truncated) == ('"En hund"', course, False)
        assert found.variable_key.isdigit()

    def test_long_values_are_cut_unless_asked_for_whole(self, town: Town, small: str) -> None:
        client = town.client("dorte")
        start(client, small, long="x" * 9000)
        query = m.VariableSearchQuery(filter_=m.VariableSearchQueryFilter(name="long"))
        (cut,) = client.search_variables(data=query).items
        assert (len(cut.value), cut.is_truncated) == (8191, True)
        (whole,) = client.search_variables(data=query, truncate_values=False).items
        assert (len(whole.value), whole.is_truncated) == (9002, False)

    def test_others_find_nothing(self, town: Town, small: str, anna: Citizen) -> None:
        start(town.client("lone"), small, citizen_key=str(anna.key))
        query = m.VariableSearchQuery(filter_=m.VariableSearchQueryFilter(name="citizen"))
        assert town.client("frede").search_variables(data=query).items == []
        (found,) = town.client("mette").search_variables(data=query).items
        assert json.loads(found.value)["key"] == str(anna.key)


def test_who_has_seen_whom_is_written_down(town: Town, small: str, anna: Citizen) -> None:
    from app.access import open_access_log

    start(town.client("lone"), small, citizen_key=str(anna.key))
    client = town.client("mette")
    (task,) = tasks(client)
    client.get_user_task(user_task_key=task.user_task_key)
    log = open_access_log(town.house.settings.database, town.clock)
    seen = [(row.actor, row.action) for row in log.of_citizen(anna.key)]
    log.database.engine.dispose()
    assert sorted(seen) == [
        ("lone", "course:start"),
        ("mette", "task:read"),
        ("mette", "task:search"),
    ]


def test_the_document_describes_every_resource(town: Town) -> None:
    found = town.http().get("/openapi.json").json()
    assert found["openapi"].startswith("3.1")
    described = set(found["paths"])
    served = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in town.app.url_map.iter_rules()
        if rule.rule.startswith("/v2")
    }
    assert described == served
    body = found["paths"]["/v2/deployments"]["post"]["requestBody"]["content"]
    assert "multipart/form-data" in body


def test_the_client_says_what_is_not_there(town: Town) -> None:
    with pytest.raises(ApiError) as missing:
        town.client("bo").search_batch_operations(data=m.BatchOperationSearchQuery())
    assert missing.value.status_code == 404
