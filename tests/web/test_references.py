"""A course points to the cases of other systems, so that nobody writes the same thing twice."""

from __future__ import annotations

import re

import pytest

from app.citizens import Citizen
from tests.web.conftest import Town

CASE = {"system": "Sensum", "reference": "2026-4711", "url": "https://fagsystem.example/sag/4711"}


def test_a_case_is_shown_on_the_course_until_it_is_taken_away(town: Town, anna: Citizen) -> None:
    course = town.start(anna)
    browser = town.browser("mette")
    url = f"/courses/{course}/cases"
    assert "Ingen er skrevet ind." in browser.get(f"/courses/{course}").text
    page = browser.post(url, CASE, follow_redirects=True).text
    assert "Forløbet peger nu på sagen i Sensum." in page
    shown = browser.get(f"/courses/{course}").text
    assert 'href="https://fagsystem.example/sag/4711"' in shown
    assert "2026-4711" in shown
    remove = re.search(rf'action="({url}/\d+/remove)"', browser.get(url).text)
    assert remove is not None
    assert browser.post(remove.group(1)).status_code == 303
    assert "2026-4711" not in browser.get(f"/courses/{course}").text
    assert browser.post(remove.group(1)).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"system": ""}, "Skriv, hvilket system sagen ligger i."),
        ({"reference": " "}, "Skriv sagens nummer i det system."),
        ({"url": "javascript:alert(1)"}, "Adressen skal begynde med https://"),
        ({"url": "https://a b"}, "Adressen skal begynde med https://"),
    ],
)
def test_what_leads_nowhere_is_refused(
    town: Town, anna: Citizen, typed: dict[str, str], said: str
) -> None:
    answer = town.browser("mette").post(f"/courses/{town.start(anna)}/cases", CASE | typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_who_may_not_see_the_course_sees_no_cases(town: Town, anna: Citizen) -> None:
    course = town.start(anna)
    assert town.browser("lone").get(f"/courses/{course}/cases").status_code == 403
    assert town.browser("karen").get(f"/courses/{course}/cases").status_code == 403
