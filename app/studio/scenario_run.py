"""One scenario on its way: its steps, taken through the commands that users give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app import access, audit, courses, documents, feel, forms, jobs, teams
from app.access import Principal
from app.citizens import Citizen
from app.clock import LOCAL, SetClock
from app.courses import Course, CourseChoices, Incident, Task
from app.definitions import Kind
from app.documents import NewDocument
from app.engine import ElementEntered, ElementLeft, FlowTaken
from app.errors import DomainError, ForloebError
from app.invented import STAFF
from app.studio.background import Installation
from app.studio.scenario import Scenario, Step

_TRIES = 40


class Differs(Exception):
    """A step did not go as the scenario says; what follows cannot be told from it any more."""

    def __init__(self, expected: str, found: str) -> None:
        """Keep both, in Danish."""
        super().__init__(expected)
        self.expected, self.found = expected, found


@dataclass(frozen=True)
class Walked:
    """The way that a course took.

    Attributes:
        path: ids of the elements in the order in which they were entered.
        end: id of the end event that was reached last; None where the course still runs.
        covered: elements and flows, as events name them: `process/` before what is in a called process.
    """

    path: tuple[str, ...] = ()
    end: str | None = None
    covered: frozenset[str] = frozenset()


@dataclass
class ScenarioRun:
    """A scenario's course on its way."""

    scenario: Scenario
    house: Installation
    clock: SetClock
    course: int = 0
    citizen: Citizen | None = None
    visits: Counter[str] = field(default_factory=Counter)

    def take(self, step: Step) -> None:
        """Take one step.

        Raises:
            Differs: it does not go as the scenario says.
        """
        {
            "task": self._task,
            "wait": self._wait,
            "until": self._until,
            "message": self._message,
            "expect": self._expect,
        }[step.act](step)
        self._pass_time(self.clock.now())  # what is on its way arrives
        self.stuck()

    def open_tasks(self) -> dict[str, Task]:
        """Return the open tasks by the id of their element: of the course, and of those that it began."""
        with self.house.database.read() as session:
            found = session.scalars(select(Task).where(Task.status == "open").order_by(Task.key))
            return {_short(task.element): task for task in found}

    def walked(self) -> Walked:
        """Return the way that the course took, from its journal."""
        path: list[str] = []
        left: list[str] = []
        covered: set[str] = set()
        with self.house.database.read() as session:
            row = session.get_one(Course, self.course)
            version = self.house.runtime.models.get(session, row.version_key)
            for moment in audit.replay(session, self.house.runtime, self.course):
                for event in moment.events:
                    if isinstance(event, ElementEntered):
                        path.append(_short(event.element))
                        covered.add(event.element)
                    elif isinstance(event, ElementLeft):
                        left.append(event.element)
                    elif isinstance(event, FlowTaken):
                        covered.add(event.flow)
        if row.status != "ended":
            return Walked(tuple(path), None, frozenset(covered))
        # Elements of versions that were called on the way are not among them.
        plans = version.model.elements
        ends = [e for e in reversed(left) if e in plans and plans[e].node.kind is Kind.END]
        return Walked(tuple(path), _short(ends[0]) if ends else row.status, frozenset(covered))

    def _task(self, step: Step) -> None:
        name = step.said["task"]
        waiting = self.open_tasks()
        if name not in waiting:
            raise Differs(f"opgaven {name} er åben", open_now(waiting))
        task = waiting[name]
        own = {**self.scenario.answers_to(name, self.visits[name]), **step.said.get("answers", {})}
        self.visits[name] += 1
        wanted = step.said.get("refused")
        try:
            self._complete(task, own, step.said.get("by"))
        except ForloebError as error:
            if error.code != wanted:
                raise Differs(
                    f"afvisning {wanted}" if wanted else "svarene bliver taget imod", said_by(error)
                ) from error
        else:
            if wanted:
                raise Differs(f"afvisning {wanted}", "svarene blev taget imod")

    def _complete(self, task: Task, own: dict[str, Any], by: str | None) -> None:
        house = self.house
        with house.database.read() as session:
            who = _worker(session, task, by)
        self._papers(task, who)
        with house.database.read() as session:
            seen = courses.visible_variables(session, house.runtime, task)
            answers = self._filled(session, task, _settled(own, seen, self.clock.now()))
        house.database.run(
            lambda work: courses.complete(work, house.runtime, task.key, answers, who)
        )

    def _papers(self, task: Task, who: Principal) -> None:
        """Keep made-up documents where the form asks for some."""
        house = self.house
        with house.database.read() as session:
            form, _ = courses.form_of(session, house.runtime, task)
            citizen = courses.course(session, task.course_key).citizen_key
            kept = documents.usable(session, task.course_key)
        if form is None or not form.takes_files or kept:
            return
        like = NewDocument(task.course_key, citizen, "", b"", task.key)
        keyring = house.runtime.keyring
        house.database.run(lambda work: documents.invent(work, keyring, like, by=who.username))

    def _filled(self, session: Any, task: Task, own: dict[str, Any]) -> dict[str, Any]:
        """Return the first made-up answers that the scenario's own fit into."""
        form, _ = courses.form_of(session, self.house.runtime, task)
        if form is None:
            return own
        setting: dict[str, Any] = {
            "variables": courses.visible_variables(session, self.house.runtime, task),
            "now": self.clock.now(),
            "choices": CourseChoices(
                session, session.get_one(Course, self.course), self.clock.now()
            ),
        }
        example: dict[str, Any] = {}
        for seed in range(_TRIES):
            try:
                example = dict(forms.example(form, seed=seed, **setting))
                return dict(forms.validate(form, {**example, **own}, **setting))
            except DomainError:
                continue
        return {**example, **own}

    def _wait(self, step: Step) -> None:
        at = self.clock.now().astimezone(LOCAL).replace(tzinfo=None).isoformat()
        moved = feel.evaluate(
            'string(date and time(t + "@Europe/Copenhagen") + duration(d))',
            {"t": at, "d": step.said["wait"]},
        )
        if not isinstance(moved, str):
            raise Differs("en varighed som P30D eller PT24H", step.said["wait"])
        local = datetime.fromisoformat(moved.partition("@")[0])
        self._pass_time(local.replace(tzinfo=LOCAL).astimezone(UTC))

    def _until(self, step: Step) -> None:
        self._pass_time(step.said["until"].astimezone(UTC))

    def _pass_time(self, until: datetime) -> None:
        """Move the clock; what falls due on the way is done at its instant."""
        while True:
            with self.house.database.read() as session:
                due = jobs.next_due(session)
            if due is None or due > until:
                break
            self.clock.set(max(due, self.clock.now()))
            jobs.run_due(self.house.database, self.house.handlers)
        self.clock.set(max(until, self.clock.now()))

    def _message(self, step: Step) -> None:
        name, house = step.said["message"], self.house
        key = step.said.get("correlation", "=citizen.key")
        if key.startswith("="):
            known = {"course": {"key": str(self.course)}}
            if self.citizen is not None:
                known["citizen"] = {"key": str(self.citizen.key)}
            key = str(feel.evaluate(key[1:], known) or "")
        said = step.said.get("variables", {})
        taken = house.database.run(
            lambda work: courses.publish_message(work, house.runtime, name, key, variables=said)
        )
        if self.course not in taken:
            raise Differs(f"forløbet venter på beskeden {name}", "ingen tog imod den")

    def _expect(self, step: Step) -> None:
        waiting, wanted = self.open_tasks(), step.said["expect"]
        if "open" in wanted:
            _same("åbne opgaver", sorted(wanted["open"]), sorted(waiting))
        if "gaps" in wanted:
            with self.house.database.read() as session:
                gaps = teams.gaps(session, self.course, self.clock.now())
            _same("tid uden netop én ansvarlig", wanted["gaps"], len(gaps))
        for name, said in wanted.get("assigned", {}).items():
            _same(f"{name} ligger hos", said, _of(waiting, name).assignee)
        for name, said in wanted.get("candidates", {}).items():
            task = _of(waiting, name)
            _same(f"{name} kan tages af", sorted(said), sorted({*task.users, *task.groups}))
        for name, said in wanted.get("due", {}).items():
            due = _of(waiting, name).due
            found = due.astimezone(LOCAL).isoformat() if due else "ingen frist"
            if not found.startswith(said):
                raise Differs(f"{name} har fristen {said}", found)

    def stuck(self) -> None:
        """See that nothing waits for somebody to mend it.

        Raises:
            Differs: something does.
        """
        with self.house.database.read() as session:
            rows = session.scalars(
                select(Incident).where(
                    Incident.course_key == self.course, Incident.resolved_at.is_(None)
                )
            ).all()
        if rows:
            said = "; ".join(f"{row.element}: {row.message}" for row in rows)
            raise Differs("ingen fejl i forløbet", said)


