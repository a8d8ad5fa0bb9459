"""Deadlines of running courses: how models start, pause and meet them, and what comes of them by itself."""

from __future__ import annotations

import pytest

from app import courses, deadlines
from app.clock import LOCAL
from app.courses import Order
from app.deadlines import Deadline
from app.errors import DomainError
from tests.unit.deadlines.conftest import DRIFT, Desk, line, service, task

TREATMENT = {"deadline_code": "drug_treatment"}


def ends(deadline: Deadline) -> str:
    return deadline.due.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")


class TestATaskUnderADeadline:
    def test_starts_it_by_the_rule_in_the_table_and_is_due_when_it_is(self, desk: Desk) -> None:
        desk.publish(line(task("assess", deadline="drug_treatment")))
        course = desk.start()
        [found] = desk.deadlines(course)
        assert ends(found) == "2026-11-16 23:59:59"
        assert found.source == "Serviceloven § 101: 14 dage"
        assert (found.kind, found.legal_basis) == ("lov", "sel_101")
        assert found.rule == "lovfrist_drug_treatment"
        assert found.on_breach.startswith("Teamlederen får besked.")
        opened = desk.task(course, "assess")
        assert (opened.due, opened.deadline_key) == (found.due, found.key)

    def test_done_in_time_has_met_it(self, desk: Desk) -> None:
        desk.publish(line(task("assess", deadline="call_back")))
        course = desk.start()
        desk.complete(course, "assess")
        [found] = desk.deadlines(course)
        assert (found.status, found.breached_at) == ("met", None)
        desk.go_to("2026-12-24T12:00")
        assert [one.breached_at for one in desk.deadlines(course)] == [None]

    def test_joins_the_deadline_that_runs_in_the_course_already(self, desk: Desk) -> None:
        desk.publish(
            line(
                service("begin", "deadline:start", deadline_from="=wish_at", **TREATMENT),
                task("assess", deadline="drug_treatment"),
                task("treat", deadline="drug_treatment", meets="drug_treatment"),
                task("after"),
            )
        )
        course = desk.start(wish_at="2026-10-30T12:00:00+01:00")
        assert ends(desk.deadlines(course)[0]) == "2026-11-13 23:59:59"
        desk.complete(course, "assess")
        assert [one.status for one in desk.deadlines(course)] == ["running"]
        assert desk.task(course, "treat").due == desk.deadlines(course)[0].due
        desk.complete(course, "treat")
        assert [one.status for one in desk.deadlines(course)] == ["met"]

    def test_ends_one_of_the_course_that_nobody_waits_for_any_longer(self, desk: Desk) -> None:
        desk.publish(
            line(
                service("begin", "deadline:start", **TREATMENT),
                task("end_treatment", waives="drug_treatment,alcohol_treatment"),
                task("after"),
            )
        )
        course = desk.start()
        desk.complete(course, "end_treatment")
        desk.go_to("2026-12-24T12:00")
        [found] = desk.deadlines(course)
        assert (found.status, found.breached_at) == ("waived", None)

    def test_the_deadline_that_a_task_has_met_is_none_for_the_next_one(self, desk: Desk) -> None:
        desk.publish(line(task("assess", deadline="call_back"), task("act", deadline="call_back")))
        course = desk.start()
        desk.complete(course, "assess")
        assert sorted(one.status for one in desk.deadlines(course)) == ["met", "running"]
        (running,) = [one for one in desk.deadlines(course) if one.status == "running"]
        assert desk.task(course, "act").due == running.due

    def test_cancelled_with_its_course_lets_it_lapse(self, desk: Desk) -> None:
        desk.publish(
            line(service("begin", "deadline:start", **TREATMENT), task("assess", deadline="decide"))
        )
        course = desk.start()
        order = Order(DRIFT, "Borgeren er flyttet.")
        desk.database.run(lambda work: courses.cancel(work, desk.runtime, course, order))
        assert [one.status for one in desk.deadlines(course)] == ["lapsed", "lapsed"]
        desk.go_to("2027-01-10T12:00")
        assert all(one.breached_at is None for one in desk.deadlines(course))


