"""When each step of an invented course was taken: on working days, one after another, up to the present.

A path names phases (all their tasks in order), tasks, and three things that are no task: `withdraw` (the latest consent
is taken back), `adjust` (somebody asks to have the goals revised now) and `come_of_age` (the young one is asked anew).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from app.clock import LOCAL
from app.demo.citizens import CourseLife, Life

_ASKED = ("inform_citizen", "record_consent")
_PHASES = {
    "intake": ("register_inquiry", "treat_inquiry", "call_back"),
    "team": ("appoint_coordinator", "assemble_team", "map_youth"),
    "meeting": ("prepare_agenda", "convene_meeting", "record_minutes"),
    "plan": (
        "describe_dreams",
        "register_existing_plans",
        "draft_goals",
        "choose_interventions",
        "approve_plan",
    ),
    "team_only": ("appoint_coordinator", "assemble_team"),
    "new_plan": ("draft_goals", "choose_interventions", "approve_plan"),
    "come_of_age": _ASKED,
}
_USUAL_DAYS = {
    "register_inquiry": 0.1, "treat_inquiry": 0.4, "call_back": 0.6, "inform_citizen": 3, "record_consent": 2,
    "appoint_coordinator": 2, "assemble_team": 4, "map_youth": 5, "prepare_agenda": 4, "convene_meeting": 2,
    "record_minutes": 10, "describe_dreams": 4, "register_existing_plans": 1, "draft_goals": 5,
    "choose_interventions": 3, "approve_plan": 5, "revise_goals": 40, "close_course": 10,
}  # fmt: skip
_OTHERWISE_DAYS = 6
_OPENS = time(8, 10)
_MINUTES_OPEN = 400
_AFTER_MEETING = 140
_SHORTEST = timedelta(minutes=12)


@dataclass(frozen=True)
class Step:
    """One thing that happens in a course.

    Attributes:
        what: id of the user task that is completed; `start`, `withdraw` or `adjust`.
        visit: how often this has been done before in the course.
        at: when.
        follow_up: the day to agree on for the next follow-up.
        meeting: when the meeting to call begins.
    """

    what: str
    visit: int
    at: datetime
    follow_up: date
    meeting: datetime


def steps(life: Life, course: CourseLife, now: datetime, turn: int) -> list[Step]:
    """Return the steps of a course in order, the first of them `start`.

    Args:
        life: whose course.
        course: what it goes through.
        now: the present; everything happens before.
        turn: moves the time of day, so that not all courses keep the same hours.
    """
    names, times = _timed(life, course, now, turn)
    seen: Counter[str] = Counter()
    found = []
    for number, (name, at) in enumerate(zip(names, times, strict=True)):
        later = list(zip(names, times, strict=True))[number + 1 :]
        meeting = _meeting(course, later, now)
        found.append(Step(name, seen[name], at, _follow_up(course, later, at, now), meeting))
        seen[name] += 1
    return found


def _timed(
    life: Life, course: CourseLife, now: datetime, turn: int
) -> tuple[list[str], list[datetime]]:
    expanded = list(_expanded(life, course.path))
    names = ["start", *(name for name, _ in expanded)]
    pins = [float(course.began), *(pin for _, pin in expanded)]
    if len(pins) > 1 and pins[-1] is None:
        pins[-1] = float(course.waits)
    times: list[datetime] = []
    for number, days in enumerate(_days_ago(names, pins)):
        minute = (turn * 53 + number * 97) % _MINUTES_OPEN
        if names[number] == "record_minutes":
            minute = max(minute, _AFTER_MEETING)
        at = _working(now - timedelta(days=days), minute)
        if at >= now:
            at = _working(now - timedelta(days=1), minute)
        times.append(max(at, times[-1] + _SHORTEST) if times else at)
    return names, times


def _expanded(life: Life, path: Iterable[str]) -> Iterator[tuple[str, float | None]]:
    for part in path:
        name, _, pin = part.partition("@")
        tasks = _PHASES.get(name, (name,))
        if name == "consent":
            tasks = ("inform_citizen", *["record_consent"] * (1 + len(life.guardians)))
        for number, task in enumerate(tasks):
            yield task, float(pin) if pin and not number else None


def _days_ago(names: list[str], pins: list[float | None]) -> Iterator[float]:
    """Spread the steps without a day of their own between those that have one, as long as each usually takes."""
    lengths = [_USUAL_DAYS.get(name, _OTHERWISE_DAYS) for name in names]
    pinned = [number for number, pin in enumerate(pins) if pin is not None]
    yield pins[0] or 0.0
    for left, right in pairwise(pinned):
        start, end = pins[left] or 0.0, pins[right] or 0.0
        whole, gone = sum(lengths[left + 1 : right + 1]), 0.0
        for number in range(left + 1, right + 1):
            gone += lengths[number]
            yield start + (end - start) * gone / whole


def _working(moment: datetime, minute: int) -> datetime:
    """Return a time in office hours on the day of the moment, or on the Friday before a weekend."""
    opens = datetime.combine(_workday(moment), _OPENS, LOCAL)
    return opens + timedelta(minutes=minute)


def _workday(moment: datetime) -> date:
    day = moment.astimezone(LOCAL).date()
    return day - timedelta(days=max(0, day.weekday() - 4))


def _follow_up(
    course: CourseLife, later: list[tuple[str, datetime]], at: datetime, now: datetime
) -> date:
    """Return the day to agree on: shortly before the goals are revised, or after somebody asks for it sooner."""
    for name, when in later:
        day = when.astimezone(LOCAL).date()
        if name == "adjust":
            return day + timedelta(days=14)
        if name == "revise_goals":
            return max(day - timedelta(days=1), at.astimezone(LOCAL).date())
    return _workday(now + timedelta(days=course.follow_up))


def _meeting(course: CourseLife, later: list[tuple[str, datetime]], now: datetime) -> datetime:
    """Return when the meeting begins: an hour and a quarter before its minutes are sent, on a whole quarter."""
    for name, when in later:
        if name == "record_minutes":
            begins = when - timedelta(minutes=75)
            return begins.replace(minute=begins.minute // 15 * 15, second=0, microsecond=0)
    return datetime.combine(_workday(now + timedelta(days=course.meeting)), time(10), LOCAL)
