"""Goals may be revised as often as a life needs: the course stays as quick, as small, and ends as it should."""

from __future__ import annotations

from statistics import median

import pytest

from tests.performance.revisions import Revisions


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_youth_course_is_revised_at_flat_cost_and_still_ends(count: int) -> None:
    worn = Revisions()
    for _ in range(10):
        worn.revise()
    small = len(worn.walk.state or b"")
    for _ in range(count - 10):
        worn.revise()

    assert len(worn.walk.state or b"") < small + 100
    assert len(worn.walk.timers) == 6, "the next follow-up and five birthdays"

    # In turns with a young course, so that a busy machine slows both down.
    young = Revisions()
    pairs = [(young.revise(), worn.revise()) for _ in range(100)]
    assert median(old for _, old in pairs) < 1.5 * median(new for new, _ in pairs)

    assert worn.close() == "course_completed"
    assert not worn.walk.tasks
    assert not worn.walk.timers
    assert not worn.walk.subscriptions
