"""From which day, and how many at once, courses of a kind may begin: the model says so, and people are held to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import courses
from app.courses import StartRequest
from app.errors import DomainError
from tests.unit.courses.conftest import Desk

HEAD = '<message id="m" name="begins"/>'


def model(properties: str) -> str:
    return f"""{HEAD}<process id="p" name="Pilotforløb" isExecutable="true"><extensionElements>
      <zeebe:properties>{properties}</zeebe:properties></extensionElements>
      <startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>
      <startEvent id="s2"><messageEventDefinition id="md" messageRef="m"/></startEvent>
      <sequenceFlow id="f2" sourceRef="s2" targetRef="t"/>
      <userTask id="t"><extensionElements><zeebe:userTask/></extensionElements></userTask></process>"""


def test_nobody_begins_a_course_before_the_day_that_its_model_names(desk: Desk) -> None:
    desk.publish(model('<zeebe:property name="begins_on" value="2026-03-03"/>'))
    with pytest.raises(DomainError, match=r"»Pilotforløb« begynder først 3\.3\.2026") as refused:
        desk.start("p")
    assert "kind" in refused.value.fields  # the page says it at the kind of course
    desk.clock.advance(timedelta(days=1))
    assert desk.start("p")


def test_no_more_begin_than_the_model_allows_until_one_has_ended(desk: Desk) -> None:
    desk.publish(model('<zeebe:property name="at_most" value="2"/>'))
    first, _ = desk.start("p"), desk.start("p")
    with pytest.raises(DomainError, match="højst være 2 »Pilotforløb« i gang"):
        desk.start("p")
    desk.complete(first, "t")
    assert desk.start("p")


def test_what_a_message_begins_is_not_held_to_it(desk: Desk) -> None:
    """Nobody could be told; what has happened, has happened."""
    desk.publish(model('<zeebe:property name="at_most" value="0"/>'))
    begun = desk.database.run(
        lambda work: courses.publish_message(work, desk.runtime, "begins", "", variables={})
    )
    assert len(begun) == 1


def test_a_version_can_be_asked_for_and_is_held_to_its_own_words(desk: Desk) -> None:
    desk.publish(model('<zeebe:property name="at_most" value="0"/>'))
    with pytest.raises(DomainError) as refused:
        desk.database.run(
            lambda work: courses.start(work, desk.runtime, StartRequest("p"), "mette")
        )
    assert refused.value.code == "course:not-admitted"
