"""A town that runs the youth course of workflows/: people, citizens, and courses taken as far as a test asks."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import access, citizens, courses, create_app, forms, house_of, jobs, plans
from app.access import NewPerson, Principal
from app.access.passwords import stamp
from app.citizens import Citizen, NewCitizen, NewGuardian
from app.clock import SetClock, to_text
from app.courses import Course, CourseChoices, StartRequest, Task
from app.definitions import library
from app.errors import DomainError
from app.house import House
from app.settings import Settings
from app.storage import Base
from tests.web.browser import Browser

ROOT = Path(__file__).parents[2]
BEGIN = datetime(2026, 8, 3, 7, 0, tzinfo=UTC)
"""Monday 3 August 2026, 9.00 in Denmark."""

PEOPLE = (
    (
        "mette",
        "Mette Kragh",
        ["coordinator", "caseworker"],
        ["youth"],
        "Ungecentret",
        "77 00 12 04",
    ),
    ("jonas", "Jonas Lind", ["caseworker"], ["youth"], "Jobcentret", "77 00 12 31"),
    ("lone", "Lone Holt", ["intake"], ["intake"], "Modtagelsen", "77 00 12 02"),
    ("tina", "Tina Lund", ["team_leader"], ["team_leader"], "Ungecentret", "77 00 12 01"),
    ("karen", "Karen Bjerre", ["auditor"], [], "Revisionen", ""),
    ("bo", "Bo Strøm", ["operator"], [], "Driften", ""),
    ("sanne", "Sanne Østergård", ["external_participant"], [], "Bostøtten", "77 00 13 00"),
    ("frede", "Frede Friis", ["caseworker"], [], "Ældreområdet", ""),
)

GOALS = (
    {
        "citizen_words": "Jeg vil op om morgenen og i skole",
        "goal": "Sofie møder til tiden fire dage om ugen",
        "goal_type": "develop",
        "theme": "education",
        "target_date": "2027-06-01",
        "measure": "Skolens fraværsliste",
        "baseline": 3,
        "target": 1,
        "responsible": "mette",
    },
    {
        "citizen_words": "Jeg vil have nogen at være sammen med",
        "goal": "Sofie går til en fritidsaktivitet hver uge",
        "goal_type": "develop",
        "theme": "relations",
        "target_date": "2027-03-01",
        "measure": "Samtale med Sofie",
        "baseline": 2,
        "target": 0,
        "responsible": "jonas",
    },
)

MEMBERS = [
    {"party_kind": "authority", "person": "jonas", "role": "Sagsbehandler", "area": "employment"},
    {"party_kind": "provider", "name": "sanne", "role": "Bostøtte", "area": "social"},
    {"party_kind": "network", "name": "Moster Karen", "role": "Moster", "area": "family"},
]


@dataclass
class YouthTown:
    """What a test works with."""

    app: Flask
    house: House
    clock: SetClock

    def browser(self, username: str) -> Browser:
        """A person who is signed in already: logging in, and its slow hashing, is tested elsewhere."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["username"] = username
            session["stamp"] = stamp(None)
            session["since"] = to_text(self.clock.now())
        return Browser(client)

    def citizen(self, first: str, last: str, cpr: str, **more: Any) -> Citizen:
        new = NewCitizen(cpr, first, last, **more)
        keyring = self.house.runtime.keyring
        return self.house.database.run(
            lambda work: citizens.find_or_register(work, keyring, new, "lone")
        )

    def guardian(self, child: Citizen, name: str) -> None:
        new = NewGuardian(name, "Mor", phone="77 00 99 01")
        self.house.database.run(lambda work: citizens.add_guardian(work, child.key, new))

    def start(self, citizen: Citizen | None, process_id: str = "youth_course") -> int:
        request = StartRequest(process_id, citizen)
        runtime = self.house.runtime
        return self.house.database.run(
            lambda work: courses.start(work, runtime, request, "lone").key
        )

    def open_tasks(self, course: int) -> list[Task]:
        with self.house.database.read() as session:
            query = select(Task).where(Task.course_key == course, Task.status == "open")
            return list(session.scalars(query.order_by(Task.key)))

    def complete(self, course: int, element: str, **answers: Any) -> None:
        """Fill in the open task: what is given, the rest made up."""
        tasks = [t for t in self.open_tasks(course) if t.element.rpartition("/")[2] == element]
        assert tasks, (element, [t.element for t in self.open_tasks(course)])
        task, runtime = tasks[0], self.house.runtime
        filled = self.filled(task, answers)
        who = self._who(task)
        self.house.database.run(lambda work: courses.complete(work, runtime, task.key, filled, who))

    def day(self, ahead: int) -> str:
        """The date so many days from now."""
        return (self.clock.now() + timedelta(days=ahead)).date().isoformat()

    def pass_days(self, days: int) -> None:
        """Let days go by; what falls due on the way is done on its day."""
        for _ in range(days):
            self.clock.advance(timedelta(days=1))
            jobs.run_due(self.house.database, self.house.handlers)

    def principal(self, username: str) -> Principal:
        with self.house.database.read() as session:
            found = access.acting(session, username)
        assert found is not None
        return found

    def _who(self, task: Task) -> Principal:
        if task.assignee:
            return self.principal(task.assignee)
        of_group = {"intake": "lone", "youth": "mette", "team_leader": "tina", "*": "mette"}
        return self.principal(of_group[task.groups[0]])

    def filled(self, task: Task, answers: dict[str, Any]) -> dict[str, Any]:
        """What is sent in a task: what is given, the rest made up."""
        runtime = self.house.runtime
        with self.house.database.read() as session:
            form, _digest = courses.form_of(session, runtime, task)
            if form is None:
                return answers
            course = session.get_one(Course, task.course_key)
            setting: dict[str, Any] = {
                "variables": courses.visible_variables(session, runtime, task),
                "now": self.clock.now(),
                "choices": CourseChoices(session, course, self.clock.now()),
            }
            wrong: object = None
            for seed in range(80):
                try:
                    made_up = forms.example(form, seed=seed, **setting)
                    return forms.validate(form, {**made_up, **answers}, **setting)
                except DomainError as error:
                    wrong = error.fields
        raise AssertionError(f"{form.id} refuses {answers}: {wrong}")

    # How far a course is taken -------------------------------------------------------------

    def to_consent(self, course: int) -> None:
        self.to_inform(course, ["citizen"])

    def to_inform(self, course: int, givers: list[str]) -> None:
        self.complete(
            course,
            "register_inquiry",
            sender_relation="parent",
            sender_name="Hanne Dal",
            concern_for_child="no",
            callback_wanted=True,
            received_at=self.clock.now().isoformat(),
            description="Sofie kommer ikke i skole om morgenen og er holdt op med at ses med sine venner.",
        )
        self.clock.advance(timedelta(hours=3))
        self.complete(
            course, "treat_inquiry", outcome="open_course", responsible="mette",
            assessment="Sofie har brug for hjælp fra flere på én gang.",
        )  # fmt: skip
        self.pass_days(1)
        self.complete(course, "call_back", reached="yes")
        told = ["purpose", "who_shares", "voluntary", "withdraw", "refusal", "access"]
        self.complete(course, "inform_citizen", consent_givers=givers, informed_topics=told)

    def to_team(self, course: int) -> None:
        self.to_consent(course)
        self.pass_days(2)
        day = self.clock.now().date()
        self.complete(
            course,
            "record_consent",
            consent_giver="citizen",
            decision="given",
            given_at=day.isoformat(),
            valid_until=day.replace(year=day.year + 1).isoformat(),
            recipient_parties=["provider", "network", "school"],
        )

    def to_plan(self, course: int) -> None:
        self.to_team(course)
        self.complete(course, "appoint_coordinator", coordinator="mette", deputy="jonas")
        self.complete(course, "assemble_team", members=MEMBERS)
        self.complete(course, "map_youth")
        self.pass_days(4)
        agenda = [
            {"title": "Hvad drømmer Sofie om?", "from_citizen": True, "minutes": 20},
            {"title": "Skolen om morgenen", "from_citizen": False, "minutes": 25},
        ]
        self.complete(course, "prepare_agenda", agenda=agenda)
        aunt = {
            "name": "Moster Karen",
            "party_kind": "network",
            "party": "network",
            "why": "Støtte",
        }
        in_a_week = (self.clock.now() + timedelta(days=7)).isoformat()
        self.complete(
            course,
            "convene_meeting",
            participants=[aunt],
            starts_at=in_a_week,
            place="Familiehuset, lokale 2",
        )
        self.pass_days(8)
        self.complete(
            course, "record_minutes", attended=["Moster Karen"], citizen_present="yes",
            citizen_said="Det er rart, at I taler sammen, så jeg ikke skal sige alt tre gange.",
            agreements=[{"what": "Ringer til skolen", "who": "Jonas Lind", "due": self.day(21)}],
        )  # fmt: skip

    def to_approval(self, course: int) -> None:
        self.to_plan(course)
        self.complete(
            course, "describe_dreams",
            dreams="Jeg vil være dyrepasser og bo for mig selv med en hund.",
            wishes_education_job="En skole, hvor man arbejder med hænderne.",
            strengths="God til dyr og til at høre efter.",
        )  # fmt: skip
        self.complete(course, "register_existing_plans")
        self.complete(course, "draft_goals", goals=list(GOALS))
        ladder = [
            {
                "channel": "in_person",
                "per_week": 3,
                "step_down_criterion": "Til tiden fire uger i træk",
            },
            {"channel": "call", "per_week": 5, "step_down_criterion": "To uger uden opkald"},
            {"channel": "sms", "per_week": 2, "step_down_criterion": "Sofie siger til"},
            {"channel": "none", "per_week": 0, "step_down_criterion": "Sofie klarer sig selv"},
        ]
        intervention = {
            "intervention_type": "mentor",
            "provider": "Bostøtten Åhuset",
            "start": self.day(10),
            "hours_per_week": 3,
            "ladder": ladder,
        }
        self.complete(course, "choose_interventions", interventions=[intervention])

    def to_follow_up(self, course: int) -> None:
        self.to_approval(course)
        self.pass_days(3)
        self.complete(
            course, "approve_plan", approved="yes", comment="Det er min plan nu.",
            next_follow_up=self.day(30),
        )  # fmt: skip

    def review(self, course: int, *levels: int) -> None:
        """Wait for the next follow-up, and go through it."""
        for _ in range(120):
            if any("revise_goals" in task.element for task in self.open_tasks(course)):
                break
            self.pass_days(1)
        with self.house.database.read() as session:
            citizen = session.get_one(Course, course).citizen_key
            assert citizen is not None
            plan = plans.current(session, citizen)
        assert plan is not None
        rows = [
            {
                "goal": str(goal.key),
                "current_level": level,
                "status": "continue",
                "citizen_view": "Det går bedre om morgenen",
                "professional_view": "Mindre fravær i skolen",
            }
            for goal, level in zip(plan.goals, levels, strict=True)
        ]
        self.complete(
            course, "revise_goals", reviews=rows, support_step="down",
            next_follow_up=self.day(30),
        )  # fmt: skip


def build(folder: Path, **more: Any) -> YouthTown:
    """Open a fresh installation in a folder, with people and the published youth course; `more` are settings."""
    clock = SetClock(BEGIN)
    settings = Settings(
        database_url=f"sqlite:///{folder / 'youth.sqlite'}",
        secret_key="prøve",
        master_key=base64.b64encode(bytes(32)).decode(),
        var=str(folder),
        **more,
    )
    app = create_app(settings, clock)
    app.config["TESTING"] = True
    house = house_of(app)
    Base.metadata.create_all(house.database.engine)
    files = library.gather(ROOT / "workflows")
    house.database.run(lambda work: house.publish(work, files, "designer"))
    for username, name, roles, groups, unit, phone in PEOPLE:
        new = NewPerson(username, name, roles, groups, unit=unit, phone=phone)
        house.database.run(lambda work, new=new: access.add_person(work, new))
    return YouthTown(app, house, clock)
