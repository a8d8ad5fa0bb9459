"""Sampling: courses drawn so that anybody draws the same ones again, findings, and what came of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import audit, journal, units
from app.access import Looks
from app.clock import LOCAL
from tests.web import youth
from tests.web.youth import YouthTown

AUGUST = {"since": "2026-08-01", "until": "2026-08-31"}


@given(st.sets(st.integers(1, 2**62), max_size=30), st.text(max_size=20), st.integers(0, 30))
def test_a_seed_draws_the_same_courses_whatever_order_they_come_in(
    keys: set[int], seed: str, count: int
) -> None:
    drawn = audit.ranked(keys, seed)
    assert drawn == audit.ranked(sorted(keys), seed)
    assert sorted(drawn) == sorted(keys)
    fewer = set(list(keys)[:count])
    assert [key for key in drawn if key in fewer] == audit.ranked(fewer, seed), (
        "who else is there does not change the order"
    )


def test_each_course_is_as_likely_as_any_other() -> None:
    """Of 20 courses 5 are drawn, by 2,000 seeds: each comes up about every fourth time."""
    came_up = dict.fromkeys(range(20), 0)
    for seed in range(2000):
        for key in audit.ranked(range(20), str(seed))[:5]:
            came_up[key] += 1
    assert all(400 < count < 600 for count in came_up.values()), came_up


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("samples"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def keys(town: YouthTown) -> list[int]:
    """Six courses of August, begun in Modtagelsen; one has been Ungecentret's since, another since September."""
    found = [
        town.start(town.citizen(name, "Prøve", f"61{month:02}03-400{month}"))
        for month, name in enumerate(("Ada", "Bea", "Cia", "Dea", "Eja", "Fia"), start=2)
    ]
    with town.house.database.write() as work:
        units.belong(work, found[0], "Ungecentret", work.now)
        units.belong(work, found[1], "Ungecentret", datetime(2026, 9, 1, tzinfo=LOCAL))
    return found


def drawn(town: YouthTown, **asked: str) -> str:
    """Draw, and return the path of the sample."""
    wish = {"title": "August", "wanted": "3", "seed": "frø", **AUGUST, **asked}
    answer = town.browser("karen").post("/audit/samples", wish)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def courses_of(page: str) -> list[int]:
    return [int(key) for key in re.findall(r"/audit/samples/\d+/courses/(\d+)", page)]


def test_a_sample_shows_its_seed_and_draws_the_same_again(town: YouthTown, keys: list[int]) -> None:
    browser = town.browser("karen")
    page = browser.get(drawn(town)).text
    assert ">frø</dd>" in page
    assert "6 forløb" in page
    assert "De samme forløb" in page
    assert courses_of(page) == audit.ranked(keys, "frø")[:3]
    assert courses_of(browser.get(drawn(town)).text) == courses_of(page)


def test_without_a_seed_one_is_drawn(town: YouthTown, keys: list[int]) -> None:
    first, second = (
        re.search(r"<dt>Frø</dt><dd class=\"mono\">([^<]+)", town.browser("karen").get(url).text)
        for url in (drawn(town, seed=""), drawn(town, seed=""))
    )
    assert first is not None
    assert second is not None
    assert first[1] != second[1]


def test_a_sample_is_drawn_from_one_period_kind_and_unit(town: YouthTown, keys: list[int]) -> None:
    browser = town.browser("karen")
    assert courses_of(browser.get(drawn(town, unit="Ungecentret")).text) == [keys[0]]
    assert len(courses_of(browser.get(drawn(town, kind="youth_course", wanted="99")).text)) == 6
    for wish in (
        {"until": "2026-07-31", "since": ""},
        {"kind": "other"},
        {"unit": "Ældreområdet"},
    ):
        sent = {"title": "x", "wanted": "3", **AUGUST, **wish}
        answer = browser.post("/audit/samples", sent)
        assert answer.status_code == 422
        assert "Ingen forløb passer til periode, type og enhed." in answer.text


def test_a_wish_that_cannot_be_met_is_said_field_by_field(town: YouthTown) -> None:
    page = town.browser("karen").post(
        "/audit/samples", {"title": " ", "wanted": "mange", "since": "i fjor"}
    )
    assert page.status_code == 422
    assert "Skriv datoen som 2026-11-23." in page.text
    page = town.browser("karen").post("/audit/samples", {"title": " ", "wanted": "mange"})
    assert "Skriv, hvad stikprøven skal hedde." in page.text
    assert 'href="#wanted"' in page.text


def test_a_course_that_came_since_shows_in_drawing_again(town: YouthTown, keys: list[int]) -> None:
    url = drawn(town, wanted="500", until="")
    late = town.start(town.citizen("Gry", "Prøve", "610903-4009"))
    page = town.browser("karen").get(url).text
    assert "Andre forløb: der er kommet eller gået forløb" in page
    assert late not in courses_of(page)


