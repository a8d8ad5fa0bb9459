"""Message events: a name and a key are waited for, and the message brings variables."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from app.errors import Conflict
from tests.engine.build import (
    Course,
    message,
)
from tests.engine.small_models import caught


@pytest.mark.parametrize("kind", [Kind.CATCH, Kind.RECEIVE])
def test_a_message_is_waited_for_under_its_key_and_brings_variables(kind: Kind) -> None:
    course = Course(caught(message("svar", "=sag"), kind), sag=17).start()
    opened = course.said(engine.SubscriptionOpened)[0]
    assert (opened.address, opened.name, opened.correlation_key) == ("w#1", "svar", "17")
    course.message("w", answer=True)
    assert course.said(engine.SubscriptionClosed) == [engine.SubscriptionClosed("w#1")]
    assert (course.open(), course.seen()["answer"]) == (["after#1"], True)
    with pytest.raises(Conflict) as conflict:
        course.message("w#1")
    assert conflict.value.code == "subscription:closed"


def test_a_message_without_a_key_is_an_incident() -> None:
    assert Course(caught(message("svar", "=sag"))).start().incidents() == {"w#1": "engine:text"}
