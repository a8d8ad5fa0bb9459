"""Walking a course through the engine: forms filled in and validated, operations answered, time moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app import forms
from app.definitions import Kind
from app.engine import (
    CompleteJob,
    CompleteTask,
    CorrelateMessage,
    CourseEnded,
    Decision,
    ElementLeft,
    Event,
    FireTimer,
    IncidentRaised,
    JobClosed,
    JobCreated,
    Start,
    SubscriptionClosed,
    SubscriptionOpened,
    TaskClosed,
    TaskOpened,
    TimerCleared,
    TimerSet,
    decide,
    variables_at,
)
from app.errors import DomainError
from tests.workflows.library import form, model

Answers = dict[str, Any]
Operation = Callable[[Answers], Answers]


class Staff:
    """Pickers that know two colleagues, one law and one theme."""

    _known = {  # noqa: RUF012 -- never changed
        "user": (("mette", "Mette Kragh"), ("jonas", "Jonas Lind")),
        "legal_basis": (("sel_85", "Serviceloven § 85"),),
        "code_list:theme": (("education", "Uddannelse"),),
    }

    def options(self, picker: str, _query: str) -> tuple[tuple[str, str], ...]:
        return self._known.get(picker, ())

    def label(self, picker: str, value: str) -> str | None:
        return dict(self.options(picker, "")).get(value)


def _draft(seen: Answers) -> Answers:
    goals = [
        {
            "key": str(n),
            "level": None,
            **{name: row[name] for name in ("citizen_words", "goal", "baseline", "target")},
        }
        for n, row in enumerate(seen["goals"], 900)
    ]
    return {"plan": {"key": "80", "version": 1}, "goals": goals}


def _review(seen: Answers) -> Answers:
    status = [row["status"] for row in seen["reviews"]]
    return {
        "all_reached": all(s.startswith("end") for s in status),
        "changed": "change" in status,
        "goals": [
            {**goal, "level": row["current_level"]}
            for goal, row in zip(seen["current_goals"], seen["reviews"], strict=True)
        ],
    }


OPERATIONS: dict[str, Operation] = {
    "inquiry:register": lambda v: {
        "inquiry": {"key": "50", "concern": v["concern_for_child"] == "yes"}
    },
    "inquiry:assign": lambda v: {"inquiry": {**v["inquiry"], "responsible": v["responsible"]}},
    "inquiry:return": lambda v: {"inquiry": {**v["inquiry"], "responsible": v["responsible"]}},
    "inquiry:close": lambda v: {"inquiry": v["inquiry"]},
    "concern:open": lambda _: {"concern": {"key": "60", "due": "2026-11-03T09:00:00+01:00"}},
    "consent:record": lambda v: {
        "consent": {"key": "70", "decision": v["decision"], "valid_until": v["valid_until"]}
    },
    "team:appoint": lambda v: {
        "team": {"coordinator": v["coordinator"], "deputy": v["deputy"]},
        "coordinator": v["coordinator"],
        "deputy": v["deputy"],
        "pair": None,
    },
    "team:assemble": lambda v: {"team_size": len(v["members"]) + 2},
    "meeting:convene": lambda v: {
        "meeting": {"key": "75", "starts_at": v["starts_at"]},
        "uncovered": [],
    },
    "message:publish": lambda _: {"message_key": "90"},
    "plan:find": lambda _: {"objective": None, "objective_kind": None, "existing_plans": []},
    "meeting:agreements": lambda _: {"open_agreements": []},
    "meeting:settle": lambda _: {"agreements_left": 0},
    "meeting:minutes": lambda v: {
        "meeting": {
            "key": "75",
            "starts_at": v["meeting"]["starts_at"],
            "held": v["citizen_present"] == "yes" or v["held_without_citizen"] == "yes",
        }
    },
    "plan:draft": _draft,
    "plan:adopt": lambda v: {"plan": {"key": "80", "version": 1, "status": v["approved"]}},
    "plan:review": _review,
    "course:close": lambda _: {"closed_at": "2026-12-01T10:00:00+01:00"},
    "citizen:come_of_age": lambda _: {"guardians_ended": 2},
}


class Walk:
    """One course: what is open in it, what was done, and the clock."""

    def __init__(self, turns_18: str = "2020-03-02", age: int = 24) -> None:
        self.model = model("youth_course")
        self.now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
        self.state: bytes | None = None
        self.tasks: dict[str, TaskOpened] = {}
        self.timers: dict[str, TimerSet] = {}
        self.subscriptions: dict[str, SubscriptionOpened] = {}
        self.jobs: dict[str, JobCreated] = {}
        self.events: list[Event] = []
        self.performed: list[tuple[str, Answers]] = []
        self.done: list[str] = []
        birth = f"{int(turns_18[:4]) - 18}{turns_18[4:]}"
        citizen = {"key": "7", "first_name": "Sofie", "birth_date": birth, "turns_18": turns_18}
        course = {"key": "9", "kind": "youth_course"}
        self.ask(Start(self.now, {"citizen": {**citizen, "age": Decimal(age)}, "course": course}))

    def ask(self, command: Any) -> None:
        """Decide a command, then let the operations answer until nothing is left to do by itself."""
        self._take(decide(self.model, self.state, command))
        while self.jobs:
            job = next(iter(self.jobs.values()))
            result = OPERATIONS[job.type](job.variables)
            self.performed.append((job.type, job.variables))
            self._take(decide(self.model, self.state, CompleteJob(self.now, job.address, result)))

    def _take(self, decision: Decision) -> None:
        self.state = decision.state
        self.events += decision.events
        stuck = [event for event in decision.events if isinstance(event, IncidentRaised)]
        assert stuck == []
        for event in decision.events:
            match event:
                case TaskOpened():
                    self.tasks[event.address] = event
                case TimerSet():
                    self.timers[event.address] = event
                case SubscriptionOpened():
                    self.subscriptions[event.address] = event
                case JobCreated():
                    self.jobs[event.address] = event
                case TaskClosed() | TimerCleared() | SubscriptionClosed() | JobClosed():
                    for held in (self.tasks, self.timers, self.subscriptions, self.jobs):
                        held.pop(event.address, None)

    @property
    def open(self) -> list[str]:
        """The ids of the tasks that wait, as in their own model."""
        return sorted(task.element.rpartition("/")[2] for task in self.tasks.values())

    @property
    def end(self) -> str:
        """The end event that the course's last token reached; "" while the course runs."""
        if not any(isinstance(event, CourseEnded) for event in self.events):
            return ""
        left = [event.element for event in self.events if isinstance(event, ElementLeft)]
        return next(e for e in reversed(left) if self.model.node(e).kind is Kind.END)

    def task(self, name: str) -> TaskOpened:
        """The one open task of that id."""
        found = [t for t in self.tasks.values() if t.element.rpartition("/")[2] == name]
        assert len(found) == 1, f"{name} is not open, but {self.open}"
        return found[0]

    def complete(self, name: str, **answers: Any) -> None:
        """Fill in the task's form: what is given, the rest as an example of the form that goes with it."""
        task = self.task(name)
        assert self.state is not None
        seen = {**variables_at(self.model, self.state, task.address), **task.variables}
        asked = form(task.form_id)
        setting = {"variables": seen, "now": self.now, "choices": Staff()}
        self.done.append(name)
        self.ask(CompleteTask(self.now, task.address, _filled(asked, answers, setting)))

    def pass_time(self, by: timedelta) -> None:
        """Move the clock, and fire every timer that falls due on the way, in order."""
        until = self.now + by
        while due := sorted((t for t in self.timers.values() if t.due <= until), key=_due):
            self.now = max(self.now, due[0].due)
            self.ask(FireTimer(self.now, due[0].address))
        self.now = until

    def message(self, name: str, **variables: Any) -> None:
        """Publish a message to this citizen's course."""
        found = [s for s in self.subscriptions.values() if s.name == name]
        assert [s.correlation_key for s in found] == ["7"]
        self.ask(CorrelateMessage(self.now, found[0].address, variables))


def _filled(asked: forms.Form, answers: Answers, setting: dict[str, Any]) -> Answers:
    """The first example that the given answers fit into, as the form returns it."""
    for seed in range(60):
        try:
            example = forms.example(asked, seed=seed, **setting)
            return forms.validate(asked, {**example, **answers}, **setting)
        except DomainError as error:
            wrong = error.fields
    raise AssertionError(f"{asked.id} refuses {answers}: {wrong}")


def _due(timer: TimerSet) -> tuple[datetime, str]:
    return timer.due, timer.address
