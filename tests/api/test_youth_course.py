"""The official Python client drives the youth course, as it stands in workflows/, from inquiry to closing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import BadRequestError

from app import canonical, courses, forms, jobs
from app.courses import CourseChoices
from app.definitions import library
from app.forms import Form
from tests.api.conftest import Town, deployment

ROOT = Path(__file__).parents[2]
WORKERS = {"mette": "youth", "lone": "intake", "tina": "team_leader"}
TOLD = ["purpose", "who_shares", "voluntary", "withdraw", "refusal", "access"]
GOAL = {
    "citizen_words": "Jeg vil op om morgenen",
    "goal": "Anna møder til tiden fire dage om ugen",
    "goal_type": "develop",
    "theme": "education",
    "target_date": "2027-06-01",
    "measure": "Skolens fraværsliste",
    "baseline": 3,
    "target": 1,
    "responsible": "mette",
}


@dataclass
class Work:
    """People who do their tasks through the client, and a clock that moves on when there are none."""

    town: Town
    course: str
    done: list[str] = field(default_factory=list)
    reviews: int = 0

    def __post_init__(self) -> None:
        self.clients = {name: self.town.client(name) for name in WORKERS}

    def to_the_end(self) -> None:
        auditor = self.town.client("karen")
        for _ in range(400):
            if self._one_task():
                continue
            if auditor.get_process_instance(process_instance_key=self.course).state != "ACTIVE":
                return
            self.town.clock.advance(timedelta(days=1))
            jobs.run_due(self.town.house.database, self.town.house.handlers)
        raise AssertionError(f"the course did not end after {self.done}")

    def _one_task(self) -> bool:
        wanted = m.UserTaskSearchQueryFilter(
            process_instance_key=self.course, state=m.UserTaskStateExactMatch.CREATED
        )
        for name, client in self.clients.items():
            query = m.UserTaskSearchQuery(filter_=wanted)
            for task in client.search_user_tasks(data=query).items:
                if task.assignee == name or (
                    task.assignee is None and WORKERS[name] in task.candidate_groups
                ):
                    self._do(name, task)
                    return True
        return False

    def _do(self, name: str, task: Any) -> None:
        client, key = self.clients[name], task.user_task_key
        form = forms.load(client.get_user_task_form(user_task_key=key).schema.encode())
        found = client.search_user_task_effective_variables(
            user_task_key=key, truncate_values=False
        )
        seen = {one.name: canonical.from_outside(one.value) for one in found.items}
        mine = m.UserTaskAssignmentRequest(assignee=name)
        client.assign_user_task(user_task_key=key, data=mine)
        wrong: object = None
        for answers in self._answers(form, task.element_id, seen):
            body = m.UserTaskCompletionRequest(
                variables=m.UserTaskCompletionRequestVariables.from_dict(answers)
            )
            try:
                client.complete_user_task(user_task_key=key, data=body)
            except BadRequestError as refused:
                wrong = refused.parsed
                continue
            self.done.append(task.element_id)
            return
        raise AssertionError(f"{task.element_id} is refused: {wrong}")

    def _answers(self, form: Form, element: str, seen: Any) -> Iterator[dict[str, Any]]:
        """Made-up answers that the form accepts, but for those that decide the way."""
        decided = self._decisions(element, seen)
        now = self.town.clock.now()
        with self.town.house.database.read() as session:
            choices = CourseChoices(session, courses.course(session, int(self.course)), now)
            for seed in range(60):
                made_up = forms.example(form, variables=seen, now=now, choices=choices, seed=seed)
                yield canonical.to_outside({**made_up, **decided})

    def _decisions(self, element: str, seen: Any) -> dict[str, Any]:
        day = self.town.clock.now().date()
        in_a_month = (day + timedelta(days=30)).isoformat()
        if element == "revise_goals":
            self.reviews += 1
            status = "continue" if self.reviews == 1 else "end"
            rows = [
                {
                    "goal": goal["key"],
                    "current_level": 2,
                    "citizen_view": "Det går bedre",
                    "professional_view": "Mindre fravær",
                    "status": status,
                }
                for goal in seen["current_goals"]
            ]
            more = {"next_follow_up": in_a_month} if status == "continue" else {}
            return {"reviews": rows, "support_step": "down", **more}
        return {
            "register_inquiry": {
                "concern_for_child": "no",
                "sender_relation": "parent",
                "sender_name": "Hanne Dal",
                "sender_contact": "77 00 99 01",
                "callback_wanted": True,
            },
            "treat_inquiry": {"outcome": "open_course", "responsible": "mette"},
            "call_back": {"reached": "yes", "call_note": "Aftalt at mødes"},
            "inform_citizen": {"informed_topics": TOLD, "consent_givers": ["citizen"]},
            "record_consent": {
                "consent_giver": "citizen",
                "decision": "given",
                "given_at": day.isoformat(),
                "valid_until": day.replace(year=day.year + 1).isoformat(),
                "purposes": ["coordination", "one_plan"],
                "recipient_parties": ["employment", "school"],
                "information_categories": ["education"],
            },
            "appoint_coordinator": {"coordinator": "mette", "deputy": "jonas"},
            "record_minutes": {"citizen_present": "yes", "citizen_said": "Det er rart"},
            "draft_goals": {"goals": [GOAL]},
            "approve_plan": {"approved": "yes", "next_follow_up": in_a_month},
            "close_course": {
                "outcome": "education",
                "goals_result": "Anna er i skole.",
                "after_check_on": None,
            },
        }.get(element, {})


def test_the_client_drives_the_youth_course_to_its_end(town: Town) -> None:
    # Given the models and forms as they stand, deployed over the API, and a citizen
    files = library.gather(ROOT / "workflows")
    town.client("dorte").create_deployment(data=deployment(dict(files)))
    anna = town.citizen("Anna", "Sø", "120388-1111")
    # When intake starts her course
    about = m.ProcessInstanceCreationInstructionBaseVariables.from_dict(
        {"citizen_key": str(anna.key)}
    )
    body = m.ProcessCreationById(process_definition_id="youth_course", variables=about)
    started = town.client("lone").create_process_instance(data=body)
    work = Work(town, started.process_instance_key)
    # and everyone does their tasks
    work.to_the_end()
    # Then it has gone from inquiry to closing, with two follow-ups, and without an incident
    assert work.done[0] == "register_inquiry"
    assert work.done[-1] == "close_course"
    assert work.done.count("revise_goals") == 2
    ended = town.client("karen").get_process_instance(
        process_instance_key=started.process_instance_key
    )
    assert (ended.state, ended.has_incident) == ("COMPLETED", False)
    assert ended.end_date > ended.start_date
