"""The youth course from inquiry to closing, as a young citizen and the colleagues would go through it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.workflows.walk import Walk

GOAL = {
    "citizen_words": "Jeg vil op om morgenen og i skole",
    "goal": "Sofie møder til tiden fire dage om ugen",
    "goal_type": "develop",
    "theme": "education",
    "target_date": "2027-06-01",
    "measure": "Skolens fraværsliste",
    "baseline": 3,
    "target": 1,
    "responsible": "mette",
}

TEAM = [
    {"party_kind": "authority", "person": "jonas", "role": "Sagsbehandler", "area": "employment"},
    {"party_kind": "network", "name": "Moster Karen", "role": "Moster", "area": "family"},
]
TOLD = ["purpose", "who_shares", "voluntary", "withdraw", "refusal", "access"]


def _review(goal: str, status: str, **more: Any) -> dict[str, Any]:
    views = {"citizen_view": "Det går bedre", "professional_view": "Mindre fravær"}
    return {"goal": goal, "current_level": 1, "status": status, **views, **more}


def _to_consent(walk: Walk, *, concern: str = "no", givers: tuple[str, ...] = ("citizen",)) -> None:
    why = {"concern_reason": "Sofie er ikke set i skole i en måned"} if concern == "yes" else {}
    walk.complete(
        "register_inquiry",
        concern_for_child=concern,
        sender_relation="parent",
        callback_wanted=True,
        **why,
    )
    walk.complete("treat_inquiry", outcome="open_course", responsible="jonas")
    walk.complete("call_back", reached="yes")
    walk.complete("inform_citizen", consent_givers=list(givers), informed_topics=TOLD)


def _to_team(walk: Walk, **more: Any) -> None:
    _to_consent(walk, **more)
    while "record_consent" in walk.open:
        walk.complete("record_consent", decision="given")


def _to_plan(walk: Walk) -> None:
    _to_team(walk)
    walk.complete("appoint_coordinator", coordinator="mette", deputy="jonas")
    walk.complete("assemble_team", members=TEAM)
    walk.complete("map_youth")
    walk.complete("prepare_agenda")
    assert [p["name"] for p in walk.task("convene_meeting").variables["participants"]] == [
        "jonas",
        "Moster Karen",
    ]
    aunt = {"name": "Moster Karen", "party_kind": "network", "party": "network", "why": "Støtte"}
    walk.complete("convene_meeting", participants=[aunt])
    walk.complete("record_minutes", attended=["Moster Karen"], citizen_present="yes")


def _to_follow_up(walk: Walk) -> None:
    _to_plan(walk)
    walk.complete("describe_dreams")
    walk.complete("register_existing_plans")
    walk.complete("draft_goals", goals=[GOAL])
    walk.complete("choose_interventions")
    walk.complete("approve_plan", approved="yes", next_follow_up="2026-12-01")


def test_a_course_runs_from_inquiry_to_closing() -> None:
    walk = Walk()
    assert walk.open == ["register_inquiry"]
    _to_follow_up(walk)
    assert walk.open == []

    walk.pass_time(timedelta(days=30))
    walk.complete("revise_goals", reviews=[_review("900", "end")])
    walk.complete("close_course", after_check_on=None)

    assert walk.end == "course_completed"
    assert [*walk.tasks, *walk.timers, *walk.subscriptions] == []
    assert len(walk.done) == 18


def test_each_task_goes_to_the_one_who_is_responsible_and_names_its_deadline() -> None:
    walk = Walk()
    assert walk.task("register_inquiry").candidate_groups == ("intake",)
    _to_consent(walk)
    assert walk.task("record_consent").assignee == "jonas"
    walk.complete("record_consent", decision="given")
    assert walk.task("appoint_coordinator").candidate_groups == ("team_leader",)
    assert dict(walk.task("appoint_coordinator").properties)["deadline"] == "appoint_coordinator"
    walk.complete("appoint_coordinator", coordinator="mette", deputy="jonas")
    assert walk.task("assemble_team").assignee == "mette"
    assert walk.task("assemble_team").candidate_groups == ("youth",)


def test_a_no_to_consent_ends_the_course_and_gives_the_inquiry_back() -> None:
    walk = Walk()
    _to_consent(walk, concern="yes")
    walk.complete("record_consent", decision="refused")

    assert walk.end == "not_taking_part"
    performed = [name for name, _ in walk.performed]
    assert performed.count("concern:open") == 1
    told = next(seen for name, seen in walk.performed if name == "message:publish")
    assert told["message_name"] == "concern_to_assess", "the concern is assessed all the same"
    assert told["message_variables"]["inquiry"]["key"] == "50"
    assert performed[-1] == "inquiry:return"
    returned = walk.performed[-1][1]
    assert returned["responsible"] == "jonas"
    assert "samtykke" in returned["reason"]


def test_one_no_among_several_is_a_no() -> None:
    walk = Walk()
    _to_consent(walk, givers=("citizen", "guardian_1"))
    assert walk.task("record_consent").element == "consent/record_consent"
    walk.complete("record_consent", decision="given")
    walk.complete("record_consent", decision="refused")
    assert walk.end == "not_taking_part"
    recorded = [seen for name, seen in walk.performed if name == "consent:record"]
    assert [seen["consent_giver"] for seen in recorded] == ["citizen", "guardian_1"]
    assert recorded[1]["purposes"] is None, "the first one's purposes are not the second one's"


def test_advice_is_enough_and_the_inquiry_is_closed() -> None:
    walk = Walk()
    walk.complete("register_inquiry", concern_for_child="no", callback_wanted=False)
    walk.complete("treat_inquiry", outcome="advice_only", responsible="jonas")
    assert walk.end == "no_course"
    assert walk.performed[-1][0] == "inquiry:close"


def test_an_inquiry_that_waits_two_days_reaches_the_team_leader() -> None:
    walk = Walk()
    walk.complete("register_inquiry", concern_for_child="no")
    walk.pass_time(timedelta(days=2))
    assert walk.open == ["handle_delay", "treat_inquiry"]
    walk.complete("handle_delay")
    assert walk.open == ["treat_inquiry"]


def test_a_meeting_without_the_citizen_is_convened_again() -> None:
    walk = Walk()
    _to_team(walk)
    walk.complete("appoint_coordinator", coordinator="mette", deputy="jonas")
    walk.complete("assemble_team")
    walk.complete("map_youth")
    walk.complete("prepare_agenda")
    walk.complete("convene_meeting")
    walk.complete("record_minutes", citizen_present="no", held_without_citizen="no")
    assert walk.open == ["convene_meeting"]


def test_a_no_to_the_plan_leads_back_to_the_goals() -> None:
    walk = Walk()
    _to_plan(walk)
    walk.complete("describe_dreams")
    walk.complete("register_existing_plans")
    walk.complete("draft_goals", goals=[GOAL])
    walk.complete("choose_interventions")
    walk.complete("approve_plan", approved="no", comment="Det er ikke mine mål")
    assert walk.open == ["draft_goals"]


def test_goals_are_revised_until_they_are_reached() -> None:
    walk = Walk()
    _to_follow_up(walk)
    for _ in range(3):
        walk.pass_time(timedelta(days=40))
        following = (walk.now + timedelta(days=30)).date().isoformat()
        walk.complete(
            "revise_goals", reviews=[_review("900", "continue")], next_follow_up=following
        )
    walk.pass_time(timedelta(days=40))
    walk.complete("revise_goals", reviews=[_review("900", "end_and_refer")])
    assert walk.open == ["close_course"]


def test_a_changed_goal_leads_back_to_the_plan_and_keeps_its_dreams() -> None:
    walk = Walk()
    _to_follow_up(walk)
    walk.message("adjustment_requested", what="Timetal", reason="Mere støtte om morgenen")
    changed = _review("900", "change", new_target_date="2027-09-01")
    walk.complete("revise_goals", reviews=[changed], next_follow_up="2027-01-04")
    assert walk.open == ["draft_goals"]
    walk.complete("draft_goals", goals=[GOAL])
    walk.complete("choose_interventions")
    walk.complete("approve_plan", approved="yes", next_follow_up="2027-02-01")
    assert walk.open == []


def test_a_late_follow_up_reaches_the_team_leader() -> None:
    walk = Walk()
    _to_follow_up(walk)
    walk.pass_time(timedelta(days=29 + 22))
    assert walk.open == ["handle_delay", "revise_goals"]


def test_at_18_the_parents_access_ends_and_the_young_one_is_asked_anew() -> None:
    walk = Walk(turns_18="2026-11-20", age=17)
    birthday = [timer for timer in walk.timers.values() if timer.element == "turns_18"]
    assert [t.due for t in birthday] == [datetime(2026, 11, 19, 23, 0, tzinfo=UTC)]
    _to_team(walk, givers=("citizen", "guardian_1"))

    walk.pass_time(timedelta(days=18))

    assert "citizen:come_of_age" in [name for name, _ in walk.performed]
    assert walk.open == ["appoint_coordinator", "inform_citizen"]
    assert walk.task("inform_citizen").assignee == "jonas"
    walk.complete("inform_citizen", consent_givers=["citizen"], informed_topics=TOLD)
    walk.complete("record_consent", decision="given")
    assert walk.open == ["appoint_coordinator"]


def test_a_no_at_18_stops_the_course() -> None:
    walk = Walk(turns_18="2026-11-20", age=17)
    _to_team(walk)
    walk.pass_time(timedelta(days=18))
    walk.complete("inform_citizen", consent_givers=["citizen"], informed_topics=TOLD)
    walk.complete("record_consent", decision="refused")
    assert walk.end == "stopped"


def test_an_adult_has_no_birthday_to_wait_for() -> None:
    walk = Walk(turns_18="2020-03-02", age=24)
    walk.pass_time(timedelta(days=365 * 15))
    assert "citizen:come_of_age" not in [name for name, _ in walk.performed]


def test_a_withdrawn_consent_is_assessed_while_the_course_goes_on() -> None:
    walk = Walk()
    _to_follow_up(walk)
    walk.message("consent_withdrawn", consent_key="70", scope="all", reason="Vil ikke mere")
    assert walk.open == ["assess_withdrawal"]
    assert walk.task("assess_withdrawal").assignee == "mette"
    walk.complete("assess_withdrawal", consequence="continue_reduced")
    walk.pass_time(timedelta(days=40))
    assert walk.open == ["revise_goals"]
    walk.message("consent_withdrawn", consent_key="71", scope="all", reason="")
    assert walk.open == ["assess_withdrawal", "revise_goals"]


def test_a_withdrawn_consent_can_end_the_course_but_not_the_duty() -> None:
    walk = Walk()
    _to_follow_up(walk)
    walk.message("consent_withdrawn", consent_key="70", scope="all", reason="Vil ikke mere")
    walk.complete("assess_withdrawal", consequence="end_course")
    assert walk.end == "stopped"
    assert walk.performed[-1][0] == "inquiry:return"
    assert walk.performed[-1][1]["responsible"] == "mette"
    assert [*walk.tasks, *walk.timers, *walk.subscriptions] == []


def test_two_walks_with_the_same_answers_end_in_the_same_state() -> None:
    first, second = Walk(), Walk()
    for walk in (first, second):
        _to_follow_up(walk)
    assert first.state == second.state
