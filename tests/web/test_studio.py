"""The designer's studio: drafts saved as one types, what is wrong, what changes, history replayed, published, moved."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest

from app import courses, jobs, studio
from app.access import Principal
from app.citizens import Citizen
from app.courses import Course
from app.definitions import library
from tests.web.browser import Browser
from tests.web.conftest import FORM, MODEL, Town
from tests.web.test_inbox import words

DESIGNER = Principal(9, "dina", "Dina Fog", frozenset({"process_designer"}), frozenset())
LONGER = MODEL.replace(
    '<sequenceFlow id="f3" sourceRef="thank" targetRef="end"/>',
    '<sequenceFlow id="f3" sourceRef="thank" targetRef="call"/><userTask id="call" name="Ring til borgeren">'
    '<extensionElements><zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="youth"/></extensionElements>'
    '</userTask><sequenceFlow id="f4" sourceRef="call" targetRef="end"/>',
)
OTHER_WAY = MODEL.replace('=answer = "yes"', '=answer = "no"')
FOREIGN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t" id="d">
<process id="foreign" name="Fremmed tegning"><startEvent id="start"/>
<sequenceFlow id="f1" sourceRef="start" targetRef="do"/><task id="do" name="Gør noget"/>
<sequenceFlow id="f2" sourceRef="do" targetRef="end"/><endEvent id="end"/></process></definitions>"""
SCENARIO = {
    "name": "Borgeren siger ja",
    "why": "Den lige vej.",
    "starts": "2026-11-02T09:00:00+01:00",
    "variables": {"sender": "mette"},
    "answers": {"ask": {"answer": "yes"}},
    "steps": ["ask", "thank"],
    "path": ["ask", "thank", "end"],
    "end": "end",
}


@pytest.fixture
def dina(town: Town) -> Browser:
    town.person("dina", "Dina Fog", "process_designer")
    return town.browser("dina")


@pytest.fixture
def bo(town: Town) -> Browser:
    town.person("bo", "Bo Strøm", "operator")
    return town.browser("bo")


def draft_of(town: Town, by: str = "dina", process: str = "small") -> int:
    return town.house.database.run(lambda work: studio.drafts.begin(work, process, by).key)


def save(town: Town, draft: int, text: str, name: str = "small.bpmn") -> int:
    return town.house.database.run(
        lambda work: studio.drafts.save(work, draft, name, text.encode(), "dina")
    )


def complete(town: Town, course: int, element: str, by: str = "mette", **answers: Any) -> None:
    task = town.task(course, element)
    who = Principal(1, by, by, frozenset({"caseworker"}), frozenset({"youth"}))
    town.house.database.run(
        lambda work: courses.complete(work, town.house.runtime, task.key, answers, who)
    )


def lived(town: Town, answer: str = "yes") -> int:
    """A course that has been through the first question."""
    key = town.start()
    more = {} if answer == "yes" else {"why_not": "Ikke nu"}
    complete(town, key, "ask", wish="Arbejde", answer=answer, people=[], **more)
    return key


def work_off(town: Town) -> None:
    jobs.run_due(town.house.database, town.house.handlers)


def course_of(town: Town, key: int) -> Course:
    with town.house.database.read() as session:
        return session.get_one(Course, key)


# The list, a model, a draft -------------------------------------------------------------------


def test_the_list_shows_versions_drafts_and_courses(town: Town, dina: Browser) -> None:
    lived(town)
    draft_of(town)
    page = dina.get("/studio").text
    assert "Lille forløb" in page
    assert re.search(r"Version\s+1", page)
    assert "Dina Fog" in page


def test_a_caseworker_has_no_studio(town: Town) -> None:
    assert town.browser("mette").get("/studio").status_code == 403


def test_a_draft_is_one_designers_and_is_found_again(town: Town, dina: Browser) -> None:
    first = dina.post("/studio/models/small/draft").headers["Location"]
    again = dina.post("/studio/models/small/draft").headers["Location"]
    assert first == again
    page = dina.get(first).text
    assert "Kladden er som den udgivne version" in page


def test_what_is_typed_is_saved_and_answered_with_findings(town: Town, dina: Browser) -> None:
    draft = draft_of(town)
    url = f"/studio/drafts/{draft}/content/small.bpmn"
    broken = MODEL.replace('default="no"', "").encode()
    answer = dina.client.post(
        f"{url}?revision=0", data=broken, headers={"X-CSRFToken": dina.token()}
    )
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["revision"] == 1
    assert any(one["element"] == "agreed" for one in said["findings"])
    assert dina.get(url).data == broken


