"""Courses that the municipalities told of, walked through the pages in a real browser, with a clock that is moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser

from app.invented import synthetic
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


@pytest.mark.parametrize(
    ("name", "begins", "decided", "task"),
    [
        ("Per Prøvesen", (2026, 12, 28, 9), (2026, 12, 31, 23), "Tilbyd start på genoptræning"),
        ("Else Prøvesen", (2027, 1, 2, 9), (2027, 1, 4, 9), "Henvis til regionen"),
    ],
    ids=["before-new-year", "after-new-year"],
)
def test_specialised_rehabilitation_is_the_regions_from_1_january_2027(
    town: Town,
    name: str,
    begins: tuple[int, int, int, int],
    decided: tuple[int, int, int, int],
    task: str,
) -> None:
    town.set(*begins)
    inquire(town, name, date(1962, 8, 21), "brain_injury_course", topics=["brain_injury"])
    treat(town, name, "birthe")
    town.do(
        "birthe", "Registrér planen", name, discharge_date=date(*begins[:3]).isoformat(),
        rehabilitation_level="specialised_rehabilitation", capacity_to_consent="yes",
    )  # fmt: skip
    town.until(*decided)
    town.do("birthe", "Tal med de pårørende", name, children_at_home=0)

    page = told(town.at("birthe"), f"/courses/{town.course_of(name)}")
    assert f"Næste skridt: {task}" in page


def test_a_parents_inquiry_is_treated_at_the_meeting_and_the_young_one_comes_the_next_day(
    town: Town,
) -> None:
    emil = "Emil Prøvesen"
    town.set(2027, 2, 8, 8, 30)
    inquire(
        town, emil, date(2007, 3, 4), "youth_course", sender_relation="parent",
        sender_name="Hanne Prøvesen", topics=["absence", "well_being"], callback_wanted=True,
        description="Emil er pludselig holdt op med at gå i skole, og jeg er bange for en depression.",
    )  # fmt: skip

    # Ten o'clock: it cannot close before each inquiry has one person and a date.
    town.set(2027, 2, 8, 10)
    lone = town.at("lone")
    lone.go("/intake/meeting")
    lone.press(lone.page.get_by_role("button", name="Begynd mødet"))
    assert lone.page.locator("#at-hand").inner_text().startswith(emil)
    assert "jeg er bange for en depression" in lone.page.locator("main").inner_text()
    close = lone.page.get_by_role("button", name="Luk mødet")
    lone.press(close)
    assert "mangler en ansvarlig og en dato" in lone.page.locator("main").inner_text()

    town.until(2027, 2, 8, 10, 10)
    lone.press(lone.page.get_by_role("link", name="Behandl", exact=True))
    town.do(
        "lone", "Behandl henvendelse", emil, outcome="open_course", responsible="mette",
        first_contact_due="2027-02-09", disciplines_present=["social", "education"],
    )  # fmt: skip
    assert lone.path == "/intake/meeting"
    board = lone.page.locator("main").inner_text()
    assert "Mette Kragh" in board
    for area in ("social", "school"):
        lone.page.locator(f'[name="present"][value="{area}"]').check(force=True)
    lone.press(close)
    assert "Mødet er lukket" in lone.page.locator("main").inner_text()

    # Mette calls back the same day or the next, and from then on it is hers alone.
    mette = town.at("mette")
    mette.go("/inbox")
    row = mette.page.locator("tr", has_text=emil).inner_text()
    assert "Ring tilbage" in row
    assert "I morgen" in row
    town.until(2027, 2, 9)
    town.do("mette", "Ring tilbage", emil, reached="yes")
    assert "Ligger hos dig" in told(town.at("mette"), f"/courses/{town.course_of(emil)}")


FAMILY = [
    {
        "name": "Lise Prøvesen", "family_relation": "parent", "custody": "sole", "lives_at_home": "yes",
        "address_protected": True,
    },
    *(
        {"name": f"{child} Prøvesen", "family_relation": "child", "lives_at_home": "yes", "address_protected": True}
        for child in ("Ane", "Bo", "Cilla")
    ),
]  # fmt: skip
GOALS = [
    {
        "citizen_words": "Jeg vil klare os selv", "goal": "Lise forsørger sig selv",
        "goal_type": "develop", "theme": "employment", "target_date": "2027-12-01",
        "measure": "Uddannelse og job", "baseline": 3, "target": 1, "responsible": "helle",
    },
    {
        "citizen_words": "Vi vil være som de andre", "goal": "Børnene trives i de almene fællesskaber",
        "goal_type": "develop", "theme": "community", "target_date": "2027-12-01",
        "measure": "Skolen og børnenes egne ord", "baseline": 3, "target": 1, "responsible": "karim",
    },
]  # fmt: skip


def test_lise_and_her_three_children(town: Town) -> None:
    lise = "Lise Prøvesen"
    town.set(2027, 3, 1)
    inquire(town, lise, date(1985, 4, 12), "family_course", topics=["violence", "economy"])
    treat(town, lise, "helle")
    town.do(
        "helle", "Kortlæg familien", lise, family_members=FAMILY, household_risk=["violence"],
        no_access=[{"name": "Børnenes far", "reason": "Vold gennem otte år"}],
    )  # fmt: skip
    town.do(
        "helle", "Orientér om samtykke", lise, consent_givers=["citizen"], interpreter_needed="no",
        informed_topics=["purpose", "who_shares", "voluntary", "withdraw", "refusal", "access"],
    )  # fmt: skip
    town.do(
        "helle", "Registrér samtykke", lise, decision="given", given_at="2027-03-01",
        recipient_parties=["provider", "school"], valid_until="2028-03-01",
    )  # fmt: skip
    town.do("tina", "Udpeg den ansvarlige", lise, coordinator="helle", deputy="karim")
    course = town.course_of(lise)

    # A pair of two areas shares the queue: one assembles the team, the other talks with the children.
    town.do(
        "karim", "Saml team", lise,
        members=[{"party_kind": "provider", "name": "sanne", "role": "Bostøtte", "area": "social"}],
    )  # fmt: skip
    for _child in FAMILY[1:]:
        town.do("helle", "Tal med hvert barn", lise, conversation_held="yes")

    # The address is hidden from the next page on.
    town.report("helle", course, "address_protected", "Lise har fået beskyttet adresse.")
    town.do("helle", "Se efter, hvor adressen står", lise)
    assert "Beskyttet adresse" in told(town.at("karim"), f"/courses/{course}")

    # Three schools notify of concern; each is assessed within 24 hours while the course goes on.
    for child in FAMILY[1:]:
        town.report("helle", course, "concern_raised", f"Skolen er bekymret for {child['name']}.")
        assert "24 timer" in told(town.at("poul"), "/inbox")
        town.do(
            "poul", "Vurdér akut behov", lise, in_danger="no", support_running="no", assessor="poul"
        )
        town.do("poul", "Screen barnets behov", lise, screening_conclusion="none")
        town.do("lone", "Kvittér til den, der underrettede", lise)

    town.do("helle", "Udarbejd dagsorden", lise)
    town.do(
        "helle", "Indkald til møde", lise, starts_at="2027-03-10T13:00:00+01:00",
        participants=[{"name": "sanne", "party_kind": "provider", "party": "provider", "why": "Støtte"}],
    )  # fmt: skip
    town.until(2027, 3, 10, 15)
    town.do("karim", "Skriv referat", lise, citizen_present="yes", attended=["sanne"])
    town.do("poul", "Tag stilling til barnets plan", lise, child_plan="yes", sibling_plan="yes")
    town.do("helle", "Beskriv drømme og ønsker", lise)
    town.do("helle", "Saml de andre planer", lise)
    town.do("helle", "Formulér mål", lise, goals=GOALS)
    town.do("helle", "Vælg indsatser", lise, interventions=[], decision_needed="no")
    town.do("helle", "Få borgerens godkendelse", lise, approved="yes", next_follow_up="2027-06-01")

    # The plan ends when both criteria are met, and not before.
    town.until(2027, 6, 1, 10)
    town.do(
        "karim",
        "Revidér mål",
        lise,
        **town.reviews(course, "end", "continue"),
        next_follow_up="2027-09-01",
    )
    assert "Afsluttet" not in told(town.at("helle"), f"/courses/{course}")
    town.until(2027, 9, 1, 10)
    town.do("karim", "Revidér mål", lise, **town.reviews(course, "end", "end"))
    town.do("helle", "Afslut med borgeren", lise, outcome="self_supporting", after_check_on=None)
    assert "Afsluttet" in told(town.at("helle"), f"/courses/{course}")
