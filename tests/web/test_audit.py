"""The audit: finding a course, proving that its history is whole, and reading it entry by entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app import courses
from app.citizens import Citizen
from app.courses import Order
from app.definitions import library
from app.web.words.why import words
from tests.unit.courses.conftest import HEAD
from tests.unit.courses.test_operating import ask, line
from tests.web import youth
from tests.web.youth import YouthTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("audit"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def ida(town: YouthTown) -> Citizen:
    return town.citizen("Ida", "Lund", "050502-4007")


@pytest.fixture(scope="module")
def course(town: YouthTown, ida: Citizen) -> int:
    key = town.start(ida)
    town.to_team(key)
    return key


def _entry(town: YouthTown, course: int, sentence: str) -> str:
    """The URL of the entry that a sentence tells."""
    page = town.browser("karen").get(f"/audit/courses/{course}").text
    found = re.search(rf'href="([^"]+)">{sentence}<', page)
    assert found is not None, sentence
    return found[1]


def test_a_course_is_found_by_key_citizen_kind_and_period(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    browser = town.browser("karen")
    for query in (
        f"key={course}",
        f"citizen={ida.key}",
        "kind=youth_course&status=running",
        "since=2026-08-03&until=2026-08-03",
    ):
        assert "Ida Lund" in browser.get(f"/audit?{query}").text, query
    for query in ("key=77", "kind=other", "until=2026-08-02"):
        assert "Ingen forløb passer" in browser.get(f"/audit?{query}").text, query
    assert "Ida Lund" not in browser.get("/audit").text, "nothing is shown before one asks"


def test_a_person_is_found_by_name_and_leads_to_their_courses(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    browser = town.browser("karen")
    page = browser.post("/audit", data={"person": "lund ida"}).text
    assert f'href="/audit?citizen={ida.key}"' in page
    assert "0505024007" not in page, "the number is masked"
    assert "Ingen borger passer" in browser.post("/audit", data={"person": "Nobody"}).text
    refused = browser.post("/audit", data={"person": "x"})
    assert refused.status_code == 422
    assert "Skriv mindst to bogstaver" in refused.text


def test_what_a_colleague_did_in_a_period_leads_to_the_moments(
    town: YouthTown, course: int
) -> None:
    browser = town.browser("karen")
    page = browser.get("/audit/colleagues?colleague=lone&since=2026-08-03&until=2026-08-03").text
    assert "Lone Holt sendte »Behandl henvendelse«" in page
    assert re.search(rf'href="/audit/courses/{course}/entries/\d+">Lone Holt', page)
    empty = browser.get("/audit/colleagues?colleague=lone&until=2026-08-02").text
    assert "ikke skrevet noget" in empty
    several = browser.get("/audit/colleagues?colleague=ne").text
    assert "Se, hvad Sanne Østergård har gjort" in several
    assert browser.get("/audit/colleagues?colleague=x").status_code == 422


def test_a_history_is_narrowed_by_person_step_kind_and_period(town: YouthTown, course: int) -> None:
    browser, page = town.browser("karen"), f"/audit/courses/{course}"

    def told(query: str) -> set[str]:
        text = browser.get(f"{page}?{query}").text.split("<tbody>")
        return set(re.findall(r">([^<>]+ »[^»]+«|[^<>]+ startede forløbet)</a>", text[1]))

    assert told("who=mette") == {"Mette Kragh sendte »Ring tilbage«", *told("who=mette")}
    assert all(one.startswith("Mette Kragh") for one in told("who=mette"))
    assert told("step=intake/treat_inquiry") == {"Lone Holt sendte »Behandl henvendelse«"}
    assert told("kind=course:started") == {"Lone Holt startede forløbet"}
    assert "Lone Holt startede forløbet" in told("until=2026-08-03")
    assert "Lone Holt startede forløbet" not in told("since=2026-08-04")
    assert "Skriv datoen som" in browser.get(f"{page}?since=i+fjor").text


def test_the_pages_of_the_audit_stand_in_tabs(town: YouthTown) -> None:
    page = town.browser("karen").get("/audit").text
    assert re.search(r'<a href="/audit" aria-current="page">Find', page)
    assert '<a href="/audit/verify">Efterprøv' in page


def test_what_cannot_be_searched_for_is_said(town: YouthTown) -> None:
    page = town.browser("karen").get("/audit?since=i+fjor&key=abc").text
    assert "Skriv datoen som 2026-11-23." in page
    assert "En nøgle er et tal." in page


def test_the_history_stands_in_sentences(town: YouthTown, course: int) -> None:
    page = town.browser("karen").get(f"/audit/courses/{course}").text
    for sentence in (
        "Lone Holt startede forløbet",
        "Lone Holt sendte »Behandl henvendelse«",
        "Systemet udførte »Gem samtykke«",
        "Mette Kragh sendte »Registrér samtykke«",
    ):
        assert sentence in page
    narrowed = town.browser("karen").get(f"/audit/courses/{course}?kind=automatic").text
    assert "Systemet udførte »Gem samtykke«" in narrowed
    assert "Lone Holt sendte" not in narrowed


def test_an_entry_shows_the_form_as_it_was_filled_in(town: YouthTown, course: int) -> None:
    url = _entry(town, course, "Lone Holt sendte »Behandl henvendelse«")
    page = town.browser("karen").get(url).text
    assert "Formularen, som den blev udfyldt" in page
    assert "Sofie har brug for hjælp fra flere på én gang." in page
    assert "Mette Kragh" in page, "the picker's name, not the username"
    assert "<input" not in page.split("Formularen, som den blev udfyldt")[1].split("</section>")[0]


def test_an_entry_shows_what_changed_which_way_was_chosen_and_its_proof(
    town: YouthTown, course: int
) -> None:
    url = _entry(town, course, "Systemet udførte »Gem samtykke«")
    page = town.browser("karen").get(url).text
    changes = page.split("Hvad ændrede posten?")[1].split("</section>")[0]
    assert "consent" in changes
    assert "ikke sat" in changes
    proof = page.split("Bevis")[1]
    assert len(re.findall(r"[0-9a-f]{64}", proof)) >= 4
    way = (
        town.browser("karen").get(_entry(town, course, "Systemet udførte »Opret henvendelse«")).text
    )
    assert "Bekymring for et barn?: <strong>Nej</strong> → Behandl henvendelse" in way


def test_an_entry_that_is_not_there_is_no_page(town: YouthTown, course: int) -> None:
    browser = town.browser("karen")
    assert browser.get(f"/audit/courses/{course}/entries/999").status_code == 404
    assert browser.get(f"/audit/courses/{course}/entries/0").status_code == 404
    assert browser.get("/audit/courses/77").status_code == 404


def test_only_auditors_open_the_audit(town: YouthTown, course: int) -> None:
    browser = town.browser("mette")
    assert browser.get("/audit").status_code == 403
    assert browser.get(f"/audit/courses/{course}").status_code == 403
    assert browser.post("/audit/verify").status_code == 403


def test_a_value_is_said_in_words() -> None:
    assert words({"key": "5", "concern": False}) == "key: 5, concern: nej"
    assert words([1, None]) == "1; ikke sat"


# These change what the others read, so each has a town of its own ------------------------------


@pytest.fixture
def own_town(tmp_path: Path) -> Iterator[YouthTown]:
    built = youth.build(tmp_path)
    yield built
    built.house.database.engine.dispose()


def test_a_whole_chain_is_green_and_a_changed_byte_red(own_town: YouthTown) -> None:
    key = own_town.start(own_town.citizen("Ida", "Lund", "050502-4007"))
    own_town.to_consent(key)
    browser = own_town.browser("karen")
    for url in ("/audit/verify", f"/audit/courses/{key}/verify"):
        assert "Kæden er hel" in browser.post(url, follow_redirects=True).text

    with own_town.house.database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS journal_entry_no_update"))
        connection.execute(
            text("UPDATE journal_entry SET actor = 'frede' WHERE stream = :stream AND seq = 3"),
            {"stream": f"course:{key}"},
        )

    for url in ("/audit/verify", f"/audit/courses/{key}/verify"):
        page = browser.post(url, follow_redirects=True).text
        assert "Kæden er brudt ved post 3" in page
        assert "posten er ændret, siden den blev skrevet" in page
        assert f'href="/audit/courses/{key}"' in page


def test_what_has_been_erased_reads_so_and_the_chain_still_holds(own_town: YouthTown) -> None:
    key = own_town.start(own_town.citizen("Ida", "Lund", "050502-4007"))
    own_town.to_consent(key)
    url = _entry(own_town, key, "Lone Holt sendte »Behandl henvendelse«")
    house = own_town.house
    house.database.run(lambda work: house.runtime.keyring.destroy(work, f"course:{key}"))

    browser = own_town.browser("karen")
    page = browser.get(url).text
    assert "Slettet" in page
    assert "Sofie har brug for hjælp" not in page
    assert "Slettet" in browser.get(f"/audit/courses/{key}").text
    report = browser.post(f"/audit/courses/{key}/verify").text
    assert "Kæden er hel" in report
    assert "1 forløb er forseglet" in report


class TestTheFilm:
    """The replay: each entry with the diagram as the course stood after it, and a slider over all of them."""

    def test_an_early_entry_shows_the_course_where_it_stood_then(
        self, town: YouthTown, course: int
    ) -> None:
        browser = town.browser("karen")
        began = browser.get(f"/audit/courses/{course}/entries/1?process=intake").text
        treated = browser.get(
            _entry(town, course, "Lone Holt sendte »Behandl henvendelse«") + "?process=intake"
        ).text

        assert _marks(began) == ({"inquiry_received"}, {"register_inquiry"})
        done, here = _marks(treated)
        assert {"register_inquiry", "treat_inquiry"} <= done
        assert "register_inquiry" not in here

    def test_the_same_stands_in_words(self, town: YouthTown, course: int) -> None:
        page = town.browser("karen").get(f"/audit/courses/{course}/entries/1?process=intake").text
        assert re.search(r"Registrér henvendelse</span>\s*<span class=\"chip chip--here\"", page)

    def test_the_slider_leads_to_the_entry_it_stands_at(self, town: YouthTown, course: int) -> None:
        browser = town.browser("karen")
        answer = browser.get(f"/audit/courses/{course}/entries?entry=3")
        assert answer.status_code == 303
        assert answer.location == f"/audit/courses/{course}/entries/3"
        assert browser.get(f"/audit/courses/{course}/entries?entry=x").location.endswith("/1")

    def test_the_neighbours_in_the_journal_stand_beside_it(
        self, town: YouthTown, course: int
    ) -> None:
        page = town.browser("karen").get(f"/audit/courses/{course}/entries/5").text
        near = re.findall(rf'/audit/courses/{course}/entries/(\d+)"[^>]*><span><strong>', page)
        assert near == ["2", "3", "4", "5", "6", "7", "8"]
        assert re.search(r'entries/5" aria-current="true"', page)


def _marks(page: str) -> tuple[set[str], set[str]]:
    found = re.search(r"data-marks='([^']+)'", page)
    assert found is not None
    marks = json.loads(found[1])
    return set(marks["done"]), set(marks["here"])


def test_moved_and_taken_back_parts_stay_on_their_own_version(own_town: YouthTown) -> None:
    house = own_town.house
    order = Order(own_town.principal("bo"), "Den gamle version manglede et trin.")

    def publish(*steps: str) -> int:
        files = {"p.bpmn": (HEAD + line(*map(ask, steps)) + "</definitions>").encode()}
        return house.database.run(
            lambda work: library.publish(work, files, "bo", house.runtime.keyring).versions[0].key
        )

    publish("one", "two")
    key = own_town.start(None, "p")
    newer = publish("one", "extra", "two")
    house.database.run(lambda w: courses.migrate(w, house.runtime, key, newer, {}, order))
    house.database.run(lambda w: courses.undo_migration(w, house.runtime, key, order))

    browser = own_town.browser("karen")
    told = browser.get(f"/audit/courses/{key}").text
    assert "Fortrudt i post 3" in told
    assert told.count("Herfra gælder model version") == 2
    moved = browser.get(f"/audit/courses/{key}/entries/2").text
    assert "Fortrudt" in moved
    assert "Den gamle version manglede et trin." in moved
    has_extra = [
        'id="extra"' in browser.get(f"/audit/courses/{key}/entries/{seq}/model.bpmn").text
        for seq in (1, 2, 3)
    ]
    assert has_extra == [False, True, False]