def test_two_designers_on_one_draft_are_told(town: Town, dina: Browser) -> None:
    town.person("pia", "Pia Lund", "process_designer")
    pia, draft = town.browser("pia"), draft_of(town)
    url = f"/studio/drafts/{draft}/content/small.bpmn"
    dina.client.post(f"{url}?revision=0", data=LONGER, headers={"X-CSRFToken": dina.token()})

    late = pia.client.post(f"{url}?revision=0", data=MODEL, headers={"X-CSRFToken": pia.token()})
    assert late.status_code == 409
    assert "dina har gemt filen" in late.get_json()["message"]

    here = f"/studio/drafts/{draft}/here"
    dina.client.post(here, headers={"X-CSRFToken": dina.token()})
    told = pia.client.post(here, headers={"X-CSRFToken": pia.token()})
    assert told.get_json()["others"] == ["Dina Fog"]
    assert "Dina Fog har også kladden åben" in words(pia.get(f"/studio/drafts/{draft}").text)


def test_the_editor_alone_may_make_styles_and_fonts(town: Town, dina: Browser) -> None:
    draft = draft_of(town)
    editor = dina.get(f"/studio/drafts/{draft}/files/small.bpmn")
    policy = editor.headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline';" in policy
    assert "font-src 'self' data: blob:; img-src 'self' data: blob:" in policy
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src 'self' 'nonce-[^']+';", policy)

    for url in ("/studio", f"/studio/drafts/{draft}", "/studio/models/small"):
        others = dina.get(url).headers["Content-Security-Policy"]
        assert "style-src 'self';" in others, url
        assert "data:" not in others, url


def test_without_scripts_a_file_is_fetched_and_sent_back(town: Town, dina: Browser) -> None:
    draft = draft_of(town)
    got = dina.get(f"/studio/drafts/{draft}/content/ask.form?download=1")
    assert got.headers["Content-Disposition"] == "attachment; filename=ask.form"
    form = json.loads(got.data)
    form["components"][0]["label"] = "Hvad er vigtigst?"
    sent = io.BytesIO(json.dumps(form).encode())
    dina.post(
        f"/studio/drafts/{draft}/send/ask.form",
        {"file": (sent, "ask.form")},
        content_type="multipart/form-data",
    )
    page = words(dina.get(f"/studio/drafts/{draft}").text)
    assert "spørgsmålet er »Hvad er vigtigst?« i stedet for »Hvad er vigtigt?«" in page


def test_a_foreign_drawing_is_sent_mended_and_published(town: Town, dina: Browser) -> None:
    sent = dina.post(
        "/studio/upload",
        {"files": [(io.BytesIO(FOREIGN.encode()), "tegning.bpmn")]},
        content_type="multipart/form-data",
    )
    draft = sent.headers["Location"]
    assert "Skal rettes" in dina.get(draft).text

    mended = dina.post(f"{draft}/fix/tegning.bpmn")
    assert "Processen »Fremmed tegning« kan nu udføres" in words(mended.text)
    page = dina.get(draft).text
    assert "Klar til at blive udgivet" in page

    done = dina.post(f"{draft}/publish")
    assert done.status_code == 303
    with town.house.database.read() as session:
        assert library.latest(session, "foreign") is not None