class TestOperations:
    def test_start_answers_with_the_end_the_source_and_the_rule(self, desk: Desk) -> None:
        desk.publish(line(service("begin", "deadline:start", **TREATMENT), task("wait")))
        course = desk.start()
        said = desk.variables(course, "wait")["deadline"]
        assert said["due"] == "2026-11-16T23:59:59+01:00"
        assert said["due_date"] == "2026-11-16"
        assert said["source"] == "Serviceloven § 101: 14 dage"
        assert said["rule"] == "lovfrist_drug_treatment"
        assert said["key"] == str(desk.deadlines(course)[0].key)

    def test_due_calculates_and_keeps_nothing(self, desk: Desk) -> None:
        birthday = {"deadline_code": "youth_support_decision", "deadline_from": "2027-03-14"}
        desk.publish(line(service("ask", "deadline:due", **birthday), task("wait")))
        course = desk.start()
        said = desk.variables(course, "wait")["deadline"]
        assert (said["due_date"], said["key"]) == ("2026-09-14", None)
        assert desk.deadlines(course) == []

    def test_a_decided_date_goes_before_the_rules_length(self, desk: Desk) -> None:
        decided = {"deadline_code": "follow_up_first", "deadline_due": "2026-12-01"}
        desk.publish(line(service("begin", "deadline:start", **decided), task("wait")))
        assert ends(desk.deadlines(desk.start())[0]) == "2026-12-01 23:59:59"

    def test_a_code_that_the_table_lacks_is_refused_with_words(self, desk: Desk) -> None:
        desk.publish(
            line(task("ask"), service("begin", "deadline:start", deadline_code="unknown_code"))
        )
        course = desk.start()
        with pytest.raises(DomainError, match="Tabellen over frister har ingen frist unknown_code"):
            desk.complete(course, "ask")

    def test_a_pause_moves_the_end_and_takes_the_task_out_of_the_count(self, desk: Desk) -> None:
        desk.publish(
            line(
                service("begin", "deadline:start", **TREATMENT),
                task("ask"),
                service(
                    "pause", "deadline:pause", deadline_reason="Venter på borgeren", **TREATMENT
                ),
                task("wait", deadline="drug_treatment"),
                service("resume", "deadline:resume", **TREATMENT),
                task("assess", deadline="drug_treatment"),
            )
        )
        course = desk.start()
        desk.complete(course, "ask")
        assert [one.status for one in desk.deadlines(course)] == ["paused"]
        assert desk.task(course, "wait").due is None
        desk.go_to("2026-11-20T08:00")
        assert [one.breached_at for one in desk.deadlines(course)] == [None]
        desk.complete(course, "wait")
        [found] = desk.deadlines(course)
        assert ends(found) == "2026-12-04 23:59:59"  # 16 Nov and the 18 days from 2 to 20 Nov
        assert desk.task(course, "assess").due == found.due

    def test_met_late_is_said_and_never_silent(self, desk: Desk) -> None:
        desk.publish(
            line(
                service("begin", "deadline:start", **TREATMENT),
                task("treat"),
                service("meet", "deadline:meet", output="in_time", **TREATMENT),
                task("after"),
            )
        )
        course = desk.start()
        desk.clock.set(desk.clock.now().replace(day=20))  # nobody has looked since its end
        desk.complete(course, "treat")
        assert desk.variables(course, "after")["in_time"] is False
        [found] = desk.deadlines(course)
        assert found.status == "met"
        assert found.breached_at is not None
        assert "course:deadline-breached" in desk.kinds(course)

    def test_waived_by_the_citizen_it_ends_with_the_reason(self, desk: Desk) -> None:
        desk.publish(
            line(
                service("begin", "deadline:start", **TREATMENT),
                service("waive", "deadline:waive", deadline_reason="Frit valg", **TREATMENT),
                task("after"),
            )
        )
        course = desk.start()
        [found] = desk.deadlines(course)
        assert found.status == "waived"
        with desk.database.read() as session:
            said = deadlines.events(session, found.key)
        assert [(one.what, one.note) for one in said][-1] == ("waived", "Frit valg")


