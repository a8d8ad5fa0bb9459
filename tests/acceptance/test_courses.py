"""Courses that the municipalities told of, walked through the pages in a real browser, with a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser

from app.demo.cpr import synthetic
from tests.acceptance.town import Town, open_town
from tests.acceptance.visitor import Visitor

NEAR = "En frist nærmer sig"
"""How a timeline tells of a reminder."""


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with open_town(tmp_path_factory.mktemp("town"), browser) as opened:
        yield opened


def inquire(town: Town, name: str, born: date, kind: str, **more: object) -> None:
    """Lone takes down what is said on the telephone, about a citizen whom nobody knows yet."""
    said = {
        "channel": "phone",
        "sender_relation": "self",
        "sender_contact": "77 09 10 12",
        "topics": ["other"],
        "description": "Vil gerne have hjælp, og gerne snart.",
        "concern_for_child": "no",
    }
    cpr = synthetic(born, sum(map(ord, name)))
    town.at("lone").take_down(cpr, name, kind, {**said, **more})


def treat(town: Town, name: str, responsible: str) -> None:
    """Lone opens the course and says who has it; they call back."""
    town.do(
        "lone", "Behandl henvendelse", name, outcome="open_course", responsible=responsible,
        first_contact_due=town.clock.now().date().isoformat(),
    )  # fmt: skip
    town.do(responsible, "Ring tilbage", name, reached="yes")


def told(visitor: Visitor, path: str) -> str:
    """What a page says."""
    visitor.go(path)
    return visitor.page.locator("main").inner_text()


def test_treatment_for_alcohol_nearly_breaks_its_14_days(town: Town) -> None:
    tom = "Tom Prøvesen"
    town.set(2026, 11, 2)
    inquire(town, tom, date(1988, 6, 9), "substance_use_course", topics=["alcohol"])
    treat(town, tom, "niels")
    course = town.course_of(tom)
    timeline = f"/courses/{course}/timeline"

    inbox = told(town.at("niels"), "/inbox")
    assert "14 dage tilbage" in inbox
    assert "14 dage fra 2. nov. 2026" in inbox

    # The system reminds on day 7, 11 and 13.
    for reminders, (before, after) in enumerate(((9, 10), (13, 14), (15, 16))):
        town.until(2026, 11, before)
        assert told(town.at("niels"), timeline).count(NEAR) == reminders
        town.until(2026, 11, after, 0, 30)
        assert told(town.at("niels"), timeline).count(NEAR) == reminders + 1
    town.until(2026, 11, 16)
    assert "I dag" in told(town.at("niels"), "/inbox")

    # On the last day, all three steps are taken.
    town.do("niels", "Afdæk hele livet", tom, children_in_household=0, pregnant="no")
    town.do("rikke", "Træf afgørelse om behandling", tom, treatment_result="granted")
    town.do("niels", "Aftal behandlingen", tom, treatment_started="2026-11-16")

    town.until(2026, 11, 18)
    history = told(town.at("niels"), timeline)
    assert "blev overskredet" not in history
    assert history.count(NEAR) == 3
