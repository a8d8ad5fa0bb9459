"""The pages of courses: who sees which, where one stands, and what withdrawing a consent sets off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from app import consents, courses
from app.access import Principal, open_access_log
from app.citizens import Citizen
from app.definitions import Kind, Node, Process, library
from app.definitions.model.graph import Flow
from app.plans import Goal, Review
from app.web.pictures.curves import BOTTOM, TOP, curve
from app.web.pictures.progress import phases
from tests.web import youth
from tests.web.youth import YouthTown

BROKEN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">
<process id="stops" name="Forløb, der stopper" isExecutable="true">
  <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="which"/>
  <exclusiveGateway id="which" name="Hvilken vej?"/>
  <sequenceFlow id="a" sourceRef="which" targetRef="end">
    <conditionExpression>=way = "a"</conditionExpression></sequenceFlow>
  <sequenceFlow id="b" sourceRef="which" targetRef="end">
    <conditionExpression>=way = "b"</conditionExpression></sequenceFlow>
  <endEvent id="end"/></process></definitions>"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("courses"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def sofie(town: YouthTown) -> Citizen:
    return town.citizen("Sofie", "Dal", "140305-4004", address="Åvej 3", address_protected=True)


@pytest.fixture(scope="module")
def course(town: YouthTown, sofie: Citizen) -> int:
    """Sofie's course, followed up twice; her coordinator is at the third."""
    key = town.start(sofie)
    town.to_follow_up(key)
    town.complete(key, "do_agreement", agreement_result="done")
    town.review(key, 3, 1)
    town.review(key, 2, 1)
    for _ in range(60):
        if town.open_tasks(key):
            break
        town.pass_days(1)
    return key


def test_the_list_holds_what_one_works_with_and_nothing_else(town: YouthTown, course: int) -> None:
    assert "Sofie Dal" in town.browser("mette").get("/courses").text
    assert "Sofie Dal" in town.browser("sanne").get("/courses").text, "a consent opens it for her"
    others = town.browser("frede").get("/courses").text
    assert "Sofie Dal" not in others
    assert "Her kommer de forløb" in others


def test_an_auditor_sees_all_courses(town: YouthTown, course: int) -> None:
    page = town.browser("karen").get("/courses?status=all").text
    assert "Sofie Dal" in page
    assert "140305-••••" in page
    assert "140305-4004" not in page


def test_the_head_says_who_where_and_what_is_next(town: YouthTown, course: int) -> None:
    page = town.browser("mette").get(f"/courses/{course}").text
    assert "<h1>Sofie Dal</h1>" in page
    assert "Beskyttet adresse" in page
    assert "Åvej 3" not in page
    assert "Samtykke gyldigt til" in page
    assert "77 00 12 04" in page
    phase_list = page.split("Forløbets faser")[1].split("</ol>")[0]
    assert re.findall(r'<li class="done".*?</span>(\w+)', phase_list) == [
        "Modtagelse", "Samtykke", "Team", "Netværksmøde", "Plan",
    ]  # fmt: skip
    assert re.search(r'aria-current="step">Opfølgning', phase_list)
    assert "Næste skridt: Revidér mål" in page
    task = town.open_tasks(course)[0]
    assert page.count("button-primary") == 1
    assert f'href="/tasks/{task.key}' in page


def test_the_overview_draws_the_levels_and_says_them(town: YouthTown, course: int) -> None:
    page = town.browser("mette").get(f"/courses/{course}").text
    assert "Jeg vil op om morgenen og i skole" in page
    assert re.search(r'aria-label="3 i aug. 2026, 3 i sep. 2026, 2 i okt. 2026. Målet er 1."', page)
    assert "Mette Kragh sendte »Revidér mål«" in page


def test_only_who_works_with_the_citizen_opens_the_course(town: YouthTown, course: int) -> None:
    answer = town.browser("frede").get(f"/courses/{course}")
    assert answer.status_code == 403
    assert "Sofie" not in answer.text
    assert town.browser("mette").get("/courses/99").status_code == 404