def test_a_zip_brings_model_form_and_scenarios(town: Town, dina: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("course/model.bpmn", LONGER)
        archive.writestr("course/ask.form", json.dumps(FORM))
        archive.writestr("course/scenarios/ja.json", json.dumps(SCENARIO))
    packed.seek(0)
    sent = dina.post(
        "/studio/upload", {"files": [(packed, "alt.zip")]}, content_type="multipart/form-data"
    )
    page = words(dina.get(sent.headers["Location"]).text)
    assert "Opgaven »Ring til borgeren« er ny" in page
    with town.house.database.read() as session:
        assert [row.name for row in studio.scenarios(session, "small")] == ["ja.json"]


@pytest.mark.parametrize("name", ["alt.zip", "model.bpmn", "andet.txt"])
def test_a_broken_upload_is_refused_in_words(town: Town, dina: Browser, name: str) -> None:
    sent = dina.post(
        "/studio/upload",
        {"files": [(io.BytesIO(b"PK not really"), name)]},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 422


def test_a_draft_behind_a_new_version_says_so(town: Town, dina: Browser) -> None:
    draft = draft_of(town)
    save(town, draft, LONGER)
    files = {"small.bpmn": OTHER_WAY.encode(), "ask.form": json.dumps(FORM).encode()}
    town.house.database.run(lambda work: town.house.publish(work, files, "per"))
    page = dina.get(f"/studio/drafts/{draft}").text
    assert "Version 2 er udgivet, siden du begyndte" in words(page)
    refused = dina.post(f"/studio/drafts/{draft}/publish")
    assert refused.status_code == 422
    dina.post(f"/studio/drafts/{draft}/catch-up")
    assert "er udgivet, siden du begyndte" not in words(dina.get(f"/studio/drafts/{draft}").text)


# History --------------------------------------------------------------------------------------


def test_history_that_goes_the_same_way_says_so(town: Town, dina: Browser) -> None:
    lived(town)
    draft = draft_of(town)
    save(town, draft, LONGER)  # no course has come to the new step yet
    run = dina.post(f"/studio/drafts/{draft}/backtest").headers["Location"]
    work_off(town)
    page = words(dina.get(run).text)
    assert "1 af 1 går samme vej" in page


def test_history_that_parts_is_told_where_and_needs_an_answer(town: Town, dina: Browser) -> None:
    lived(town, "yes")
    lived(town, "no")
    draft = draft_of(town)
    save(town, draft, OTHER_WAY)
    run = dina.post(f"/studio/drafts/{draft}/backtest").headers["Location"]
    work_off(town)
    page = words(dina.get(run).text)
    assert "2 forløb genspillet: 0 går samme vej, 2 går en anden" in page
    assert "»Sig tak«" in page
    assert dina.post(f"/studio/drafts/{draft}/publish").status_code == 422

    key = int(run.rpartition("/")[2])
    with town.house.database.read() as session:
        groups = studio.history.groups(session, studio.history.get(session, key))
    assert {(one.element, one.old, one.new) for one in groups} == {
        ("agreed", "thank", "end"),
        ("agreed", "end", "thank"),
    }
    for one in groups:
        dina.post(f"{run}/accept", {"group": one.code})
    assert dina.post(f"/studio/drafts/{draft}/publish").status_code == 303


def test_values_of_a_citizens_course_are_not_shown_to_a_designer(
    town: Town, dina: Browser, anna: Citizen
) -> None:
    key = town.start(anna)
    complete(town, key, "ask", wish="Hemmeligt ønske", answer="yes", people=[])
    draft = draft_of(town)
    save(town, draft, MODEL.replace("P14D", "P7D"))
    run = dina.post(f"/studio/drafts/{draft}/backtest").headers["Location"]
    work_off(town)
    page = dina.get(f"{run}/courses/{key}").text
    assert "due:ask" in page
    assert "•••" in page
    assert "Hemmeligt" not in page
    assert "2026-12-07" not in page


def test_a_deadline_of_other_length_is_the_same_way_with_other_values(town: Town) -> None:
    key, draft = lived(town), draft_of(town)
    save(town, draft, MODEL.replace("P14D", "P7D"))
    with town.house.database.read() as session:
        at = studio.drafts.workspace_of(session, studio.drafts.get(session, draft))
        found = studio.replay_all(session, town.house.runtime, "small", at.files)
    outcome = found.outcomes[key]
    assert (outcome.verdict, outcome.names) == ("values", ("due:ask",))


def test_a_course_that_was_moved_is_replayed_too(town: Town, bo: Browser) -> None:
    key = lived(town)
    files = {"small.bpmn": LONGER.encode(), "ask.form": json.dumps(FORM).encode()}
    town.house.database.run(lambda work: town.house.publish(work, files, "per"))
    with town.house.database.read() as session:
        version = courses.versions_to_move_to(session, session.get_one(Course, key))[0].key
    order = courses.Order(
        Principal(7, "bo", "Bo", frozenset({"operator"}), frozenset()), "Nyt trin"
    )
    town.house.database.run(
        lambda work: courses.migrate(work, town.house.runtime, key, version, {}, order)
    )
    complete(town, key, "thank")
    with town.house.database.read() as session:
        found = studio.replay_all(session, town.house.runtime, "small", files)
        older = studio.replay_all(
            session, town.house.runtime, "small", {**files, "small.bpmn": MODEL.encode()}
        )
    assert found.outcomes[key].verdict == "same"
    assert (older.outcomes[key].verdict, older.outcomes[key].old) == ("diverges", "call")


# Scenarios ------------------------------------------------------------------------------------


def test_scenarios_run_on_a_draft_with_what_they_cover(town: Town, dina: Browser) -> None:
    draft = draft_of(town)
    content = {"ja.json": json.dumps({**SCENARIO, "process": "small"}).encode()}
    town.house.database.run(lambda work: studio.keep(work, "small", content, "dina"))
    run = dina.post(f"/studio/drafts/{draft}/scenarios").headers["Location"]
    assert "I gang" in dina.get(run).text
    work_off(town)
    page = words(dina.get(run).text)
    assert "Alle 1 scenarier består" in page
    assert "5 af 5 trin er prøvet" in page

    save(town, draft, OTHER_WAY)
    assert dina.post(f"/studio/drafts/{draft}/publish").status_code == 422
    again = dina.post(f"/studio/drafts/{draft}/scenarios").headers["Location"]
    work_off(town)
    assert "opgaven thank er åben" in words(dina.get(again).text)


def test_a_real_course_becomes_a_scenario_about_somebody_invented(
    town: Town, dina: Browser, anna: Citizen
) -> None:
    key = town.start(anna)
    complete(town, key, "ask", wish="Min hemmelighed", answer="yes", people=[{"name": "Anna Sø"}])
    made = dina.post(
        "/studio/models/small/scenarios", {"course": str(key), "name": "Et rigtigt forløb"}
    ).headers["Location"]
    assert made.endswith("/et_rigtigt_forloeb.json")
    text = dina.get(f"{made}?download=1").text
    said = json.loads(text)
    assert said["steps"][-1] == {"task": "ask", "answers": {"answer": "yes"}}
    assert said["open"] == ["thank"]
    assert said["citizen"]["first_name"] == "Prøve"
    for personal in ("Anna", "Sø", "120388", "hemmelighed", str(anna.key)):
        assert personal not in text

    run = dina.post(f"/studio/drafts/{draft_of(town)}/scenarios").headers["Location"]
    work_off(town)
    assert "Alle 1 scenarier består" in words(dina.get(run).text)


def test_a_scenario_that_is_none_is_refused_with_the_reason(town: Town, dina: Browser) -> None:
    content = {"ja.json": json.dumps(SCENARIO).encode()}
    town.house.database.run(lambda work: studio.keep(work, "small", content, "dina"))
    url = "/studio/models/small/scenarios/ja.json"
    refused = dina.post(url, {"text": '{"name": "x"}'})
    assert refused.status_code == 422
    assert "Scenariet er ikke gemt" in refused.text
    dina.post(url, {"delete": "1"})
    assert dina.get(url).status_code == 404


# Seeing and moving ----------------------------------------------------------------------------


def test_the_heat_map_says_where_courses_stand_and_what_was_never_reached(
    town: Town, dina: Browser
) -> None:
    town.start()
    lived(town)
    page = words(dina.get("/studio/models/small/see").text)
    assert "2 i gang, 0 afsluttet" in page
    assert "Borgeren er hørt" in page.partition("Aldrig nået Ingen forløb")[2]


def test_many_courses_are_tried_moved_and_taken_back(
    town: Town, dina: Browser, bo: Browser
) -> None:
    waiting, further = town.start(), lived(town)
    gone = MODEL.replace(' id="thank"', ' id="thanks"').replace('"thank"', '"thanks"')
    gone = gone.replace('name="Sig tak"', 'name="Noget helt andet"')
    files = {"small.bpmn": gone.encode(), "ask.form": json.dumps(FORM).encode()}
    town.house.database.run(lambda work: town.house.publish(work, files, "per"))
    with town.house.database.read() as session:
        to = library.latest(session, "small")
    assert to is not None
    complete(town, further, "thank")  # ended: it is not among those that can be moved
    third = lived(town, "yes")
    moving = dina.post(
        "/studio/models/small/move",
        {"to": str(to.key), "from": "1", "course": [str(waiting)]},
    ).headers["Location"]
    work_off(town)
    page = words(dina.get(moving).text)
    assert "1 kan flyttes" in page
    assert "Drift flytter forløbene" in page
    assert course_of(town, waiting).version_key != to.key

    assert "Skriv hvorfor" in bo.post(f"{moving}/move", {"reason": ""}).text
    bo.post(f"{moving}/move", {"reason": "Ny version"})
    work_off(town)
    assert course_of(town, waiting).version_key == to.key
    assert "1 flyttet" in words(bo.get(moving).text)

    bo.post(f"{moving}/move", {"undo": "1", "reason": "For tidligt"})
    work_off(town)
    assert course_of(town, waiting).version_key != to.key
    assert "1 flyttet tilbage" in words(bo.get(moving).text)
    assert course_of(town, third).version_key == to.key
