"""Whoever operates: what has stopped and why, mending it, moving, standing still, other versions, ending."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from app import audit, courses
from app.access import Principal, open_access_log
from app.citizens import Citizen
from app.courses import Course
from app.definitions import library
from app.web.words import values
from app.web.words.values import Typed
from tests.web.browser import Browser
from tests.web.conftest import FORM, MODEL, Town
from tests.web.test_inbox import words

WHY = {"reason": "Vejen manglede."}

STOPS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t" id="d">
<process id="stops" name="Forløb, der stopper" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="which"/>
  <exclusiveGateway id="which" name="Hvilken vej?"/>
  <sequenceFlow id="a" sourceRef="which" targetRef="ask">
    <conditionExpression>=way = "a"</conditionExpression></sequenceFlow>
  <sequenceFlow id="b" sourceRef="which" targetRef="end">
    <conditionExpression>=way = "b"</conditionExpression></sequenceFlow>
  <userTask id="ask" name="Spørg"><extensionElements><zeebe:userTask/></extensionElements></userTask>
  <sequenceFlow id="c" sourceRef="ask" targetRef="end"/><endEvent id="end"/></process></definitions>"""


def publish(town: Town, **files: str) -> None:
    made = {f"{name}.bpmn": text.encode() for name, text in files.items()}
    if "small" in files:
        made["ask.form"] = json.dumps(FORM).encode()
    keyring = town.house.runtime.keyring
    town.house.database.run(lambda work: library.publish(work, made, "per", keyring))


def start(town: Town, process: str, citizen: Citizen | None = None, **variables: Any) -> int:
    request = courses.StartRequest(process, citizen, variables)
    return town.house.database.run(
        lambda work: courses.start(work, town.house.runtime, request, "mette").key
    )


def course_of(town: Town, key: int) -> Course:
    with town.house.database.read() as session:
        return session.get_one(Course, key)


def verified(town: Town) -> bool:
    with town.house.database.read() as session:
        return audit.verify(session, town.house.runtime).ok


def incident(town: Town, key: int) -> int:
    with town.house.database.read() as session:
        return courses.incidents(session, key)[0].key


@pytest.fixture
def bo(town: Town) -> Browser:
    town.person("bo", "Bo Strøm", "operator")
    return town.browser("bo")


def newer(town: Town, key: int) -> int:
    with town.house.database.read() as session:
        return courses.versions_to_move_to(session, session.get_one(Course, key))[0].key


# Mending -------------------------------------------------------------------------------------


def test_the_page_says_what_went_wrong_in_plain_words_and_a_mended_value_lets_it_go_on(
    town: Town, bo: Browser
) -> None:
    publish(town, stops=STOPS)
    key = start(town, "stops", way="c")
    listed = bo.get("/courses/incidents").text
    assert f"/courses/{key}/operate" in listed

    page = words(bo.get(f"/courses/{key}/operate").text)
    assert "Hvilken vej?" in page
    assert "ingen af svarene passede" in page
    assert "Det, trinnet gik ud fra" in page

    url = f"/courses/{key}/operate/incidents/{incident(town, key)}"
    mended = {"names": "way", "kind.way": "text", "value.way": "a", **WHY}
    sent = bo.post(url, mended, follow_redirects=True)
    assert "Trinnet er gået videre." in sent.text
    assert "Ingen trin er stoppet i dette forløb." in sent.text
    assert town.task(key, "ask").status == "open"
    assert verified(town)


def test_a_step_that_stops_again_says_so(town: Town, bo: Browser) -> None:
    publish(town, stops=STOPS)
    key = start(town, "stops", way="c")
    url = f"/courses/{key}/operate/incidents/{incident(town, key)}"
    same = {"names": "way", "kind.way": "text", "value.way": "c", "was.way": values.key_of("c")}
    again = bo.post(url, {**same, **WHY}, follow_redirects=True)
    assert "stoppede samme sted" in again.text
    with town.house.database.read() as session:
        acts = audit.acts(session, town.house.runtime, session.get_one(Course, key))
    assert [act.kind for act in acts.rows] == ["course:incident-resolved", "course:started"]


