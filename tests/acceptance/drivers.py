"""Two ways of doing the same work: people at the pages in a browser, and their programs at `/v2`.

A scenario says who does what, and when; the way says how. What only a page can tell stands behind `drawn`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk import models as m
from camunda_orchestration_sdk.errors import BadRequestError

from app import canonical, citizens, forms
from app.citizens import NewCitizen
from app.courses import Course, CourseChoices, Task
from app.invented import PASSWORD
from tests.web.youth import YouthTown

if TYPE_CHECKING:
    from tests.acceptance.town import Town

Answers = Mapping[str, Any]
SEEDS = 80
"""How many made-up fillings of a form are tried."""

TO_COURSES = {"coordinator_absent", "complaint_received"}
"""Messages to one course; the others reach all courses of the citizen."""


class Way(Protocol):
    """How work is done."""

    drawn: bool
    """Whether there are pages to look at."""

    def inquire(self, cpr: str, name: str, kind: str, said: Answers) -> None:
        """Lone takes an inquiry down about a citizen whom nobody knows yet."""
        ...

    def do(self, username: str, task: str, citizen: str, answers: Answers) -> None:
        """Find a task about a citizen, fill in its form, and send it; the rest of the form is made up."""
        ...

    def report(self, username: str, course: int, what: str, reason: str) -> None:
        """Tell a course what has happened."""
        ...

    def offered(self, username: str, citizen: str) -> list[str]:
        """The names of the tasks about a citizen that somebody may do, sorted."""
        ...

    def due(self, username: str, task: str, citizen: str) -> datetime | None:
        """When such a task is to be done."""
        ...

    def ended(self, username: str, course: int) -> bool:
        """Whether a course is over."""
        ...


class ByPages:
    """People at their browsers."""

    drawn = True

    def __init__(self, town: Town) -> None:
        self.town = town

    def inquire(self, cpr: str, name: str, kind: str, said: Answers) -> None:
        self.town.at("lone").take_down(cpr, name, kind, said)

    def do(self, username: str, task: str, citizen: str, answers: Answers) -> None:
        town, visitor = self.town, self.town.at(username)
        visitor.open_task(task, citizen)
        key = int(visitor.path.split("/")[2])
        with town.house.database.read() as session:
            waiting = session.get_one(Task, key)
        youth = YouthTown(town.app, town.house, town.clock)
        visitor.send(_given(youth.filled(waiting, dict(answers))))

    def report(self, username: str, course: int, what: str, reason: str) -> None:
        visitor = self.town.at(username)
        visitor.go(f"/courses/{course}/report")
        visitor.page.locator(f'[name="what"][value="{what}"]').check(force=True)
        visitor.page.locator('[name="reason"]').fill(reason)
        visitor.press(visitor.page.get_by_role("button", name="Meld det"))
        assert visitor.path == f"/courses/{course}", visitor.page.locator("main").inner_text()

    def offered(self, username: str, citizen: str) -> list[str]:
        visitor = self.town.at(username)
        visitor.go("/inbox")
        rows = visitor.page.locator("table.inbox tr", has_text=citizen)
        return sorted(rows.locator("a.task").all_inner_texts())

    def due(self, username: str, task: str, citizen: str) -> datetime | None:
        visitor = self.town.at(username)
        visitor.go("/inbox")
        row = visitor.page.locator("table.inbox tr", has_text=citizen).filter(has_text=task)
        said = row.locator("th time").first.get_attribute("datetime")
        return datetime.fromisoformat(said) if said else None

    def ended(self, username: str, course: int) -> bool:
        visitor = self.town.at(username)
        visitor.go(f"/courses/{course}")
        return "Afsluttet" in visitor.page.locator("main").inner_text()


class ByApi:
    """Programs at `/v2` with the official client, each in the name of its person."""

    drawn = False

    def __init__(self, town: Town) -> None:
        self.town = town
        self._clients: dict[str, CamundaClient] = {}

    def inquire(self, cpr: str, name: str, kind: str, said: Answers) -> None:
        """A number never goes over the API: the citizen is in the register, and the course knows the key."""
        first, _, last = name.partition(" ")
        new, house = NewCitizen(cpr, first, last), self.town.house
        keyring = house.runtime.keyring
        found = house.database.run(
            lambda work: citizens.find_or_register(work, keyring, new, "lone")
        )
        about = m.ProcessInstanceCreationInstructionBaseVariables.from_dict(
            {"citizen_key": str(found.key)}
        )
        body = m.ProcessCreationById(process_definition_id=kind, variables=about)
        self.client("lone").create_process_instance(data=body)
        self.do("lone", "Registrér henvendelse", name, said)

    def do(self, username: str, task: str, citizen: str, answers: Answers) -> None:
        client = self.client(username)
        found = [one for one in self._tasks(username, citizen) if one.name == task]
        assert found, (username, task, self.offered(username, citizen))
        key = found[0].user_task_key
        if found[0].assignee != username:
            mine = m.UserTaskAssignmentRequest(assignee=username)
            client.assign_user_task(user_task_key=key, data=mine)
        wrong: object = None
        for filled in self._fillings(client, key, answers):
            variables = m.UserTaskCompletionRequestVariables.from_dict(filled)
            body = m.UserTaskCompletionRequest(variables=variables)
            try:
                client.complete_user_task(user_task_key=key, data=body)
            except BadRequestError as refused:
                wrong = refused.parsed
                continue
            return
        raise AssertionError(f"{task} is refused: {wrong}")

    def report(self, username: str, course: int, what: str, reason: str) -> None:
        with self.town.house.database.read() as session:
            about = session.get_one(Course, course).citizen_key
        said = m.MessageCorrelationRequestVariables.from_dict({"reason": reason})
        key = str(course if what in TO_COURSES else about)
        body = m.MessageCorrelationRequest(name=what, correlation_key=key, variables=said)
        self.client(username).correlate_message(data=body)

    def offered(self, username: str, citizen: str) -> list[str]:
        return sorted(one.name for one in self._tasks(username, citizen))

    def due(self, username: str, task: str, citizen: str) -> datetime | None:
        found = [one for one in self._tasks(username, citizen) if one.name == task]
        return found[0].due_date if found else None

    def ended(self, username: str, course: int) -> bool:
        found = self.client(username).get_process_instance(process_instance_key=str(course))
        return bool(found.state == "COMPLETED")

    def client(self, username: str) -> CamundaClient:
        """The official client, unchanged, with Basic authentication."""
        if username not in self._clients:
            self._clients[username] = CamundaClient(
                configuration={
                    "CAMUNDA_REST_ADDRESS": self.town.base,
                    "CAMUNDA_AUTH_STRATEGY": "BASIC",
                    "CAMUNDA_BASIC_AUTH_USERNAME": username,
                    "CAMUNDA_BASIC_AUTH_PASSWORD": PASSWORD,
                }
            )
        return self._clients[username]

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _tasks(self, username: str, citizen: str) -> list[Any]:
        """The open tasks of the citizen's courses that somebody has, or may take."""
        keys = [str(one.key) for one in self.town.courses_of(citizen)]
        wanted = m.UserTaskSearchQueryFilter(
            process_instance_key=m.AdvancedProcessInstanceKeyFilter(in_=keys),
            state=m.UserTaskStateExactMatch.CREATED,
        )
        found = self.client(username).search_user_tasks(data=m.UserTaskSearchQuery(filter_=wanted))
        groups = set(self.town.groups[username])
        return [
            one
            for one in found.items
            if one.assignee == username
            or (one.assignee is None and (groups & {*one.candidate_groups}))
            or (one.assignee is None and username in one.candidate_users)
        ]

    def _fillings(
        self, client: CamundaClient, key: str, answers: Answers
    ) -> Iterator[dict[str, Any]]:
        """Fillings of the task's form, as the API gives it, that a program could make up."""
        form = forms.load(client.get_user_task_form(user_task_key=key).schema.encode())
        found = client.search_user_task_effective_variables(
            user_task_key=key, truncate_values=False
        )
        seen = {one.name: canonical.from_outside(one.value) for one in found.items}
        now = self.town.clock.now()
        with self.town.house.database.read() as session:
            course = session.get_one(Course, session.get_one(Task, int(key)).course_key)
            choices = CourseChoices(session, course, now)
            for seed in range(SEEDS):
                made_up = forms.example(form, variables=seen, now=now, choices=choices, seed=seed)
                yield canonical.to_outside(_given({**made_up, **answers}))


def _given(answers: Any) -> Any:
    """Answers without those that are none."""
    if isinstance(answers, dict):
        return {name: _given(value) for name, value in answers.items() if value is not None}
    if isinstance(answers, list):
        return [_given(value) for value in answers]
    return answers
