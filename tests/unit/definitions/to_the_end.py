"""Drives a mended drawing through the engine to its end: invented answers, timers, messages, work outside."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app import engine, forms
from app.definitions import FixResult, Kind, Trigger, read_bpmn

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
FROM_INSIDE = {Trigger.ERROR, Trigger.ESCALATION, Trigger.CONDITIONAL}


@dataclass
class Outcome:
    """What became of a run: whether it ended, where it has been, and what stopped it."""

    ended: bool = False
    path: list[str] = field(default_factory=list)
    incidents: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


class Town:
    """People, systems and time around one course, all at random."""

    def __init__(self, result: FixResult, seed: int) -> None:
        file = read_bpmn(result.text.encode())
        called = {process.id: process for process in file.processes}
        self.process = file.processes[0]
        self.model = engine.compile_model(self.process, called)
        self.forms = {json.loads(form)["id"]: forms.load(form) for form in result.forms.values()}
        self.source = random.Random(seed)
        self.seed = seed
        self.at = AT
        self.outcome = Outcome()
        self.state = b""

    def run(self, most: int) -> Outcome:
        """Run for at most so many commands."""
        given = {"citizen": {"key": "1"}, "course": {"key": "2", "kind": ""}}
        starts = [
            node
            for node in self.process.nodes
            if node.kind is Kind.START and node.scope == self.process.id
        ]
        plain = any(node.event is None or node.event.trigger is Trigger.NONE for node in starts)
        self._decide(None, engine.Start(self.at, given, "" if plain else starts[0].id))
        for _ in range(most):
            if engine.ended(self.state) or self.outcome.incidents:
                break
            command = self._something()
            if command is None:
                break
            self._decide(self.state, command)
        self.outcome.ended = bool(engine.ended(self.state))
        if not self.outcome.ended:
            self.outcome.open = [
                f"{one.kind} {one.element}" for one in engine.live(self.model, self.state)
            ]
        return self.outcome

    def _decide(self, state: bytes | None, command: Any) -> None:
        decision = engine.decide(self.model, state, command)
        self.state = decision.state
        for event in decision.events:
            if isinstance(event, engine.ElementEntered):
                self.outcome.path.append(event.element)
            if isinstance(event, engine.IncidentRaised):
                self.outcome.incidents.append(f"{event.element}: {event.code}")

    def _something(self) -> Any:
        """What somebody does next: what stands before what only might happen."""
        live = [one for one in engine.live(self.model, self.state) if not one.body]
        rests = [one for one in live if not one.armed and (one.kind not in _HOLDERS)]
        armed = [one for one in live if one.armed]
        for among in (armed, rests) if self.source.random() < 0.15 else (rests, armed):
            shuffled = self.source.sample(among, len(among))
            for one in shuffled:
                command = self._act(one)
                if command is not None:
                    return command
        return None

    def _act(self, one: engine.LiveElement) -> Any:
        self.at += timedelta(minutes=1)
        node = self.model.node(one.element)
        if one.due is not None:
            self.at = max(self.at, one.due)
            return engine.FireTimer(self.at, one.address)
        if one.kind is Kind.USER:
            return engine.CompleteTask(self.at, one.address, self._answers(node.user_task.form_id))
        event = node.event
        if event is not None and event.trigger is Trigger.SIGNAL:
            return engine.BroadcastSignal(self.at, event.name, {})
        if event is not None and event.trigger is Trigger.MESSAGE and one.kind in _WAITING:
            return engine.CorrelateMessage(self.at, one.address, {})
        if node.job is not None:
            return engine.CompleteJob(self.at, one.address, {})
        return None

    def _answers(self, form_id: str) -> Mapping[str, Any]:
        form = self.forms.get(form_id)
        if form is None:
            return {}
        seed = self.source.randrange(1_000_000)
        return forms.example(form, variables={}, now=self.at, choices=forms.NoChoices(), seed=seed)


_HOLDERS = {Kind.SUB_PROCESS, Kind.EVENT_SUB_PROCESS, Kind.CALL, Kind.PARALLEL, Kind.INCLUSIVE}
_WAITING = {Kind.CATCH, Kind.RECEIVE, Kind.BOUNDARY, Kind.START, Kind.EVENT_BASED}


def run_to_the_end(result: FixResult, seed: int = 1, most: int = 500) -> Outcome:
    """Publishing aside, do what a course of the mended drawing needs to come to an end."""
    return Town(result, seed).run(most)
