from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app import canonical, plans, teams
from app.clock import SetClock
from app.errors import DomainError, NotFound
from app.plans import CourseOutcome, Plan
from tests.unit.nouns import NOON, Course


def goal(words: str, baseline: int = 3, target: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "citizen_words": words,
        "goal": f"Borgeren: {words}",
        "goal_type": "maintain" if baseline == target else "develop",
        "theme": "education",
        "measure": "Fremmøde",
        "baseline": baseline,
        "target": target,
        "target_date": "2027-06-01",
        "responsible": "maja",
        **more,
    }


LADDER = [
    {"channel": "in_person", "per_week": 5, "step_down_criterion": "Står selv op tre dage"},
    {"channel": "call", "per_week": 5, "step_down_criterion": "To uger uden opkald"},
    {"channel": "none"},
]
DRAFT: dict[str, Any] = {
    "dreams": "At blive mekaniker",
    "wishes_education_job": "Praktik på et værksted",
    "strengths": "Gode hænder",
    "existing_plans": [{"area": "school", "law": "FGU", "owner": "FGU", "merge": "yes"}],
    "goals": [goal("Op om morgenen"), goal("I praktik", 4, 2)],
    "interventions": [
        {
            "intervention_type": "morning_call",
            "provider": "Bostøtten",
            "start": "2026-11-10",
            "hours_per_week": Decimal("2.5"),
            "ladder": LADDER,
        }
    ],
}


def drafted(course: Course, **changes: Any) -> dict[str, Any]:
    return course.do("plan:draft", **DRAFT | changes)


def adopted(course: Course, **changes: Any) -> dict[str, Any]:
    answer = drafted(course, **changes)
    course.do("plan:adopt", plan=answer["plan"], approved="yes")
    return answer


def in_force(course: Course) -> Plan:
    with course.database.read() as session:
        found = plans.current(session, course.citizen.key)
    assert found is not None
    return found


def review(key: str, level: int | None, status: str = "continue", **more: Any) -> dict[str, Any]:
    said = {"citizen_view": "Det går", "professional_view": "Fremgang"}
    return {"goal": key, "current_level": level, "status": status, **said, **more}