def _settled(said: Any, seen: dict[str, Any], now: datetime) -> Any:
    """Return answers with each text that begins with = worked out, as FEEL over what the task sees."""
    if isinstance(said, dict):
        return {name: _settled(value, seen, now) for name, value in said.items()}
    if isinstance(said, list):
        return [_settled(value, seen, now) for value in said]
    if isinstance(said, str) and said.startswith("="):
        return feel.to_json(feel.evaluate(said[1:], seen, now=now))
    return said


def _worker(session: Any, task: Task, by: str | None) -> Principal:
    """Return who completes a task: the one named, the one who has it, or the first who may take it."""
    named = by or task.assignee
    crew = [named] if named else [person.username for person in STAFF]
    people = [who for name in crew if (who := access.acting(session, name)) is not None]
    if named and people:
        return people[0]
    fits = [who for who in people if courses.is_candidate(task, who) and who.may("task:work")]
    if not fits:
        groups = ", ".join((*task.users, *task.groups))
        raise Differs(
            f"nogen kan tage opgaven {_short(task.element)}", f"ingen i {groups or named}"
        )
    return fits[0]


def _of(waiting: dict[str, Task], name: str) -> Task:
    if name not in waiting:
        raise Differs(f"opgaven {name} er åben", open_now(waiting))
    return waiting[name]


def _same(what: str, expected: Any, found: Any) -> None:
    if expected != found:
        raise Differs(f"{what} {_text(expected)}", _text(found))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "ingen"
    return "ingen" if value is None else str(value)


def open_now(tasks: Iterable[str]) -> str:
    """Return open tasks as a report shows them."""
    return f"åbne opgaver: {', '.join(sorted(tasks)) or 'ingen'}"


def said_by(error: ForloebError) -> str:
    """Return an error as a report shows it."""
    wrong = "; ".join(f"{at}: {text}" for at, text in getattr(error, "fields", {}).items())
    return f"{error.code}: {error.message}{f' ({wrong})' if wrong else ''}"


def _short(element: str) -> str:
    return element.rpartition("/")[2]
