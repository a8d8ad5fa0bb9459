"""The plan's page: what changed between versions, how it went, decisions, and what two courses should talk about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app import courses
from app.connectors import OperationContext, perform
from tests.web import youth
from tests.web.youth import GOALS, YouthTown

LADDER = [
    {"channel": "call", "per_week": 5, "step_down_criterion": "Fire uger"},
    {"channel": "none"},
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("plan"))
    yield built
    built.house.database.engine.dispose()


def do(town: YouthTown, course: int, name: str, **values: Any) -> dict[str, Any]:
    """What a service task of the course does."""
    with town.house.database.write() as work:
        citizen = courses.course(work.session, course).citizen_key
        context = OperationContext(course, citizen, "mette", work.now)
        return perform(work, town.house.runtime.operations, name, context, values)


def support(kind: str, provider: str, start: str) -> dict[str, Any]:
    return {
        "intervention_type": kind,
        "provider": provider,
        "start": start,
        "hours_per_week": 2,
        "ladder": LADDER,
        "legal_basis": "SEL § 85",
    }


@pytest.fixture(scope="module")
def course(town: YouthTown) -> int:
    """Sofie's course: a plan, followed up, changed; beside it another course with support in the same week."""
    sofie = town.citizen("Sofie", "Dal", "140305-4004")
    key = town.start(sofie)
    town.to_follow_up(key)
    town.review(key, 2, 1)
    words = {"dreams": "Jeg vil have to hunde.", "wishes_education_job": "Med hænderne"}
    goals = [{**GOALS[0], "target_date": "2027-08-01", "subgoals": ["Vækkeur"]}, GOALS[1]]
    mine = [support("mentor", "Bostøtten Åhuset", "2026-11-09")]
    made = do(town, key, "plan:draft", **words, goals=goals, interventions=mine)
    do(town, key, "plan:adopt", plan=made["plan"], approved="yes", comment="Det er min plan.")
    other = town.start(sofie)
    earning = [{**GOALS[0], "citizen_words": "Jeg vil tjene mine egne penge", "goal": "Fritidsjob"}]
    theirs = [support("leisure", "Fritidsvejledningen", "2026-11-11")]
    made = do(town, other, "plan:draft", **words, goals=earning, interventions=theirs)
    do(town, other, "plan:adopt", plan=made["plan"], approved="yes")
    do(
        town,
        key,
        "plan:decide",
        decision_result="partly",
        reasoning="Støtten kan gives på dagtid.",
        decision_basis="sel_85",
        party_heard="yes",
        complaint_guidance=True,
        decision_valid_from="2026-11-10",
    )
    return key


def test_a_course_sees_what_another_one_wrote_in_the_same_plan(
    town: YouthTown, course: int
) -> None:
    page = town.browser("mette").get(f"/courses/{course}/plan").text
    assert "Jeg vil tjene mine egne penge" in page
    assert "Jeg vil op om morgenen og i skole" in page
    assert "Vækkeur" in page
    assert "Efter SEL § 85" in page


@pytest.mark.parametrize("tab", ["", "/plan"])
def test_support_in_the_same_week_is_pointed_out(town: YouthTown, course: int, tab: str) -> None:
    page = town.browser("mette").get(f"/courses/{course}{tab}").text
    assert "Støtte fra to forløb i samme uge" in page


def test_what_changed_since_an_earlier_version_is_shown(town: YouthTown, course: int) -> None:
    mette = town.browser("mette")
    since_last = mette.get(f"/courses/{course}/plan").text
    assert "Jeg vil tjene mine egne penge</ins>" in since_last
    since_first = mette.get(f"/courses/{course}/plan?version=3&against=1").text
    assert "1.8.2027</ins>" in since_first
    assert "1.6.2027</del>" in since_first
    first = mette.get(f"/courses/{course}/plan?version=1").text
    assert "Hvad er ændret?" not in first


def test_the_latest_follow_up_shows_both_views(town: YouthTown, course: int) -> None:
    page = town.browser("mette").get(f"/courses/{course}/plan").text
    assert "Det går bedre om morgenen" in page
    assert "Mindre fravær i skolen" in page


def test_decisions_are_for_the_municipalitys_own_people(town: YouthTown, course: int) -> None:
    mine = town.browser("mette").get(f"/courses/{course}/plan").text
    assert "Bevilget delvist" in mine
    assert "Serviceloven § 85: Socialpædagogisk støtte" in mine
    theirs = town.browser("sanne").get(f"/courses/{course}/plan")
    assert theirs.status_code == 200
    assert "Bevilget delvist" not in theirs.text
