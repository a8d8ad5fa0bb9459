"""A Flask app with the frame alone: templates, languages and headers, no database."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect

from app.clock import LOCAL, SetClock
from app.web import frame, i18n, security

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=LOCAL)

PAGE = """
{% extends "base.html" %}
{% from "macros/page.html" import alert, crumbs, empty_state, error_summary, next_strip, pagination, side, tabs %}
{% from "macros/status.html" import assignee, chip, citizen, due, mark, moment, protected %}
{% from "macros/course.html" import log, phases, staircase, steps_in_words %}
{% block title %}Familien Prøve{% endblock %}
{% block crumbs %}{{ crumbs([("Forløb", "/courses"), ("Familien Prøve", "")]) }}{% endblock %}
{% block content %}
<div class="head"><div><h1>Familien Prøve</h1>
  <p class="line">Ungeforløb siden {{ day|day }} {{ protected() }} {{ chip("ok", "Samtykke gyldigt til 16. juni 2027", "check") }}</p></div>
  <dl class="facts"><div><dt>Tovholder</dt><dd><b>Mette Kragh</b></dd></div></dl></div>
{{ error_summary("Ret 1 svar, og send igen", [("dato", "Måldatoen skal ligge efter i dag")], "Alt er gemt.") }}
{{ phases([{"label": "Modtagelse", "state": "done", "detail": "14. maj"}, {"label": "Plan", "state": "here",
   "detail": "siden 10. juli"}, {"label": "Afslutning", "state": "later", "detail": "når alle mål er nået"}],
   "Forløbets faser") }}
{% set why %}{{ due(now, "§ 95: 3 måneder fra 25. aug.") }} · ligger hos dig{% endset %}
<div class="above below">{% call next_strip("Næste skridt: Revidér mål", why) %}<a class="button button-primary" href="/t">Fortsæt opgaven</a>{% endcall %}</div>
{{ tabs([{"label": "Overblik", "url": "/a", "current": true}, {"label": "Team", "url": "/b", "count": 7}], "Forløbet") }}
<div class="cols cols--aside"><div class="stack">
<section class="sect" aria-labelledby="o1"><header><h2 id="o1">Åbne opgaver</h2></header>
<table class="grid"><thead><tr><th scope="col">Opgave</th><th scope="col">Borger</th><th scope="col">Ligger hos</th><th scope="col">Frist</th></tr></thead>
<tbody>{% for instant in instants %}<tr><th scope="row"><a class="strong" href="/t">Revidér mål</a></th>
<td>{{ citizen("Anne Prøve", "0101901234") }}</td><td>{{ assignee("Ida Bruun" if loop.index is even else "", loop.first) }}</td>
<td>{{ due(instant) }}</td></tr>{% endfor %}</tbody></table>{{ pagination(1, 5, 34, "", "/next") }}</section>
<section class="sect" aria-labelledby="o2"><h2 id="o2">Støttetrappen</h2>{{ staircase([{"label": "Hjemme", "state": "done",
  "detail": "3 morgener"}, {"label": "Opkald", "state": "here", "detail": "2 morgener"}, {"label": "Ingen støtte", "state": "later"}]) }}</section>
<section class="sect" aria-labelledby="o3"><h2 id="o3">Senest sket</h2>{{ log([{"at": now, "icon": "save", "text": "Mette Kragh gemte"}]) }}</section>
{{ empty_state("Når du tager en opgave, står den her.", "Du har ingen opgaver") }}</div>
<aside class="box" aria-label="Trin"><section aria-labelledby="s1"><h2 id="s1">Trin i ord</h2>{{ steps_in_words([{"label": "Skriv mål",
  "state": "done", "detail": "Mette Kragh"}, {"label": "Godkend", "state": "here"}, {"label": "Følg op", "state": "later"}]) }}</section></aside></div>
{{ side([{"label": "Mine", "url": "/m", "count": 21, "current": true}, {"label": "Færdige", "url": "/f"}], "Visninger") }}
{% endblock %}
"""

DIAGRAM = """
{% extends "base.html" %}
{% from "macros/course.html" import diagram %}
{% block title %}Diagram{% endblock %}
{% block content %}<h1>Diagram</h1>{{ diagram("/model.bpmn", ["start", "ask"], ["approve"], "Det samme står i listen.") }}{% endblock %}
"""


@pytest.fixture
def bare_app() -> Flask:
    app = Flask("app.web")
    app.config.update(SECRET_KEY="prøve", TESTING=True)
    clock = SetClock(NOW)
    CSRFProtect(app)
    i18n.install(app)
    security.install(app)
    frame.install(app, clock)
    areas = (
        frame.Area("Indbakke", "/inbox", count=21),
        frame.Area("Forløb", "/courses", current=True),
    )
    shown = frame.Frame(
        "Nørreå Kommune", areas, "Mette Kragh", "tovholder", "/", "/logout", "/accessibility"
    )
    app.context_processor(lambda: {"frame": shown})

    instants = [
        NOW.replace(hour=9, minute=10),
        NOW.replace(day=25),
        NOW.replace(day=27),
        NOW.replace(month=12, day=12),
        None,
    ]

    @app.get("/page")
    def page() -> str:
        return render_template_string(PAGE, now=NOW, day=NOW.date(), instants=instants)

    @app.get("/diagram")
    def diagram() -> str:
        return render_template_string(DIAGRAM)

    @app.get("/model.bpmn")
    def model() -> tuple[str, dict[str, str]]:
        return MODEL, {"Content-Type": "application/xml"}

    return app


@pytest.fixture
def client(bare_app: Flask) -> FlaskClient:
    return bare_app.test_client()


MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="d" targetNamespace="t">
  <process id="p" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
    <userTask id="ask" name="Skriv mål"/><sequenceFlow id="f2" sourceRef="ask" targetRef="approve"/><userTask id="approve" name="Godkend planen"/></process>
  <bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="pl" bpmnElement="p">
    <bpmndi:BPMNShape id="s1" bpmnElement="start"><dc:Bounds x="100" y="100" width="36" height="36"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s2" bpmnElement="ask"><dc:Bounds x="200" y="78" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s3" bpmnElement="approve"><dc:Bounds x="360" y="78" width="100" height="80"/></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="e1" bpmnElement="f1"><di:waypoint x="136" y="118"/><di:waypoint x="200" y="118"/></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e2" bpmnElement="f2"><di:waypoint x="300" y="118"/><di:waypoint x="360" y="118"/></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>
"""
