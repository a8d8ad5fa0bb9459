"""What a plan and a decision must hold, one plan for several courses and people, and what differs between versions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app import citizens, plans
from app.citizens import NewCitizen
from app.clock import SetClock
from app.errors import DomainError
from app.journal import Keyring
from app.plans import SupportClash
from app.plans.rules import missing_in_decision
from app.storage import UnitOfWork
from tests.unit.nouns import NOON, Course
from tests.unit.plans.test_plans import DRAFT, LADDER, adopted, drafted, goal

SUPPORT = DRAFT["interventions"][0]
DECISION: dict[str, Any] = {
    "decision_result": "partly",
    "reasoning": "Støtten kan gives på dagtid.",
    "decision_basis": "sel_85",
    "party_heard": "yes",
    "complaint_guidance": True,
    "decision_valid_from": "2026-11-10",
}


def version(course: Course, answer: dict[str, Any]) -> plans.Plan:
    with course.database.read() as session:
        return plans.plan(session, int(answer["plan"]["key"]), answer["plan"]["version"])


def as_other(course: Course, key: int = 78) -> Course:
    return Course(course.database, course.citizen, key=key, actor="ole")


class TestBeforeAPlanIsInForce:
    @pytest.mark.parametrize(
        ("spoiled", "why"),
        [
            (goal("Op", measure="?"), "kan ikke måles"),
            (goal("Op", 2, 2, goal_type="develop"), "slutter, hvor det begynder"),
            (goal("Op", target_date="2026-11-02"), "skulle være nået før i dag"),
        ],
    )
    def test_its_goals_can_be_measured(
        self, course: Course, spoiled: dict[str, Any], why: str
    ) -> None:
        answer = drafted(course, goals=[spoiled])
        with pytest.raises(DomainError, match=why) as refused:
            course.do("plan:adopt", plan=answer["plan"], approved="yes")
        assert list(refused.value.fields) == ["approved"]
        assert version(course, answer).status == "draft"
        assert course.do("plan:adopt", plan=answer["plan"], approved="no")

    def test_every_step_but_the_last_says_when_one_goes_on(self, course: Course) -> None:
        ladder = [{**LADDER[0], "step_down_criterion": ""}, *LADDER[1:]]
        answer = drafted(course, interventions=[{**SUPPORT, "ladder": ladder}])
        with pytest.raises(DomainError, match="mangler på trin 1"):
            course.do("plan:adopt", plan=answer["plan"], approved="yes")

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"ends": "2026-11-01"}, "ends"),
            ({"hours_per_week": 169}, "hours_per_week"),
            ({"hours_per_week": 1.3}, "hours_per_week"),
        ],
    )
    def test_support_does_not_contradict_itself(
        self, course: Course, changed: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(DomainError) as refused:
            drafted(course, interventions=[{**SUPPORT, **changed}])
        assert list(refused.value.fields) == [f"interventions[0].{field}"]

    def test_goals_have_sub_goals_a_person_and_support_a_legal_basis(self, course: Course) -> None:
        answer = drafted(
            course,
            goals=[goal("Op", subgoals=["Vækkeur", "Morgenmad"], person="Noah")],
            interventions=[{**SUPPORT, "legal_basis": "SEL § 85", "ends": "2027-01-01"}],
        )
        found = version(course, answer)
        assert (found.goals[0].subgoals, found.goals[0].person) == (
            ("Vækkeur", "Morgenmad"),
            "Noah",
        )
        assert (found.interventions[0].legal_basis, found.interventions[0].ends) == (
            "SEL § 85",
            date(2027, 1, 1),
        )


class TestDeciding:
    def test_a_decision_is_kept_with_what_it_must_say(self, course: Course) -> None:
        answer = course.do("plan:decide", **DECISION)
        assert answer["decision"]["result"] == "partly"
        with course.database.read() as session:
            (found,) = plans.decisions(session, course.citizen.key)
        assert (found.legal_basis, found.heard, found.by) == ("sel_85", "yes", "maja")

    @pytest.mark.parametrize(
        ("without", "field"),
        [
            ({"reasoning": ""}, "reasoning"),
            ({"decision_basis": ""}, "decision_basis"),
            ({"party_heard": None}, "party_heard"),
            ({"party_heard": "exempt"}, "hearing_exemption"),
            ({"complaint_guidance": False}, "complaint_guidance"),
        ],
    )
    def test_it_is_refused_where_something_is_missing(
        self, course: Course, without: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(DomainError) as refused:
            course.do("plan:decide", **{**DECISION, **without})
        assert list(refused.value.fields) == [field]

    @pytest.mark.parametrize(
        ("said", "missing"),
        [
            ({}, []),
            ({"decision_burdens": True}, ["party_heard"]),
            ({"decision_burdens": True, "hearing_sent": NOON.date()}, []),
        ],
    )
    def test_what_is_fully_granted_needs_only_its_basis_unless_it_burdens(
        self, said: dict[str, Any], missing: list[str]
    ) -> None:
        granted = {
            "decision_result": "granted",
            "decision_basis": "sel_85",
            "reasoning": "",
            "decision_burdens": False,
            "hearing_sent": None,
            "party_heard": "",
            "hearing_exemption": "",
            "complaint_guidance": False,
        }
        assert list(missing_in_decision({**granted, **said})) == missing


class TestOnePlanForSeveralCourses:
    def test_each_sees_the_others_goals_and_support_at_once_and_leaves_them_standing(
        self, course: Course
    ) -> None:
        adopted(course)
        other = as_other(course)
        answer = adopted(
            other,
            goals=[goal("Styr på pengene")],
            existing_plans=[],
            interventions=[{**SUPPORT, "provider": "Gældsrådgiver", "start": "2026-12-14"}],
        )
        assert [one["citizen_words"] for one in answer["goals"]] == ["Styr på pengene"]
        found = version(course, answer)
        assert [(one.citizen_words, one.course_key) for one in found.goals] == [
            ("Styr på pengene", 78),
            ("Op om morgenen", 77),
            ("I praktik", 77),
        ]
        assert [one.provider for one in found.interventions] == ["Gældsrådgiver", "Bostøtten"]
        assert [one.owner for one in found.existing_plans] == ["FGU"]
        with course.database.read() as session:
            assert plans.current(session, course.citizen.key) == found

    def test_a_course_takes_its_own_goals_out_and_never_anothers(self, course: Course) -> None:
        adopted(course)
        adopted(as_other(course), goals=[goal("Styr på pengene")], interventions=[])
        answer = adopted(course, goals=[goal("Op om morgenen")], interventions=[])
        assert [one.citizen_words for one in version(course, answer).goals] == [
            "Op om morgenen",
            "Styr på pengene",
        ]

    def test_support_that_begins_in_the_same_week_asks_for_coordination(
        self, course: Course
    ) -> None:
        told: list[SupportClash] = []

        def keep(_work: UnitOfWork, fact: SupportClash) -> None:
            told.append(fact)

        course.database.facts.subscribe(SupportClash, keep)
        drafted(course)
        assert told == []
        answer = drafted(
            as_other(course),
            interventions=[{**SUPPORT, "provider": "Mentor", "start": "2026-11-12"}],
        )
        assert [(one.course_key, one.on) for one in told] == [(78, date(2026, 11, 12))]
        ((one, other),) = plans.clashes(version(course, answer))
        assert {one.provider, other.provider} == {"Mentor", "Bostøtten"}


class TestOnePlanForAHousehold:
    def test_those_who_live_together_have_the_same_plan(
        self, course: Course, keyring: Keyring
    ) -> None:
        with course.database.write() as work:
            new = NewCitizen("150610-4004", "Ella", "Ågård")
            ella = citizens.find_or_register(work, keyring, new, "ina")
            citizens.add_household(work, "Ågård", [course.citizen.key, ella.key], date(2020, 1, 1))
        answer = adopted(course)
        member = {"members": [{"key": str(ella.key)}]}
        shared = {"plan_shared": 1, "own_plans_of": []}
        assert course.do("plan:share", **member) == shared
        assert course.do("plan:share", **member) == shared, "once more does no harm"
        sister = Course(course.database, ella, key=79)
        again = adopted(sister, goals=[goal("Vil have en hund", person="Ella")])
        assert again["plan"]["key"] == answer["plan"]["key"]
        with course.database.read() as session:
            mine = plans.current(session, course.citizen.key)
            assert mine is not None
            assert mine == plans.current(session, ella.key)
        assert mine.goals[0].person == "Ella"
        assert mine.shared_with == (ella.key,)

    def test_who_lives_elsewhere_or_has_a_plan_is_refused(
        self, course: Course, keyring: Keyring
    ) -> None:
        with course.database.write() as work:
            new = NewCitizen("150610-4004", "Ella", "Ågård")
            ella = citizens.find_or_register(work, keyring, new, "ina")
        member = {"members": [{"key": str(ella.key)}]}
        with pytest.raises(DomainError, match="bor sammen"):
            course.do("plan:share", **member)
        adopted(Course(course.database, ella, key=79))
        with course.database.write() as work:
            citizens.add_household(work, "Ågård", [course.citizen.key, ella.key], date(2020, 1, 1))
        with pytest.raises(DomainError, match="plan i forvejen"):
            course.do("plan:share", **member)
        left = course.do("plan:share", **member, own_plans="leave_out")
        assert left == {"plan_shared": 0, "own_plans_of": [ella.first_name]}

    def test_another_course_begins_with_what_the_plan_says_already(self, course: Course) -> None:
        nothing = course.do("plan:find")
        assert (nothing["dreams"], nothing["existing_plans"]) == (None, [])
        plan = {"area": "health", "law": "Sundhedsloven", "owner": "Egen læge", "merge": "no"}
        against = "Kontrol hver tirsdag, når praktikken begynder"
        adopted(
            course,
            objective="At blive dyrepasser",
            objective_kind="education",
            existing_plans=[{**plan, "contradicts": against}],
        )
        other = Course(course.database, course.citizen, key=79)
        found = other.do("plan:find")
        assert (found["objective"], found["objective_kind"]) == (
            "At blive dyrepasser",
            "education",
        )
        assert found["existing_plans"] == [{**plan, "contradicts": against}]
        with course.database.read() as session:
            mine = plans.current(session, course.citizen.key)
        assert mine is not None
        assert [one.contradicts for one in mine.existing_plans] == [against]

    def test_what_it_is_all_for_is_told_among_the_changes(self, course: Course) -> None:
        adopted(course, objective="At få et job", objective_kind="job")
        answer = adopted(course, objective="At få et fritidsjob", objective_kind="job")
        with course.database.read() as session:
            first = plans.plan(session, int(answer["plan"]["key"]), 1)
            second = plans.plan(session, int(answer["plan"]["key"]), 2)
        assert "objective" in [one.field for one in plans.difference(first, second)]


class TestClosing:
    def test_a_course_with_goals_nobody_has_scored_is_not_closed(
        self, course: Course, clock: SetClock
    ) -> None:
        answer = adopted(course)
        with pytest.raises(DomainError, match="»Op om morgenen«, »I praktik«"):
            course.do("course:close", outcome="education")
        clock.advance(timedelta(days=30))
        reviews = [
            {"goal": one["key"], "current_level": 2, "status": "end"} for one in answer["goals"]
        ]
        course.do("plan:review", plan=answer["plan"], reviews=reviews)
        assert course.do("course:close", outcome="education")["closed_at"]

    @pytest.mark.parametrize("outcome", ["declined", "moved", "deceased"])
    def test_unless_there_is_nobody_to_ask(self, course: Course, outcome: str) -> None:
        adopted(course)
        assert course.do("course:close", outcome=outcome)["closed_at"]


def test_a_new_target_date_lies_ahead(course: Course) -> None:
    answer = adopted(course)
    review = {
        "goal": answer["goals"][0]["key"],
        "current_level": 2,
        "status": "change",
        "new_target_date": "2026-11-02",
    }
    with pytest.raises(DomainError) as refused:
        course.do("plan:review", plan=answer["plan"], reviews=[review])
    assert list(refused.value.fields) == ["reviews[0].new_target_date"]


def test_what_differs_between_two_versions_is_told_word_by_word(course: Course) -> None:
    first = adopted(course)
    changed = {**SUPPORT, "hours_per_week": 4, "ladder": LADDER[1:]}
    second = adopted(
        course,
        dreams="At blive dygtig mekaniker",
        goals=[goal("Op om morgenen", target_date="2027-08-01"), goal("En hund")],
        interventions=[changed, {**SUPPORT, "intervention_type": "mentor", "provider": "Poul"}],
    )
    found = plans.difference(version(course, first), version(course, second))
    told = [(one.field, one.about, [(part.kind, part.text) for part in one.parts]) for one in found]
    assert told == [
        ("dreams", "", [("same", "At blive"), ("new", "dygtig"), ("same", "mekaniker")]),
        ("target_date", "Op om morgenen", [("old", "1.6.2027"), ("new", "1.8.2027")]),
        ("new_goal", "", [("new", "En hund")]),
        ("ended_goal", "", [("old", "I praktik")]),
        ("hours_per_week", "morning_call", [("old", "2.5"), ("new", "4")]),
        (
            "ladder",
            "morning_call",
            [("old", "Personligt 5,"), ("same", "Opkald 5, Ingen kontakt 0")],
        ),
        ("new_support", "mentor", [("new", "Poul")]),
    ]
