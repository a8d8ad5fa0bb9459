"""One youth course, its goals revised again and again: what the test and the bench both walk."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter
from typing import Any

from app.engine import CompleteTask, FireTimer
from tests.workflows.test_youth_course import _review, _to_follow_up
from tests.workflows.walk import Walk

DAY = timedelta(days=1)


class Revisions:
    """A youth course from inquiry to its follow-up, decided by the engine, its operations answered as agreed."""

    def __init__(self) -> None:
        self.walk = Walk()
        _to_follow_up(self.walk)

    def revise(self) -> float:
        """Let a day pass, revise the goals, go on: three commands. Returns the seconds that they took."""
        walk = self.walk
        walk.events.clear()
        walk.performed.clear()
        (due,) = (
            timer for timer in walk.timers.values() if timer.element.endswith("follow_up_due")
        )
        walk.now = due.due
        began = perf_counter()
        walk.ask(FireTimer(walk.now, due.address))
        walk.ask(CompleteTask(walk.now, walk.task("revise_goals").address, self._answers()))
        return perf_counter() - began

    def close(self) -> str:
        """Reach the goals and close the course; returns the end event that it reached."""
        walk = self.walk
        walk.pass_time(DAY)
        walk.complete("revise_goals", reviews=[_review("900", "end")])
        walk.complete("close_course", after_check_on=None)
        return walk.end

    def _answers(self) -> dict[str, Any]:
        following = (self.walk.now + DAY).date().isoformat()
        return {
            "reviews": [_review("900", "continue")],
            "support_step": "hold",
            "support_reason": None,
            "next_follow_up": following,
        }
