"""Business rule tasks: a DMN decision over what the task sees, decided inside `decide`.

A decision called with `deployment` or a version tag is compiled into the model, from the bundle. One of `latest` is
asked for when the task is reached (`Callees.decision`), and the answer is recorded in the event `DecisionCalled`, so
that a replay decides by the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app import canonical, dmn, feel
from app.engine.events import DecisionCalled
from app.engine.expressions import MAX_VALUE, Meter
from app.engine.problems import Problem
from app.engine.scopes import see
from app.engine.specs import Flat
from app.engine.tree import Token, address

if TYPE_CHECKING:
    from app.engine.run import Run


class DecisionTask(Flat):
    """A business rule task with a called decision; `pinned` is the table that came with the version."""

    pinned: dmn.Model | None = None

    def result(self, task: Token, run: Run) -> dict[str, Any]:
        """Make the decision."""
        called = self.drawn.node.decision
        assert called is not None  # noqa: S101 -- compile makes these of nodes that have one
        seen = see(task)
        decision = self.drawn.texts["decision"].string(seen, run.at, run)
        model, version = self.pinned, ""
        if called.binding == "latest":
            version = run.callees.decision(decision)
            model = run.callees.table(version) if version else None
        if model is None:
            raise Problem("engine:decision-missing", f"Beslutningen »{decision}« findes ikke.")
        if version:
            run.log(DecisionCalled(address(task), self.drawn.element, decision, version))
        value, found = decided(model, decision, seen, run.at, run)
        if run.trace is not None:
            run.trace.decision(task, decision, seen, value, found, model, version)
        return {called.result: value}


def decided(
    model: dmn.Model, decision: str, variables: Mapping[str, Any], at: datetime, meter: Meter
) -> tuple[Any, dmn.Result]:
    """Return a decision as a JSON value, and how it came about; `meter` pays for it.

    Raises:
        Problem: it cannot be made; the text is for the operator who will mend it.
    """
    name = _name(model, decision)
    fuel = min(dmn.FUEL, meter.fuel)
    meter.fuel -= fuel
    try:
        found = dmn.evaluate(model, decision, variables, now=at, fuel=fuel, around=True)
        meter.fuel += fuel - found.spent
        value = feel.to_json(found.value)
        if isinstance(value, (dict, list)) and canonical.weight(value) > MAX_VALUE:
            raise Problem("engine:too-large", f"Svaret fra {name} fylder for meget.")
    except dmn.DmnError as error:
        raise Problem(error.code, f"{name}: {error.message}") from error
    except feel.FeelError as error:
        raise Problem(error.code, f"{name} kan ikke regnes ud: {error}", _inputs(model)) from error
    except ValueError as error:
        raise Problem("engine:value", f"Svaret fra {name} kan ikke gemmes.") from error
    fault = found.fault
    if fault is not None:
        raise Problem("engine:decision", f"{name} gav intet svar: {fault.message}", _inputs(model))
    return value, found


def _name(model: dmn.Model, decision: str) -> str:
    element = model.named(decision)
    return f"Beslutningen »{element.name or decision}«" if element else f"Beslutningen »{decision}«"


def _inputs(model: dmn.Model) -> tuple[str, ...]:
    """The names of a model's inputs: whose values the incident shows."""
    return tuple(
        each.name for each in model.definitions.elements if isinstance(each, dmn.InputData)
    )