def test_nothing_is_done_without_a_reason_or_with_a_value_that_is_none(
    town: Town, bo: Browser
) -> None:
    publish(town, stops=STOPS)
    key = start(town, "stops", way="c")
    url = f"/courses/{key}/operate/incidents/{incident(town, key)}"
    for sent, said in (
        ({"reason": " "}, "Begrundelsen bliver stående"),
        ({"names": "way", "kind.way": "number", "value.way": "mange", **WHY}, "Skriv et tal"),
        ({"attempts": "0", **WHY}, "Skriv et tal fra 1 til 999"),
    ):
        answer = bo.post(url, sent)
        assert answer.status_code == 422
        assert said in answer.text
    kept = bo.post(url, {"names": "way", "kind.way": "number", "value.way": "mange", **WHY}).text
    assert 'value="mange"' in kept
    with town.house.database.read() as session:
        assert len(courses.incidents(session, key)) == 1


def test_of_a_citizen_only_what_the_step_was_about_is_shown_and_that_is_logged(
    town: Town, bo: Browser, anna: Citizen
) -> None:
    publish(town, stops=STOPS)
    key = start(town, "stops", anna, way="hemmelig", other="privat")
    page = bo.get(f"/courses/{key}/operate").text
    assert "hemmelig" in page
    for secret in ("privat", "Anna", "120388"):
        assert secret not in page
    named = bo.get(f"/courses/{key}/operate/variables").text
    assert "other" in named
    assert "privat" not in named
    assert "hemmelig" not in named
    log = open_access_log(town.house.settings.database, town.clock)
    assert [visit.purpose for visit in log.of_citizen(anna.key)] == ["Drift: et trin er stoppet"]


def test_a_variable_of_a_course_about_nobody_is_seen_and_mended(town: Town, bo: Browser) -> None:
    key = town.start(count=1)
    assert "sender" in bo.get(f"/courses/{key}/operate/variables").text
    url = f"/courses/{key}/operate/variables"
    assert bo.post(url, {"name": "a b", "kind": "text", **WHY}).status_code == 422
    assert bo.post(url, {"name": "count", "kind": "number", "value": "x", **WHY}).status_code == 422
    assert bo.post(url, {"name": "count", "kind": "number", "value": "2,5"}).status_code == 422
    done = bo.post(
        url, {"name": "count", "kind": "number", "value": "2,5", **WHY}, follow_redirects=True
    )
    assert "Oplysningen »count« er rettet." in done.text
    assert "2,5" in bo.get(url).text
    assert verified(town)


def test_only_who_operates_gets_in(town: Town, bo: Browser, anna: Citizen) -> None:
    town.person("per", "Per Lind", "process_designer")
    about_nobody, about_anna = town.start(), town.start(anna)
    paths = (
        "",
        "/variables",
        "/move",
        "/versions",
        "/suspend",
        "/cancel",
        "/diagram",
        "/model.bpmn",
    )
    for path in paths:
        assert bo.get(f"/courses/{about_anna}/operate{path}").status_code == 200
        assert town.browser("mette").get(f"/courses/{about_anna}/operate{path}").status_code == 403
        # Designers work the courses that are about nobody
        per = town.browser("per")
        assert per.get(f"/courses/{about_anna}/operate{path}").status_code == 403
        assert per.get(f"/courses/{about_nobody}/operate{path}").status_code == 200
    assert bo.get("/courses/77/operate").status_code == 404
    found = bo.get(f"/courses/incidents/find?key={about_anna}")
    assert found.location == f"/courses/{about_anna}/operate"
    lost = bo.get("/courses/incidents/find?key=77", follow_redirects=True).text
    assert "Der er intet forløb med den nøgle." in lost


# Moving --------------------------------------------------------------------------------------


def test_a_course_is_moved_after_a_look_at_what_follows(town: Town, bo: Browser) -> None:
    key = town.start()
    url = f"/courses/{key}/operate/move"
    page = bo.get(url).text
    assert 'value="ask#1"' in page
    assert 'value="|thank"' in page
    assert 'value="|start"' not in page
    chosen = {"away": "ask#1", "to": "|thank"}

    look = words(bo.post(url, chosen).text)
    assert "tages væk fra »Spørg borgeren«" in look
    assert "sættes på »Sig tak (thank)«" in look
    assert town.task(key, "ask").status == "open"

    assert bo.post(url, {**chosen, "confirmed": "1"}).status_code == 422
    done = bo.post(url, {**chosen, "confirmed": "1", **WHY}, follow_redirects=True)
    assert "Forløbet er flyttet." in done.text
    assert (town.task(key, "ask").status, town.task(key, "thank").status) == ("cancelled", "open")
    assert verified(town)


