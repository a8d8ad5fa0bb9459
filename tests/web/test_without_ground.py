"""Who has no ground (any longer) to see a citizen, and knows the address of a task: no page, no list, no act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import citizens
from app.access import Looks
from app.citizens import Citizen
from app.courses import Task
from tests.web.conftest import Town

SECRET = "Anna bor på krisecenter"


@pytest.fixture
def task(town: Town, anna: Citizen) -> Task:
    """Mette's group has a task about Anna; then Mette is written on Anna's block list."""
    found = town.task(town.start(anna, secret=SECRET), "ask")
    town.house.database.run(
        lambda work: citizens.bar(
            work, anna.key, "Mette Kragh", by="jonas", reason="Gift med en part", username="mette"
        )
    )
    return found


def status(town: Town, key: int) -> tuple[str, str | None]:
    with town.house.database.read() as session:
        row = session.scalars(select(Task).where(Task.key == key)).one()
        return row.status, row.assignee


ANSWERS = {"wish": "Ro", "answer": "no", "why_not": "Nej", "_seen": "1"}


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        ("", ANSWERS),
        ("", ANSWERS | {"draft": "1"}),
        ("", ANSWERS | {"_add": "people"}),
        ("/claim", {"stay": "1"}),
        ("/claim", ANSWERS),
        ("/release", {}),
        ("/assign", {"username": "jonas"}),
    ],
)
def test_a_colleague_on_the_block_list_cannot_do_the_task_of_their_group(
    town: Town, task: Task, where: str, sent: dict[str, str]
) -> None:
    mette = town.browser("mette")
    before = status(town, task.key)
    answer = mette.post(f"/tasks/{task.key}{where}", sent)
    assert answer.status_code in {403, 409}, answer.text
    assert "Anna" not in answer.text
    assert status(town, task.key) == before
    again = mette.get(f"/tasks/{task.key}")
    assert again.status_code == 403, "what they sent is no way in"
    assert "Anna" not in again.text


def test_a_draft_from_before_the_block_is_no_way_in(town: Town, anna: Citizen) -> None:
    task = town.task(town.start(anna, secret=SECRET), "ask")
    mette = town.browser("mette")
    assert mette.post(f"/tasks/{task.key}", ANSWERS | {"draft": "1"}).status_code == 303
    assert mette.get(f"/tasks/{task.key}").status_code == 200
    town.house.database.run(
        lambda work: citizens.bar(work, anna.key, "x", by="jonas", username="mette")
    )
    assert mette.get(f"/tasks/{task.key}").status_code == 403


def test_the_inbox_of_a_colleague_on_the_block_list_names_nobody(
    town: Town, task: Task, anna: Citizen
) -> None:
    mette = town.browser("mette")
    assert "Anna" in town.browser("jonas").get("/inbox").text
    for view in ("", "?view=unassigned", f"?citizen={anna.key}"):
        assert "Anna" not in mette.get(f"/inbox{view}").text, view


def test_a_name_looked_for_in_the_inbox_tells_nothing_of_who_cannot_be_seen(
    town: Town, task: Task, anna: Citizen
) -> None:
    found = town.browser("mette").post("/inbox", {"name": "Anna"}).location
    assert str(anna.key) not in found
    assert str(anna.key) in town.browser("jonas").post("/inbox", {"name": "Anna"}).location


def test_no_count_or_filter_tells_of_a_course_about_who_bars_one(
    town: Town, task: Task, anna: Citizen
) -> None:
    """Given the portfolio's figures and the list's total, narrowed as one likes."""
    mette, jonas = town.browser("mette"), town.browser("jonas")
    assert "Anna" in jonas.get("/courses").text
    own = town.citizen("Bo", "Dal", "610203-4002")
    town.start(own)
    for query in ("", "?kind=small", "?status=all", "?standing=running"):
        both, one = (who.get(f"/courses{query}").text for who in (jonas, mette))
        assert "Anna" not in one, query
        if query == "?kind=small":
            assert "2 forløb" in both
            assert "1 forløb" in one


def test_who_is_turned_away_leaves_a_trace(town: Town, task: Task, anna: Citizen) -> None:
    """Given somebody who tries one address after the other."""
    mette = town.browser("mette")
    tried = (
        f"/tasks/{task.key}",
        f"/courses/{task.course_key}",
        f"/courses/{task.course_key}/timeline",
        f"/citizens/{anna.key}",
        f"/citizens/{anna.key}/barred",
        f"/courses/{task.course_key}/model.bpmn",
    )
    for path in tried:
        town.clock.advance(timedelta(seconds=1))
        assert mette.get(path).status_code == 403, path
        assert mette.client.head(path).status_code == 403, path
        (look, *_) = town.house.access_log.search(Looks(citizen_key=anna.key)).rows
        assert (look.at, look.actor, look.action) == (town.clock.now(), "mette", "access:denied")
    assert "Blev afvist" in town.browser("karen").get("/audit/access?who=mette").text