class TestWhatComesByItself:
    def test_reminders_come_as_the_rule_says_and_then_the_breach(self, desk: Desk) -> None:
        desk.publish(line(task("assess", deadline="drug_treatment")))
        course = desk.start()
        for day, kinds in (
            ("2026-11-09T23:59", []),
            ("2026-11-10T08:00", ["reminded"]),
            ("2026-11-14T08:00", ["reminded"] * 2),
            ("2026-11-16T08:00", ["reminded"] * 3),
            ("2026-11-16T23:59", ["reminded"] * 3),
            ("2026-11-17T00:00", ["reminded"] * 3 + ["breached"]),
            ("2026-12-17T00:00", ["reminded"] * 3 + ["breached"]),
        ):
            desk.go_to(day)
            written = [kind for kind in desk.kinds(course) if kind.startswith("course:deadline-")]
            assert written == [f"course:deadline-{kind}" for kind in kinds]
        [found] = desk.deadlines(course)
        assert found.status == "running"
        assert found.escalate_to == "team_leader"

    def test_a_course_that_waits_for_it_hears_of_the_breach(self, desk: Desk) -> None:
        desk.publish(
            '<message id="m" name="deadline_breached"><extensionElements>'
            '<zeebe:subscription correlationKey="=deadline.key"/></extensionElements></message>'
            + line(
                service("begin", "deadline:start", **TREATMENT),
                '<intermediateCatchEvent id="hear"><messageEventDefinition id="md" messageRef="m"/>'
                "</intermediateCatchEvent>",
                task("late"),
            )
        )
        course = desk.start()
        desk.go_to("2026-11-17T00:01")
        assert desk.task(course, "late").status == "open"
        assert desk.variables(course, "late")["deadline_code"] == "drug_treatment"

    def test_a_team_leader_takes_a_breach_up_once_and_says_what_happens(self, desk: Desk) -> None:
        desk.publish(line(task("assess", deadline="call_back")))
        course = desk.start()
        desk.go_to("2026-11-04T00:01")
        with desk.database.read() as session:
            assert deadlines.unseen_breaches(session, None) == 1
        [found] = desk.deadlines(course)
        with pytest.raises(DomainError, match="Skriv, hvad der sker nu"):
            desk.database.run(lambda work: deadlines.acknowledge(work, found.key, " ", by="tina"))
        desk.database.run(
            lambda work: deadlines.acknowledge(work, found.key, "Mette ringer nu.", by="tina")
        )
        with desk.database.read() as session:
            assert deadlines.unseen_breaches(session, None) == 0
        with pytest.raises(DomainError, match="allerede"):
            desk.database.run(lambda work: deadlines.acknowledge(work, found.key, "Igen", by="ole"))

    def test_a_due_date_that_the_model_sets_is_escalated_too(self, desk: Desk) -> None:
        schedule = '<zeebe:taskSchedule dueDate="2026-11-05"/>'
        desk.publish(line(task("assess", schedule)))
        course = desk.start()
        desk.database.run(courses.begin_rounds)
        desk.go_to("2026-11-05T20:00")
        assert desk.deadlines(course) == []
        desk.go_to("2026-11-06T00:06")
        [found] = desk.deadlines(course)
        assert (found.name, found.source) == ("assess", "Kommunens egen frist")
        assert found.breached_at is not None
        assert desk.task(course, "assess").deadline_key == found.key
        desk.go_to("2026-11-06T10:00")
        assert len(desk.deadlines(course)) == 1
        desk.complete(course, "assess")
        desk.go_to("2026-11-06T11:00")
        assert [one.status for one in desk.deadlines(course)] == ["met"]

    def test_how_well_each_rule_is_kept_can_be_counted(self, desk: Desk) -> None:
        desk.publish(line(task("assess", deadline="drug_treatment")))
        early, late, _running = desk.start(), desk.start(), desk.start()
        desk.complete(early, "assess")
        desk.go_to("2026-11-18T08:00")
        desk.complete(late, "assess")
        with desk.database.read() as session:
            [kept] = deadlines.kept(session, None)
        assert (kept.code, kept.in_time, kept.breached, kept.silent) == ("drug_treatment", 1, 2, 0)
        assert kept.share == 33