def test_moving_says_when_nothing_is_chosen_when_it_is_gone_and_when_it_would_end(
    town: Town, bo: Browser
) -> None:
    key = town.start()
    url = f"/courses/{key}/operate/move"
    assert "Vælg mindst ét trin" in bo.post(url, {}).text
    assert "gået videre imens" in bo.post(url, {"away": "nothing#1", "to": "|thank"}).text
    assert "så forløbet stopper" in bo.post(url, {"away": "ask#1"}).text


# Standing still ------------------------------------------------------------------------------


def test_a_suspended_course_says_so_to_everybody_and_goes_on_afterwards(
    town: Town, bo: Browser, anna: Citizen
) -> None:
    key = town.start(anna)
    task = town.task(key, "ask").key
    url = f"/courses/{key}/operate"
    assert "Opgaver kan læses, men ikke sendes." in bo.get(f"{url}/suspend").text
    assert bo.post(f"{url}/suspend", {}).status_code == 422
    assert "Forløbet er sat i bero." in bo.post(f"{url}/suspend", WHY, follow_redirects=True).text
    assert str(key) in bo.get("/courses/incidents").text

    mette = town.browser("mette")
    listed = "Lille forløb I bero Kan læses; sendes først, når forløbet går videre."
    assert listed in words(mette.get("/inbox").text)
    page = mette.get(f"/tasks/{task}").text
    assert "Forløbet er sat i bero" in page
    assert 'name="send"' not in page
    assert 'name="draft"' in page
    sent = mette.post(
        f"/tasks/{task}",
        {
            "_seen": ["wish", "answer"],
            "_list": "people",
            "wish": "Ro",
            "answer": "yes",
            "send": "1",
        },
    )
    assert sent.status_code == 409
    assert "Forløbet er sat i bero." in sent.text
    assert "Ro" in mette.get(f"/tasks/{task}").text  # kept as a draft
    assert "sat i bero" in mette.get(f"/courses/{key}").text
    assert bo.post(f"{url}/suspend", WHY).status_code == 409

    assert "Forløbet går videre." in bo.post(f"{url}/resume", WHY, follow_redirects=True).text
    assert 'name="send"' in mette.get(f"/tasks/{task}").text
    assert "I bero" not in mette.get("/inbox").text
    assert verified(town)


def test_a_course_is_stopped_for_good_after_a_page_that_says_so(town: Town, bo: Browser) -> None:
    key = town.start()
    url = f"/courses/{key}/operate/cancel"
    assert "Det kan ikke fortrydes." in bo.get(url).text
    assert bo.post(url, WHY, follow_redirects=True).status_code == 200
    assert course_of(town, key).status == "ended"
    assert "Det kan du gøre" not in bo.get(f"/courses/{key}/operate").text


# Another version -----------------------------------------------------------------------------


def test_a_course_is_moved_to_another_version_and_back(
    town: Town, bo: Browser, anna: Citizen
) -> None:
    key = town.start(anna)
    old = course_of(town, key).version_key
    publish(town, small=MODEL.replace('id="thank"', 'id="thanks"').replace('"thank"', '"thanks"'))
    new = newer(town, key)
    url = f"/courses/{key}/operate"
    assert f"{url}/versions/{new}" in bo.get(f"{url}/versions").text
    assert bo.get(f"{url}/versions/{old}").location == f"{url}/versions"
    report = words(bo.get(f"{url}/versions/{new}").text)
    assert "Historien passer" in report
    assert "Flytter med ejer, kladde og frister" in report

    assert bo.post(f"{url}/versions/{new}", {}).status_code == 422
    done = bo.post(f"{url}/versions/{new}", WHY, follow_redirects=True).text
    assert "Det kan fortrydes, indtil der sker noget" in done
    assert course_of(town, key).version_key == new
    # Its old part stands on the old diagram
    assert "se det gamle diagram" in done
    old_part = bo.get(f"{url}/model.bpmn?until=1").text
    assert 'id="thank"' in old_part
    assert 'id="thanks"' in bo.get(f"{url}/model.bpmn").text
    mette = town.browser("mette")
    assert "Den gamle del står på det gamle diagram" in mette.get(f"/courses/{key}/diagram").text
    assert mette.get(f"/courses/{key}/diagram?until=1").status_code == 200
    assert mette.get(f"/courses/{key}/diagram?until=9").status_code == 404
    assert 'id="thank"' in mette.get(f"/courses/{key}/model.bpmn?until=1").text

    assert "Skal flytningen fortrydes?" in bo.get(f"{url}/undo").text
    assert "Flytningen er fortrudt." in bo.post(f"{url}/undo", WHY, follow_redirects=True).text
    assert course_of(town, key).version_key == old
    assert bo.post(f"{url}/undo", WHY).status_code == 409
    assert verified(town)


