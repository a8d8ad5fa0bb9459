"""The gateways that choose: conditions, and the flows that they open."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.exclusive_gateway import ExclusiveGateway
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.specs import MultiChoice

from app.engine.events import ExpressionEvaluated
from app.engine.expressions import Expression
from app.engine.problems import Problem
from app.engine.scopes import see
from app.engine.specs import Flat, Joining
from app.engine.trace import Deciding
from app.engine.tree import Token


class Choice:
    """The condition of one sequence flow, as SpiffWorkflow's choices carry it."""

    __slots__ = ("element", "expression")

    def __init__(self, element: str, expression: Expression) -> None:
        self.element = element
        self.expression = expression


class Conditions:
    """SpiffWorkflow's "script engine": the one method that its choices call."""

    def evaluate(self, task: Token, choice: Choice, **_: Any) -> bool:
        """Evaluate a flow's condition and note the answer for the auditor."""
        run = task.workflow.run
        seen = see(task)
        if run.trace is not None:
            run.trace.expression(
                Deciding.WAY, task, choice.element, choice.expression, seen, run.at
            )
        answer = choice.expression.truth(seen, run.at, run)
        run.log(ExpressionEvaluated(choice.element, choice.expression.text, answer))
        return answer


def _no_path() -> Problem:
    return Problem(
        "engine:no-path",
        "Ingen af gatewayens betingelser er opfyldt, og der er ingen standardvej.",
    )


class Exclusive(ExclusiveGateway, Flat):
    """The first flow in document order whose condition holds, else the default."""

    def test(self) -> None:
        """Compile has checked it."""

    def _run_hook(self, my_task: Token) -> bool:
        if not self._outputs:  # an implicit end
            return True
        try:
            super()._run_hook(my_task)
        except WorkflowException as error:
            raise _no_path() from error
        return True


class Inclusive(MultiChoice, Joining):
    """All flows whose condition holds, else the default; with several inputs also a join that waits for quiescence."""

    patient = True

    def test(self) -> None:
        """Compile has checked it."""

    def _get_matching_outputs(self, my_task: Token) -> tuple[list[Any], list[Any]]:
        # Stock takes unconditioned flows always; the default is for when nothing else matches (BPMN 2.0 §13.4.3).
        matches, defaults = super()._get_matching_outputs(my_task)
        if self._outputs and not matches and not defaults:
            raise _no_path()
        return matches, [] if matches else defaults