def test_who_looked_is_in_the_access_log(town: YouthTown, course: int, sofie: Citizen) -> None:
    town.browser("mette").get(f"/courses/{course}/team")
    log = open_access_log(town.house.settings.database, town.clock)
    last = log.of_citizen(sofie.key)[0]
    assert (last.actor, last.action, last.course_key) == ("mette", "course:team", course)
    assert last.purpose == "Du er tovholder i forløbet."


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("plan", ["Jeg vil være dyrepasser", "Gælder", "Mentor", "Det er min plan nu."]),
        ("team", ["Sanne Østergård", "Bostøtte", "77 00 12 31", "Moster Karen"]),
        ("consents", ["Borgeren selv", "familie og netværk", "Træk tilbage"]),
        (
            "meetings",
            ["Familiehuset, lokale 2", "Hvad drømmer Sofie om?", "Ringer til skolen", "Holdt"],
        ),
        (
            "timeline",
            ["Tina Lund sendte »Udpeg den ansvarlige«", "Systemet udførte »Gem samtykke«"],
        ),
        ("diagram", ["Trin i ord", "Står her", "Følg op på målene"]),
    ],
)
def test_each_tab_tells_its_part(town: YouthTown, course: int, tab: str, words: list[str]) -> None:
    page = town.browser("mette").get(f"/courses/{course}/{tab}")
    assert page.status_code == 200
    assert [word for word in words if word not in page.text] == []


def test_the_timeline_is_narrowed_by_what_and_who(town: YouthTown, course: int) -> None:
    browser = town.browser("mette")
    people = browser.get(f"/courses/{course}/timeline?group=people").text
    assert "Systemet udførte" not in people
    hers = browser.get(f"/courses/{course}/timeline?who=tina").text
    assert "Tina Lund sendte" in hers
    assert "Mette Kragh sendte" not in hers
    assert "Intet passer" in browser.get(f"/courses/{course}/timeline?group=trouble").text


def test_the_diagram_marks_what_is_done_and_where_one_stands(town: YouthTown, course: int) -> None:
    browser = town.browser("mette")
    main = browser.get(f"/courses/{course}/diagram").text
    marks = re.search(r"data-marks='(.*?)'", main)
    assert marks is not None
    assert '"here": ["phase_follow_up"]' in marks[1]
    assert '"phase_plan"' in marks[1].split('"here"')[0]
    inner = browser.get(f"/courses/{course}/diagram?process=follow_up").text
    assert '"here": ["revise_goals"]' in inner
    assert "Ligger hos Mette Kragh" in inner


def test_the_model_is_the_version_that_the_course_runs_on(town: YouthTown, course: int) -> None:
    browser = town.browser("mette")
    file = browser.get(f"/courses/{course}/model.bpmn?process=plan")
    assert file.mimetype == "application/xml"
    assert file.data == (youth.ROOT / "workflows/shared/plan.bpmn").read_bytes()
    assert browser.get(f"/courses/{course}/model.bpmn?process=nowhere").status_code == 404
    assert town.browser("frede").get(f"/courses/{course}/model.bpmn").status_code == 403


def test_a_consent_opens_less_than_work_for_the_authority(town: YouthTown, course: int) -> None:
    browser = town.browser("sanne")
    page = browser.get(f"/courses/{course}")
    assert page.status_code == 200
    assert "borgeren har givet samtykke" in page.text
    assert "Tidslinje" not in page.text
    assert browser.get(f"/courses/{course}/timeline").status_code == 403
    assert browser.get(f"/courses/{course}/consents").status_code == 403


def test_withdrawing_shows_what_stops_and_then_stops_it(
    town: YouthTown, course: int, sofie: Citizen
) -> None:
    with town.house.database.read() as session:
        consent = consents.consents(session, sofie.key)[0]
    browser, url = town.browser("mette"), f"/courses/{course}/consents/{consent.key}/withdraw"
    preview = browser.get(url).text
    assert "Sanne Østergård (bostøtte) kan ikke længere se noget om Sofie Dal." in preview
    assert "Moster Karen (moster) må ikke længere få noget at vide" in preview
    assert "»Ungeforløb« får besked" in preview

    assert browser.post(url, {"reason": "Fortrudt"}).status_code == 303

    page = browser.get(f"/courses/{course}/consents").text
    assert "Trukket tilbage" in page
    assert "Fortrudt" in page
    assert "Samtykke trukket tilbage" in page, "the head says so too"
    assert town.browser("sanne").get(f"/courses/{course}").status_code == 403
    assert "Vurdér konsekvens" in [task.name for task in town.open_tasks(course)]
    assert browser.post(url).status_code == 409
    assert browser.get(f"/courses/{course}/consents/77/withdraw").status_code == 404


