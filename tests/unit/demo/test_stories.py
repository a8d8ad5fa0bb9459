"""When the steps of the invented courses are taken, whatever day the demo is loaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.citizens import age_at
from app.clock import LOCAL
from app.demo.citizens import lives
from app.demo.stories import steps

DAYS = [datetime(2026, 1, 3, 2, 7, tzinfo=UTC) + timedelta(days=d, hours=5 * d) for d in range(45)]


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%a-%d-%m-%H}")
def test_steps_follow_one_another_on_working_days_before_the_present(now: datetime) -> None:
    for turn, (life, course) in enumerate((o, c) for o in lives() for c in o.courses):
        found = steps(life, course, now, turn)
        assert found[0].what == "start"
        assert all(a.at < b.at for a, b in pairwise(found)), life.name
        assert found[-1].at < now, life.name
        assert all(step.at.astimezone(LOCAL).weekday() < 5 for step in found), life.name


@pytest.mark.parametrize("now", DAYS[::9], ids=lambda now: f"{now:%a-%d-%m-%H}")
def test_ages_are_those_told(now: datetime) -> None:
    today = now.astimezone(LOCAL).date()
    assert {life.name: age_at(life.born(today), now) for life in lives()} == {
        life.name: life.age for life in lives()
    }


def test_a_follow_up_is_agreed_on_for_a_day_before_the_goals_are_revised() -> None:
    freja = next(life for life in lives() if life.first_name == "Freja")
    found = steps(freja, freja.courses[0], DAYS[0], 0)
    revised = [step for step in found if step.what == "revise_goals"]
    approved = next(step for step in found if step.what == "approve_plan")
    agreed = [approved.follow_up, *(step.follow_up for step in revised)]
    for day, step in zip(agreed, revised, strict=False):
        assert day < step.at.date()


def test_the_meeting_begins_before_its_minutes_are_written() -> None:
    for life in lives():
        for course in life.courses:
            found = steps(life, course, DAYS[3], 1)
            for before, after in pairwise(found):
                if (before.what, after.what) == ("convene_meeting", "record_minutes"):
                    assert before.at < before.meeting < after.at, life.name
