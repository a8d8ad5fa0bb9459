"""The engine against independent oracles: the same answers, whatever the model, rebuilt after every command or kept."""

from __future__ import annotations

import dataclasses
import os
import random
from typing import Any

import pytest

from app import engine
from app.definitions.model.graph import Kind
from app.engine import activities, conditions, deciding, marking, moving, nested, run, scopes, specs
from app.engine import compile as compiling
from app.engine.run import Run
from app.errors import DefinitionError
from tests.engine import token_game, walks
from tests.engine.build import AT
from tests.engine.token_game import Game, Overflow

MODELS = int(os.environ.get("FORLOEB_ORACLE_MODELS", "300"))
SEED = int(os.environ.get("FORLOEB_ORACLE_SEED", "0"))
LONG = int(os.environ.get("FORLOEB_ORACLE_LONG", "6000"))
SIZE = int(os.environ.get("FORLOEB_ORACLE_SIZE", "14"))


def test_random_models_run_as_the_oracle_says() -> None:
    """Open elements with their occurrence numbers and scope paths agree after every command, and so do the variables

    that each of them sees, and the end.
    """
    commands = sum(walks.walk(seed, SIZE, 40) for seed in range(SEED, SEED + MODELS))
    assert commands > MODELS * 5


@pytest.mark.parametrize(
    "kinds",
    [walks.LOOKING, walks.MEETING, walks.MOVED],
    ids=["conditions", "conditions and joins", "moves"],
)
def test_conditions_come_true_and_tokens_are_moved_as_the_oracle_says(kinds: str) -> None:
    """A condition fires when nothing else can go on; an operator's move is a token on another task of its sequence."""
    first = 50_000 + SEED
    assert sum(walks.walk(seed, SIZE, 40, kinds) for seed in range(first, first + MODELS // 5)) > 0


@pytest.mark.long
def test_many_random_models_run_as_the_oracle_says() -> None:
    """The nightly size: small models and large ones, each with all kinds of elements."""
    for size, count in ((8, LONG // 2), (14, LONG // 4), (30, LONG // 4)):
        first = 1_000_000 * size + SEED
        for kinds in (walks.ALL, walks.LOOKING, walks.MEETING, walks.MOVED):
            share = count if kinds == walks.ALL else count // 4
            seeds = range(first, first + share)
            assert sum(walks.walk(seed, size, 40, kinds) for seed in seeds) > share


@pytest.mark.parametrize(
    "kinds",
    [
        "user xor or loop and",
        "user sub esp loop",
        "user guarded many sub",
        "user call guarded fault loop",
        "user first or many",
        "vars user sub call loop",
        "vars user many call and",
        "vars user guarded fault call",
    ],
)
def test_models_of_a_few_kinds_run_as_the_oracle_says(kinds: str) -> None:
    commands = sum(walks.walk(seed, SIZE, 30, kinds) for seed in range(SEED, SEED + MODELS // 10))
    assert commands > MODELS // 10


# Each mutation breaks one rule of the engine; the first four are those of the recipe's own list: a parallel join that
# takes any input, boundary events that are not armed again, an inclusive join that ignores reach, lost counters.


def _any_input_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe's "AND = any"."""
    monkeypatch.setattr(specs.Parallel, "enabled", lambda self, task: True)


def _boundary_events_fire_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe's "no re-arm"."""
    monkeypatch.setattr(Run, "_arm_again", lambda self, task, turn: None)


def _inclusive_joins_do_not_look_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe's "OR ignores reach"."""
    monkeypatch.setattr(specs, "reach", lambda spec, start, join: frozenset())


def _counters_are_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recipe's "counters lost"."""
    whole = marking._scope
    monkeypatch.setattr(marking, "_scope", lambda flow: {**whole(flow), "c": {}})


def _completed_hosts_leave_their_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specs, "cancel_waiting", lambda holder, besides: None)


def _interrupting_events_leave_their_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "_interrupt", lambda self, task: None)


def _outputs_stay_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "around", scopes.chain)


def _all_is_written_to_the_course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "place", lambda chain, name: list(chain)[-1])


def _inputs_are_written_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    def map_inputs(self: Run, task: Any, mappings: Any) -> None:
        for source, path in mappings:
            value = source.value(scopes.see(task), self.at)
            self.set_variable(scopes.chain(task), path[0], value)

    monkeypatch.setattr(Run, "map_inputs", map_inputs)


def _inputs_do_not_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Run.map_inputs

    def map_inputs(self: Run, task: Any, mappings: Any) -> None:
        seen = scopes.see(task)
        with monkeypatch.context() as patch:
            patch.setattr(run, "see", lambda _: seen)
            whole(self, task, mappings)

    monkeypatch.setattr(Run, "map_inputs", map_inputs)


def _calls_write_back_what_they_only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = nested.Call.enter

    def enter(self: nested.Call, task: Any, run: Run) -> None:
        whole(self, task, run)
        task.internal_data["wrote"] = list(task.internal_data["root"])

    monkeypatch.setattr(nested.Call, "enter", enter)


def _called(monkeypatch: pytest.MonkeyPatch, **always: bool) -> None:
    whole = compiling._plan

    def plan(node: Any, *rest: Any) -> Any:
        call = node.call and dataclasses.replace(node.call, **always)
        return whole(dataclasses.replace(node, call=call), *rest)

    monkeypatch.setattr(compiling, "_plan", plan)


def _calls_hand_over_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    _called(monkeypatch, propagate_all_child=True)


def _calls_see_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    _called(monkeypatch, propagate_all_parent=True)


def _instances_are_collected_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = nested.MultiInstance.collect

    def collect(self: nested.MultiInstance, task: Any, instance: Any, run: Run) -> None:
        index = instance.internal_data["i"]
        instance.internal_data["i"] = task.internal_data["done"]
        whole(self, task, instance, run)
        instance.internal_data["i"] = index

    monkeypatch.setattr(nested.MultiInstance, "collect", collect)


def _instances_share_their_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = nested.MultiInstance.spawn

    def spawn(self: nested.MultiInstance, task: Any, index: int, item: Any) -> None:
        whole(self, task, index, item)
        first = next(child for child in task.children if child.triggered)
        task.children[-1].internal_data["v"] = first.internal_data["v"]

    monkeypatch.setattr(nested.MultiInstance, "spawn", spawn)


def _conditions_count_one_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = nested.MultiInstance.collect

    def collect(self: nested.MultiInstance, task: Any, instance: Any, run: Run) -> None:
        task.internal_data["done"] -= 1
        whole(self, task, instance, run)
        task.internal_data["done"] += 1

    monkeypatch.setattr(nested.MultiInstance, "collect", collect)


def _events_lose_what_they_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Run.fire
    monkeypatch.setattr(Run, "fire", lambda self, task, given=None: whole(self, task, {}))


def _conditions_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "fired", lambda run: False)


def _joins_do_not_wait_for_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = conditions.fired

    def fired(run: Run) -> bool:
        join = run._inclusive()
        if join is None:
            return whole(run)
        join.task_spec.fire(join)
        return True

    monkeypatch.setattr(conditions, "fired", fired)


def _a_condition_that_holds_at_once_does_not_fire(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = activities.Catch.enter

    def enter(self: activities.Catch, task: Any, run: Run) -> None:
        whole(self, task, run)
        if self.looks:
            task.internal_data["was"] = 1

    monkeypatch.setattr(activities.Catch, "enter", enter)


def _moved_tokens_leave_their_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_take_away", lambda run, task: run.cancel(task))


def _moved_tokens_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_take_away", lambda run, task: None)


def _activities_are_entered_without_their_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_split", lambda flow, spec: None)


LOOKING_MUTATIONS = [_conditions_are_not_looked_at, _a_condition_that_holds_at_once_does_not_fire]
MOVING_MUTATIONS = [
    _moved_tokens_leave_their_events,
    _moved_tokens_are_copied,
    _activities_are_entered_without_their_events,
]
FLOW_MUTATIONS = [
    _any_input_will_do,
    _boundary_events_fire_once,
    _inclusive_joins_do_not_look_ahead,
    _counters_are_lost,
    _completed_hosts_leave_their_events,
    _interrupting_events_leave_their_hosts,
]
VARIABLE_MUTATIONS = [
    _outputs_stay_inside,
    _all_is_written_to_the_course,
    _inputs_are_written_outside,
    _inputs_do_not_see_each_other,
    _calls_write_back_what_they_only_read,
    _calls_hand_over_everything,
    _calls_see_everything,
    _instances_are_collected_as_they_come,
    _instances_share_their_scope,
    _conditions_count_one_too_few,
    _events_lose_what_they_bring,
]


@pytest.mark.parametrize(
    ("mutate", "kinds"),
    [(mutate, walks.FLOW) for mutate in FLOW_MUTATIONS]
    + [(mutate, walks.ALL) for mutate in VARIABLE_MUTATIONS]
    + [(mutate, walks.LOOKING) for mutate in LOOKING_MUTATIONS]
    + [(_joins_do_not_wait_for_conditions, walks.MEETING)]
    + [(mutate, walks.MOVED) for mutate in MOVING_MUTATIONS],
)
def test_the_oracle_catches_a_broken_engine(
    mutate: Any, kinds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    with pytest.raises(walks.Differs):
        sum(walks.walk(seed, 14, 40, kinds) for seed in range(200))


def _sorted(scope: Any) -> Any:
    """A marking whose tokens are in one order, whatever the order of creation."""
    if isinstance(scope, dict):
        return {k: _sorted(v) for k, v in scope.items()}
    if isinstance(scope, list) and scope and isinstance(scope[0], dict) and "e" in scope[0]:
        return sorted((_sorted(token) for token in scope), key=repr)
    return scope


class Kept:
    """Decides on a tree that is never rebuilt, beside the real one, and compares the two markings."""

    def __init__(self) -> None:
        self.run: Run | None = None

    def __call__(
        self, model: engine.CompiledModel, state: bytes | None, command: engine.Command
    ) -> engine.Decision:
        decision = engine.decide(model, state, command)
        if self.run is None:
            self.run = Run(model, command.at)
        fresh = Run(model, command.at)
        for name in ("at", "steps", "fuel", "written", "begun", "events", "ends"):
            setattr(self.run, name, getattr(fresh, name))
        deciding.apply(self.run, command)
        kept = marking.decode(marking.encode(marking.extract(self.run)))
        rebuilt = marking.decode(decision.state)
        assert _sorted(kept) == _sorted(rebuilt)
        again = Run(model, command.at)
        marking.build(again, marking.decode(decision.state))
        assert marking.encode(marking.extract(again)) == decision.state
        assert all(not task.data for flow in self.run.flows() for task in flow.tasks.values())
        return decision


def test_a_tree_that_is_kept_and_one_that_is_rebuilt_agree() -> None:
    """Nothing in the specs looks at history; building and extracting are each other's inverse."""
    for seed in range(SEED + 10_000, SEED + 10_000 + MODELS // 3):
        walks.walk(seed, 10, 25, decide=Kept())


def _play(seed: int) -> tuple[int, int]:
    process = token_game.draw(seed)
    try:
        model = engine.compile_model(process)
    except DefinitionError as error:
        codes = {finding.code for finding in error.findings}
        assert codes <= {"engine:join-own-input"}, codes
        return 0, 0
    source, game, keep = random.Random(seed), Game(process), Kept()
    given, deadlocks, commands = token_game.given(source), 0, 0
    try:
        game.start(given["c"])
        state = keep(model, None, engine.Start(AT, given)).state
        for commands in range(25):  # noqa: B007 -- how far it came
            live = engine.live(model, state)
            tasks = sorted(e.address for e in live if e.kind is Kind.USER)
            assert tasks == sorted(game.tasks), seed
            assert bool(engine.ended(state)) == (not game.tasks and not game.stuck()), seed
            if not tasks:
                deadlocks = int(game.stuck())
                assert deadlocks == any(e.incident == "engine:deadlock" for e in live), seed
                break
            where, given = source.choice(tasks), token_game.given(source)
            game.complete(where, given["c"])
            state = keep(model, state, engine.CompleteTask(AT, where, given)).state
    except Overflow:
        pass
    return commands, deadlocks


def test_unstructured_graphs_run_as_the_token_game_says() -> None:
    """Cycles, implicit splits and merges, deadlocks: tokens move as BPMN's token game says."""
    played = [_play(seed) for seed in range(SEED, SEED + MODELS)]
    assert sum(commands for commands, _ in played) > MODELS // 2
    assert any(deadlocks for _, deadlocks in played)
