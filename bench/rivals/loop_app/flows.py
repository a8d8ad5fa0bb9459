"""The loop in viewflow: its open edition has no call activity, so the third task stands in the flow itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from viewflow import this
from viewflow.workflow import flow


def unused(request: object, **_: object) -> None:
    """Stand for a page: the bench completes tasks without one."""


class LoopFlow(flow.Flow):
    """Assess, with a reminder after three weeks; then talk and write up in parallel; again while level > 0."""

    start = flow.StartHandle(this.begin).Next(this.assess)
    assess = (
        flow.View(unused)
        .OnTimeout(timedelta(days=21), this.remind, interrupting=False)
        .Next(this.fork)
    )
    remind = flow.View(unused).Next(this.reminded)
    reminded = flow.End()
    fork = flow.Split().Next(this.talk).Next(this.write_up)
    talk = flow.View(unused).Next(this.join)
    write_up = flow.View(unused).Next(this.join)
    join = flow.Join().Next(this.enough)
    enough = (
        flow.If(lambda activation: activation.process.data["level"] == 0)
        .Then(this.end)
        .Else(this.assess)
    )
    end = flow.End()

    def begin(self, activation: Any) -> object:
        """Start a process with the variables that the loop needs."""
        activation.process.data = {"level": 2}
        return activation.process
