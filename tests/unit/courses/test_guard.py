"""A guard may hold a message from one course to another back: kept, seen, offered again, dropped at its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import courses, jobs
from app.courses import Course, Delivery, MessageReceipt
from tests.unit.courses.conftest import BO, MONDAY, Desk
from tests.unit.courses.test_between_courses import HEARS, catches, kinds, sends, verified


@dataclass
class Closed:
    """A guard of the test's own: lets nothing through before `open`."""

    open: bool = False
    asked: list[Delivery] = field(default_factory=list)

    def objection(self, _session: Session, delivery: Delivery, /) -> str | None:
        self.asked.append(delivery)
        return None if self.open else "Der er intet samtykke, som dækker modtageren."


@pytest.fixture
def guard(desk: Desk) -> Closed:
    guard = Closed()
    desk.runtime = replace(desk.runtime, guard=guard)
    return guard


def held(desk: Desk) -> list[tuple[str, int | None, str]]:
    with desk.database.read() as session:
        return [
            (one.receipt.process_id, one.receipt.course_key, one.receipt.held_because)
            for one in courses.held_messages(session)
        ]


def test_a_message_that_the_guard_holds_back_is_kept_and_seen(desk: Desk, guard: Closed) -> None:
    desk.publish(HEARS)
    desk.publish(sends())
    waiting = desk.start("hears", who="anna")
    sender = desk.start("throws", who="anna")
    desk.complete(sender, "go")
    desk.run_due()

    assert desk.open_tasks(waiting) == {}
    assert held(desk) == [("hears", waiting, "Der er intet samtykke, som dækker modtageren.")]
    assert guard.asked == [Delivery("treatment_ended", "anna", sender, "hears", waiting)]
    assert kinds(desk, sender)[-1] == "course:message-held"
    assert kinds(desk, waiting) == ["course:started"], "it may not know of it"

    # When: it is asked again and still objects, it stays
    desk.clock.set(desk.clock.now() + timedelta(hours=2))
    desk.run_due()
    assert len(held(desk)) == 1
    assert kinds(desk, sender).count("course:message-held") == 1

    # When: it lets it through
    guard.open = True
    assert desk.database.run(courses.offer_held) == 1
    desk.run_due()
    assert set(desk.open_tasks(waiting)) == {"heard"}
    assert held(desk) == []
    assert verified(desk)


def test_what_is_held_back_at_its_end_is_dropped(desk: Desk, guard: Closed) -> None:
    desk.publish(HEARS)
    desk.publish(sends())
    waiting = desk.start("hears", who="anna")
    sender = desk.start("throws", who="anna")
    desk.complete(sender, "go")
    desk.run_due()
    desk.clock.set(MONDAY + timedelta(days=31))
    guard.open = True
    desk.run_due()
    assert kinds(desk, sender)[-1] == "course:message-dropped"
    assert verified(desk)
    assert desk.open_tasks(waiting) == {}
    assert held(desk) == []
    with desk.database.read() as session:
        assert jobs.next_due(session) is None


def test_a_course_that_begins_to_wait_is_held_from_a_kept_message_too(
    desk: Desk, guard: Closed
) -> None:
    desk.publish(HEARS)
    desk.publish(sends())
    desk.complete(desk.start("throws", who="anna"), "go")
    desk.run_due()
    late = desk.start("hears", who="anna")
    desk.run_due()
    assert desk.open_tasks(late) == {}
    assert [one[:2] for one in held(desk)] == [("hears", late)]
    guard.open = True
    desk.clock.set(desk.clock.now() + timedelta(hours=2))
    desk.run_due()
    assert set(desk.open_tasks(late)) == {"heard"}


def test_a_message_held_from_a_course_that_has_gone_is_free_for_the_next(
    desk: Desk, guard: Closed
) -> None:
    desk.publish(HEARS)
    desk.publish(sends())
    gone = desk.start("hears", who="anna")
    desk.complete(desk.start("throws", who="anna"), "go")
    desk.run_due()
    order = courses.Order(BO, "Fejloprettet.")
    desk.database.run(lambda work: courses.cancel(work, desk.runtime, gone, order))
    desk.database.run(courses.offer_held)
    desk.run_due()
    assert held(desk) == []
    guard.open = True
    assert set(desk.open_tasks(desk.start("hears", who="anna"))) == {"heard"}


def test_the_guard_holds_a_message_from_beginning_a_course(desk: Desk, guard: Closed) -> None:
    begins = '<message id="m" name="treatment_ended"/>' + catches("").replace(
        '<startEvent id="s"/>',
        '<startEvent id="s"><messageEventDefinition id="md" messageRef="m"/></startEvent>',
    ).replace('<intermediateCatchEvent id="catch"></intermediateCatchEvent>', '<task id="catch"/>')
    desk.publish(begins)
    desk.publish(sends())
    desk.complete(desk.start("throws", who="anna"), "go")
    desk.run_due()
    assert [one[:2] for one in held(desk)] == [("hears", None)]
    guard.open = True
    desk.database.run(courses.offer_held)
    desk.run_due()
    with desk.database.read() as session:
        assert len(session.scalars(select(Course).where(Course.process_id == "hears")).all()) == 1
        assert session.scalars(select(MessageReceipt.held_because)).one() == ""


def test_people_are_not_guarded_here_they_have_permits_of_their_own(
    desk: Desk, guard: Closed
) -> None:
    desk.publish(HEARS)
    waiting = desk.start("hears", who="anna")
    desk.database.run(
        lambda work: courses.publish_message(work, desk.runtime, "treatment_ended", "anna")
    )
    assert set(desk.open_tasks(waiting)) == {"heard"}
    assert guard.asked == []
