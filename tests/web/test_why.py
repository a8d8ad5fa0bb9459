"""Why a course went the way it went, on the page of an entry: rules that matched, values that a condition read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web import youth
from tests.web.youth import YouthTown

DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="stoette_fil" name="Støtte"
  namespace="urn:stoette"><decision id="stoette" name="Støtte til unge"><variable name="støtte"/>
  <decisionTable id="t" hitPolicy="FIRST">
    <input id="i1" label="Alder"><inputExpression><text>alder</text></inputExpression></input>
    <input id="i2" label="Fravær i procent"><inputExpression><text>fravær</text></inputExpression></input>
    <output id="o1" name="timer"/>
    <rule id="r1"><inputEntry><text>&gt;= 18</text></inputEntry><inputEntry><text/></inputEntry>
      <outputEntry><text>0</text></outputEntry></rule>
    <rule id="r2"><description>Skolen har skrevet to gange</description><inputEntry><text>[15..18)</text></inputEntry>
      <inputEntry><text>&gt; 15</text></inputEntry><outputEntry><text>6.5</text></outputEntry></rule>
    <rule id="r3"><inputEntry><text/></inputEntry><inputEntry><text/></inputEntry>
      <outputEntry><text>2</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  targetNamespace="t" id="d"><process id="stoette_forloeb" name="Støtteforløb" isExecutable="true">
  <startEvent id="s"/><sequenceFlow id="f0" sourceRef="s" targetRef="tal"/>
  <userTask id="tal" name="Tæl fravær"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition assignee="lone"/></extensionElements></userTask>
  <sequenceFlow id="f1" sourceRef="tal" targetRef="regn"/>
  <businessRuleTask id="regn" name="Find timer"><extensionElements>
    <zeebe:calledDecision decisionId="stoette" resultVariable="timer"/></extensionElements></businessRuleTask>
  <sequenceFlow id="f2" sourceRef="regn" targetRef="g"/>
  <exclusiveGateway id="g" name="Meget støtte?" default="nej"/>
  <sequenceFlow id="ja" name="Ja" sourceRef="g" targetRef="plan"><conditionExpression
    xsi:type="tFormalExpression">=timer &gt; 5 and samtykke = true</conditionExpression></sequenceFlow>
  <sequenceFlow id="nej" name="Nej" sourceRef="g" targetRef="slut"/>
  <userTask id="plan" name="Læg plan"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition assignee="mette"/></extensionElements></userTask>
  <sequenceFlow id="f3" sourceRef="plan" targetRef="slut"/><endEvent id="slut"/></process></definitions>"""


@pytest.fixture
def town(tmp_path: Path) -> YouthTown:
    """A town with a course that asks a table, then a gateway."""
    built = youth.build(tmp_path)
    files = {"stoette.dmn": DMN.encode(), "stoette.bpmn": BPMN.encode()}
    built.house.database.run(lambda work: built.house.publish(work, files, "karen"))
    return built


def why(town: YouthTown, **answers: object) -> str:
    """The reasons on the page of the entry that counted absence, as text between the tags."""
    course = town.start(town.citizen("Ida", "Lund", "050502-4007"), "stoette_forloeb")
    town.complete(course, "tal", **answers)
    browser = town.browser("karen")
    listing = browser.get(f"/audit/courses/{course}").text
    url = re.search(r'href="([^"]+)">Lone Holt sendte »Tæl fravær«<', listing)
    assert url is not None
    page = browser.get(url[1]).text.split('id="why"')[1].split("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_a_decision_shows_the_rules_that_matched_with_what_they_tested(town: YouthTown) -> None:
    page = why(town, alder=16, fravær=22, samtykke=True)
    assert "»Støtte til unge« svarede: 6,5" in page
    assert "Passer flere regler, gælder den første." in page
    assert re.search(r"Alder 16 Fravær i procent 22 → timer", page), "the values tested"
    assert re.search(r" 2 \[15\.\.18\) &gt; 15 6\.5 Skolen har skrevet to gange", page)
    assert "&gt;= 18" not in page, "a rule that did not match is not shown"


def test_a_gateway_shows_what_its_condition_read_and_gave(town: YouthTown) -> None:
    page = why(town, alder=16, fravær=22, samtykke=True)
    assert "Vejen ud af »Meget støtte?«" in page
    assert "Ja, betingelsen var opfyldt." in page
    assert re.search(r"samtykke ja timer 6,5", page)
    assert "=timer &gt; 5 and samtykke = true" in page


def test_what_was_missing_is_named(town: YouthTown) -> None:
    """Given a condition that is false already, when the other half is missing, then the page names it."""
    page = why(town, alder=12, fravær=0)
    assert "»Støtte til unge« svarede: 2" in page
    assert "Nej, betingelsen var ikke opfyldt." in page
    assert "samtykke findes ikke" in page