def test_a_finding_is_recorded_answered_and_closed(town: YouthTown, keys: list[int]) -> None:
    url, karen, mette = drawn(town), town.browser("karen"), town.browser("mette")
    key = courses_of(karen.get(url).text)[0]
    one = f"{url}/courses/{key}"
    finding = {
        "text": "Begrundelsen for ikke at ringe tilbage mangler.",
        "severity": "error",
        "entry": "1",
        "responsible": "mette",
        "due": "2026-08-20",
    }
    assert karen.post(f"{one}/findings", finding).status_code == 303
    page = karen.get(one).text
    assert "Rettes af Mette Kragh, senest 20. aug. 2026" in page
    assert f'href="/audit/courses/{key}/entries/1"' in page
    assert "Begrundelsen for ikke" in karen.get("/audit/samples").text

    # Who is to put it right is told in the inbox, and says what was done
    assert '<a href="/findings">1 fund fra revisionen</a>' in mette.get("/inbox").text
    own = mette.get("/findings").text
    number = re.search(r"/findings/(\d+)", own)
    assert number is not None
    assert mette.post(f"/findings/{number[1]}", {"answer": " "}).status_code == 422
    assert mette.post(f"/findings/{number[1]}", {"answer": "Skrevet ind."}).status_code == 303
    assert town.browser("jonas").post(f"/findings/{number[1]}", {"answer": "x"}).status_code == 404

    # The auditor closes it, and it is told to nobody any more
    assert "Besvaret, venter på lukning" in karen.get("/audit/samples").text
    assert "Skrevet ind." in karen.get(one).text
    closed = karen.post(f"/audit/findings/{number[1]}/close", {"answer": "Set i journalen."})
    assert closed.status_code == 303
    assert "fund fra revisionen" not in mette.get("/inbox").text
    assert "Set i journalen." in karen.get(one).text
    again = karen.post(f"/audit/findings/{number[1]}/close", {"answer": "igen"})
    assert again.status_code == 409

    with town.house.database.read() as session:
        stream = f"sample:{url.rpartition('/')[2]}"
        entries = list(journal.read(session, stream, town.house.runtime.keyring))
    assert [entry.kind for entry in entries] == [
        "sample:drawn",
        "sample:finding-recorded",
        "sample:finding-answered",
        "sample:finding-closed",
    ]
    assert entries[1].payload["text"].startswith("Begrundelsen")


def test_what_was_found_is_sealed_with_the_course_s_key(town: YouthTown, keys: list[int]) -> None:
    url, karen = drawn(town, wanted="1", unit="Ungecentret"), town.browser("karen")
    (key,) = courses_of(karen.get(url).text)
    finding = {"text": "Noget om borgeren", "severity": "remark"}
    assert karen.post(f"{url}/courses/{key}/findings", finding).status_code == 303
    stream = f"sample:{url.rpartition('/')[2]}"
    with town.house.database.read() as session:
        stored = list(journal.read_stored(session, stream))[-1]
    assert f'"subject":"course:{key}"' in stored.payload


def test_a_finding_that_says_nothing_is_refused(town: YouthTown, keys: list[int]) -> None:
    url, karen = drawn(town), town.browser("karen")
    one = f"{url}/courses/{courses_of(karen.get(url).text)[0]}"
    for sent, words in (
        ({"severity": "error", "text": ""}, "Skriv, hvad der er fundet."),
        ({"severity": "x", "text": "y"}, "Vælg, hvor alvorligt det er."),
        ({"severity": "error", "text": "y", "due": "i morgen"}, "Skriv datoen som 2026-11-23."),
        ({"severity": "error", "text": "y", "entry": "x"}, "Postens nummer er et tal."),
        ({"severity": "error", "text": "y", "due": "2026-09-01"}, "Vælg, hvem der skal rette op"),
        ({"severity": "error", "text": "y", "responsible": "nobody"}, "Vælg en medarbejder"),
    ):
        page = karen.post(f"{one}/findings", sent)
        assert page.status_code == 422, sent
        assert words in page.text
    assert "Intet er fundet i forløbet." in karen.get(one).text


def test_a_course_that_was_gone_through_is_marked(town: YouthTown, keys: list[int]) -> None:
    url, karen = drawn(town), town.browser("karen")
    one = f"{url}/courses/{courses_of(karen.get(url).text)[0]}"
    assert karen.post(one, {"remark": "I orden."}).status_code == 303
    assert "Gennemgået" in karen.get(url).text
    assert "I orden." in karen.get(one).text
    assert "1 af 3" in karen.get("/audit/samples").text
    outside = next(key for key in keys if f"/courses/{key}" not in karen.get(url).text)
    assert karen.get(f"{url}/courses/{outside}").status_code == 404


def test_only_auditors_draw_and_look(town: YouthTown, keys: list[int]) -> None:
    url = drawn(town)
    for who in ("mette", "tina", "bo"):
        browser = town.browser(who)
        for path in ("/audit/samples", url):
            assert browser.get(path).status_code == 403, (who, path)
        assert browser.post("/audit/samples", {"title": "x", "wanted": "1"}).status_code == 403


def test_looking_at_a_sample_stands_in_the_access_log(town: YouthTown, keys: list[int]) -> None:
    town.browser("karen").get(drawn(town, title="Loggen"))
    found = town.house.access_log.search(Looks(action="audit:sample"))
    assert found.rows[0].purpose == "Stikprøve: Loggen"
    assert len(found.rows[0].citizens) == 3


def test_verify_counts_the_samples_chains(town: YouthTown, keys: list[int]) -> None:
    drawn(town)
    with town.house.database.read() as session:
        assert audit.verify(session, town.house.runtime).ok
        assert any(name.startswith("sample:") for name in journal.streams(session))