def test_what_has_stopped_is_shown_to_who_operates_without_a_name(town: YouthTown) -> None:
    files = {"stops.bpmn": BROKEN.encode()}
    house = town.house
    house.database.run(lambda work: library.publish(work, files, "per", house.runtime.keyring))
    emil = town.citizen("Emil", "Bro", "030304-4006")
    key = town.start(emil, "stops")
    browser = town.browser("bo")
    page = browser.get("/courses/incidents").text
    assert "Hvilken vej?" in page
    assert "Emil" not in page
    with house.database.read() as session:
        incident = courses.incidents(session, key)[0]

    url, why = f"/courses/{key}/operate/incidents/{incident.key}", {"reason": "Prøver igen."}
    again = browser.post(url, why, follow_redirects=True).text
    assert "stoppede samme sted" in again

    order = courses.Order(
        Principal(9, "bo", "Bo Strøm", frozenset({"operator"})), "Vejen manglede."
    )
    house.database.run(
        lambda work: courses.set_variables(work, house.runtime, key, {"way": "a"}, order)
    )
    with house.database.read() as session:
        incident = courses.incidents(session, key)[0]
    url = f"/courses/{key}/operate/incidents/{incident.key}"
    done = browser.post(url, why, follow_redirects=True).text
    assert "Trinnet er gået videre" in done
    assert "Ingen trin er stoppet" in done
    assert "Ingen trin er stoppet" in browser.get("/courses/incidents").text
    assert town.browser("mette").get("/courses/incidents").status_code == 403


# Pure parts ----------------------------------------------------------------------------------


def _goal(baseline: int, target: int) -> Goal:
    return Goal(
        1, "", "", "", "", "", baseline, target, date(2027, 1, 1), "", "", None, "continue", 0
    )  # fmt: skip


def _review(month: int, level: int | None) -> Review:
    return Review(datetime(2026, month, 1, tzinfo=UTC), "mette", level, "", "", "continue", None)


def test_up_is_progress_and_what_was_not_assessed_is_no_point() -> None:
    drawn = curve(
        _goal(4, 0),
        datetime(2026, 1, 1, tzinfo=UTC),
        [_review(2, None), _review(3, 2), _review(4, 0)],
    )
    assert [y for _, y in drawn.points] == [BOTTOM, (TOP + BOTTOM) / 2, TOP]
    assert drawn.target == TOP
    assert drawn.words == "4 i jan. 2026, 2 i mar. 2026, 0 i apr. 2026. Målet er 0."


def test_a_curve_of_many_follow_ups_keeps_its_beginning_and_end() -> None:
    many = [_review(1 + n % 12, n % 5) for n in range(100)]
    drawn = curve(_goal(3, 1), datetime(2025, 1, 1, tzinfo=UTC), many)
    assert len(drawn.points) == 12
    assert drawn.words.startswith("3 i jan. 2025, ")


def test_phases_stand_in_the_order_of_the_flow_not_of_the_file() -> None:
    def node(name: str, kind: Kind) -> Node:
        return Node(name, kind, "p", name)

    nodes = (node("two", Kind.CALL), node("one", Kind.CALL), node("start", Kind.START))
    flows = (Flow("a", "start", "one", "p"), Flow("b", "one", "two", "p"))
    process = Process("p", nodes=nodes, flows=flows)
    found = phases(process, {"here": {"two": 1}, "done": {"one": 1, "two": 1}}, [])
    assert [(phase.id, phase.state, phase.times) for phase in found] == [
        ("one", "done", 1),
        ("two", "here", 2),
    ]