class TestDraftingAndAdopting:
    def test_a_draft_keeps_the_citizens_words_goals_and_ladder(self, course: Course) -> None:
        answer = drafted(course)
        assert answer["plan"]["version"] == 1
        assert answer["plan"]["status"] == "draft"
        assert [(one["citizen_words"], one["level"]) for one in answer["goals"]] == [
            ("Op om morgenen", 3),
            ("I praktik", 4),
        ]
        canonical.dumps(answer)
        with course.database.read() as session:
            found = plans.draft(session, course.citizen.key)
            assert plans.current(session, course.citizen.key) is None
        assert found is not None
        assert found.dreams == "At blive mekaniker"
        assert found.existing_plans[0].merge is True
        [intervention] = found.interventions
        assert intervention.hours_per_week == Decimal("2.5")
        assert [step.channel for step in intervention.ladder] == ["in_person", "call", "none"]

    @pytest.mark.parametrize("approved", ["partly", "no"])
    def test_without_a_yes_it_stays_a_draft(self, course: Course, approved: str) -> None:
        answer = drafted(course)
        said = course.do(
            "plan:adopt", plan=answer["plan"], approved=approved, comment="Ikke det hele"
        )
        assert said["plan"]["status"] == "draft"
        with course.database.read() as session:
            found = plans.draft(session, course.citizen.key)
        assert found is not None
        assert [(one.approved, one.comment) for one in found.approvals] == [
            (approved, "Ikke det hele")
        ]

    def test_a_yes_puts_it_in_force_and_retires_the_one_before(self, course: Course) -> None:
        adopted(course)
        assert in_force(course).version == 1
        second = drafted(course, dreams="At køre lastbil")
        assert in_force(course).version == 1
        said = course.do("plan:adopt", plan=second["plan"], approved="yes")
        assert said["plan"] == second["plan"] | {"status": "active"}
        assert in_force(course).dreams == "At køre lastbil"
        with course.database.read() as session:
            every = plans.versions(session, int(second["plan"]["key"]))
            assert [(one.version, one.status) for one in every] == [(2, "active"), (1, "retired")]

    def test_a_newer_draft_replaces_the_one_that_waits(self, course: Course) -> None:
        first = drafted(course)
        drafted(course)
        with pytest.raises(DomainError) as raised:
            course.do("plan:adopt", plan=first["plan"], approved="yes")
        assert raised.value.code == "plan:superseded"

    def test_the_plan_is_one_for_the_citizen_whatever_the_course(self, course: Course) -> None:
        first = adopted(course)
        course.key = 78
        second = drafted(course)
        assert second["plan"]["key"] == first["plan"]["key"]
        assert second["plan"]["version"] == 2

    def test_a_goal_goes_on_by_its_key_or_its_words_and_keeps_its_level(
        self, course: Course
    ) -> None:
        first = adopted(course)
        morning, practice = (one["key"] for one in first["goals"])
        course.do(
            "plan:review", plan=first["plan"], reviews=[review(morning, 2), review(practice, 3)]
        )
        second = drafted(
            course,
            goals=[
                goal("I praktik", 4, 2),
                goal("Selv op hver dag", key=morning),
                goal("Nye venner"),
            ],
        )
        assert [(one["key"], one["level"]) for one in second["goals"][:2]] == [
            (practice, 3),
            (morning, 2),
        ]
        assert second["goals"][2]["key"] not in {morning, practice}

    def test_another_citizens_plan_is_refused(self, course: Course) -> None:
        for plan in ({"key": "1"}, {"key": drafted(course)["plan"]["key"], "version": 9}):
            with pytest.raises(DomainError) as raised:
                course.do("plan:adopt", plan=plan, approved="yes")
            assert list(raised.value.fields) == ["plan"]
        with course.database.read() as session, pytest.raises(NotFound):
            plans.plan(session, 1)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"goals": []}, "goals"),
            ({"goals": [goal("x", 5)]}, "goals[0].baseline"),
            ({"goals": [goal("x") | {"target_date": "snart"}]}, "goals[0].target_date"),
            ({"dreams": ""}, "dreams"),
        ],
    )
    def test_what_is_missing_or_wrong_is_named(
        self, course: Course, wrong: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(DomainError) as raised:
            drafted(course, **wrong)
        assert list(raised.value.fields) == [field]


class TestFollowingUp:
    def test_all_is_reached_when_every_goal_has_come_to_its_target(self, course: Course) -> None:
        plan = adopted(course)
        one, two = (entry["key"] for entry in plan["goals"])
        answer = course.do(
            "plan:review", plan=plan["plan"], reviews=[review(one, 1), review(two, 3)]
        )
        assert (answer["all_reached"], answer["changed"]) == (False, False)
        assert [entry["level"] for entry in answer["goals"]] == [1, 3]
        answer = course.do("plan:review", plan=plan["plan"], reviews=[review(two, 2)])
        assert answer["all_reached"] is True

    def test_an_ended_goal_is_over_whatever_its_level(self, course: Course) -> None:
        plan = adopted(course)
        one, two = (entry["key"] for entry in plan["goals"])
        ended = [review(one, 4, "end"), review(two, None, "end_and_refer")]
        assert course.do("plan:review", plan=plan["plan"], reviews=ended)["all_reached"] is True

    def test_a_goal_to_be_changed_is_not_reached_and_calls_for_a_new_plan(
        self, course: Course
    ) -> None:
        plan = adopted(course)
        one, two = (entry["key"] for entry in plan["goals"])
        said = [review(one, 1, "change"), review(two, 2)]
        answer = course.do("plan:review", plan=plan["plan"], reviews=said)
        assert (answer["all_reached"], answer["changed"]) == (False, True)
        adopted(course)
        assert [entry.status for entry in in_force(course).goals] == ["continue", "continue"]

    @pytest.mark.parametrize(
        ("baseline", "target", "level", "reached"),
        [(3, 1, 0, True), (3, 1, 2, False), (1, 3, 3, True), (1, 3, 2, False), (2, 2, 2, False)],
    )
    def test_a_level_is_reached_from_the_side_where_it_began(
        self, course: Course, baseline: int, target: int, level: int, reached: bool
    ) -> None:
        plan = adopted(course, goals=[goal("Mål", baseline, target)])
        said = [review(plan["goals"][0]["key"], level)]
        assert course.do("plan:review", plan=plan["plan"], reviews=said)["all_reached"] is reached

    def test_a_goals_curve_and_new_date_are_kept(self, course: Course, clock: SetClock) -> None:
        plan = adopted(course)
        key = plan["goals"][0]["key"]
        for level in (3, None, 2):
            clock.advance(timedelta(days=30))
            said = [review(key, level, new_target_date="2027-09-01")]
            course.do("plan:review", plan=plan["plan"], reviews=said)
        with course.database.read() as session:
            assert [one.level for one in plans.reviews(session, int(key))] == [3, None, 2]
            assert [one.level for one in plans.reviews(session, int(key), limit=2)] == [None, 2]
        stands = in_force(course).goals[0]
        assert (stands.level, stands.reviews, stands.target_date) == (2, 3, date(2027, 9, 1))

    def test_support_goes_down_and_up_the_ladder_and_never_off_it(self, course: Course) -> None:
        plan = adopted(course)
        key = plan["goals"][0]["key"]
        steps = []
        for way in ("up", "down", "hold", "down", "down", "up"):
            course.do("plan:review", plan=plan["plan"], reviews=[review(key, 3)], support_step=way)
            found = in_force(course)
            steps.append(found.interventions[0].today(found.step))
        assert steps == [0, 1, 1, 2, 2, 1]
        adopted(course)
        assert in_force(course).step == 1, "the same ladders: one stays where one is"
        adopted(course, interventions=[])
        assert in_force(course).step == 0

    def test_a_goal_of_another_plan_is_refused(self, course: Course) -> None:
        plan = adopted(course)
        with pytest.raises(DomainError) as raised:
            course.do("plan:review", plan=plan["plan"], reviews=[review("1", 2)])
        assert list(raised.value.fields) == ["reviews[0].goal"]


class TestClosing:
    def test_the_outcome_is_told_to_the_courses_and_partners_lose_their_access(
        self, course: Course
    ) -> None:
        heard: list[CourseOutcome] = []
        course.database.facts.subscribe(CourseOutcome, lambda _work, fact: heard.append(fact))
        course.do("team:appoint", coordinator="maja", deputy="ole")
        course.do("team:assemble", members=[{"person": "lars"}])
        answer = course.do(
            "course:close",
            outcome="job",
            goals_result="Læreplads",
            citizen_evaluation="5",
            aftercare="no",
        )
        assert answer == {"closed_at": "2026-11-02T12:00:00+01:00"}
        assert heard == [
            CourseOutcome(
                course.key, course.citizen.key, "job", "Læreplads", 5, False, "", "", "maja", NOON
            )
        ]
        with course.database.read() as session:
            assert [one.username for one in teams.members(session, course.key)] == ["maja", "ole"]

    def test_a_course_ends_in_a_known_way(self, course: Course) -> None:
        with pytest.raises(DomainError) as raised:
            course.do("course:close", outcome="forsvundet")
        assert list(raised.value.fields) == ["outcome"]
