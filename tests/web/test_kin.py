"""Courses that came out of each other are linked, for who may see both."""

from __future__ import annotations

from app import courses
from app.access import Principal
from app.citizens import Citizen
from app.courses import Order
from tests.web.conftest import Town


def test_a_course_and_the_one_that_it_came_out_of_lead_to_each_other(
    town: Town, anna: Citizen
) -> None:
    first = town.start(anna)
    second = town.start(anna, parent_course={"key": str(first), "kind": "small"})
    other = town.start(anna, parent_course={"key": "no key"})
    mette, karen = town.browser("mette"), town.browser("karen")
    before = mette.get(f"/courses/{first}").text
    assert f'<a href="/courses/{second}">Lille forløb</a>' in before
    assert "begyndte herfra" in before
    assert f"/courses/{other}" not in before
    after = mette.get(f"/courses/{second}").text
    assert f'<a href="/courses/{first}">Lille forløb</a>' in after
    assert "her begyndte det" in after
    assert "Hører sammen med" not in mette.get(f"/courses/{other}").text
    page = mette.get(f"/citizens/{anna.key}").text
    assert page.count("begyndte i") == 1
    assert f'<a href="/audit/courses/{second}">' in karen.get(f"/audit/courses/{first}").text
    assert f'<a href="/audit/courses/{first}">' in karen.get(f"/audit/courses/{second}").text


def test_who_may_not_see_the_other_course_sees_no_link(town: Town, anna: Citizen) -> None:
    first = town.start(anna)
    second = town.start(anna, parent_course={"key": str(first), "kind": "small"})
    order = Order(Principal(9, "bo", "Bo Strøm", frozenset({"operator"})), "Begge er slut.")
    runtime = town.house.runtime
    town.house.database.run(lambda work: courses.cancel(work, runtime, first, order))
    town.person("ove", "Ove Dal", "caseworker", groups=("youth",))
    page = town.browser("ove").get(f"/courses/{second}").text
    assert "Anna Sø" in page
    assert f"/courses/{first}" not in page, "that one has ended, and Ove was never in it"