def test_where_it_does_not_fit_the_report_says_where_and_offers_a_mapping_that_does(
    town: Town, bo: Browser, anna: Citizen
) -> None:
    key = town.start(anna)
    task = town.task(key, "ask").key
    answers = {"wish": "Ro", "answer": "yes"}
    runtime = town.house.runtime
    mette = _principal()
    town.house.database.run(lambda work: courses.complete(work, runtime, task, answers, mette))
    changed = MODEL.replace('id="ask" name', 'id="hear" name').replace('"ask"/>', '"hear"/>')
    publish(town, small=changed.replace('sourceRef="ask"', 'sourceRef="hear"'))
    url = f"/courses/{key}/operate/versions/{newer(town, key)}"

    page = bo.get(url).text
    said = words(page)
    assert "Historien passer ikke" in said
    assert "Det går godt indtil post 2:" in said
    assert "Spørg borgeren → Spørg borgeren ask → hear" in said
    assert bo.post(url, WHY).status_code == 422
    query = "?mapped=1&map.ask=hear"
    assert re.search(r'name="map.ask" value="hear"', page)
    assert "Historien passer" in bo.get(url + query).text
    assert "ikke passer" not in words(bo.get(url + query).text)
    done = bo.post(url, {"mapped": "1", "map.ask": "hear", **WHY}, follow_redirects=True)
    assert "Forløbet er flyttet." in done.text
    assert verified(town)


def _principal() -> Principal:
    return Principal(2, "mette", "Mette Kragh", frozenset({"caseworker"}), frozenset({"youth"}))


def test_the_timeline_names_each_step_as_its_version_did_and_says_why(
    town: Town, bo: Browser, anna: Citizen
) -> None:
    key = town.start(anna)
    task = town.task(key, "ask").key
    runtime, mette = town.house.runtime, _principal()
    town.house.database.run(lambda work: courses.claim(work, runtime, task, mette))
    publish(town, small=MODEL.replace('name="Spørg borgeren"', 'name="Hør borgeren"'))
    bo.post(f"/courses/{key}/operate/versions/{newer(town, key)}", WHY)
    answers = {"wish": "Ro", "answer": "yes"}
    town.house.database.run(lambda work: courses.complete(work, runtime, task, answers, mette))

    said = words(town.browser("karen").get(f"/audit/courses/{key}").text)
    assert "Mette Kragh tog opgaven »Spørg borgeren«" in said
    assert "Bo Strøm flyttede forløbet til en anden version af modellen" in said
    assert "Vejen manglede." in said
    assert "Mette Kragh sendte »Hør borgeren«" in said


# Pure parts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " ja ", "ja"),
        ("truth", "Ja", True),
        ("truth", "nej", False),
        ("number", "12", 12),
        ("number", "12,0", 12),
        ("empty", "noget", None),
        ("json", '[1, {"a": true}]', [1, {"a": True}]),
    ],
)
def test_a_value_is_read_as_its_kind_says_and_shown_so_that_it_reads_back(
    kind: str, text: str, value: Any
) -> None:
    assert values.read(Typed(kind, text)) == value
    assert values.read(values.shown(value)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", ""),
        ("number", "true"),
        ("number", "NaN"),
        ("truth", "måske"),
        ("json", "{"),
        ("json", '{"~d": "1"}'),
        ("text", "a\0b"),
        ("nothing", "x"),
        ("json", "[" * 5000),
        ("json", '"\\ud800"'),
    ],
)
def test_what_is_no_value_of_its_kind_is_told(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".{5}"):
        values.read(Typed(kind, text))
