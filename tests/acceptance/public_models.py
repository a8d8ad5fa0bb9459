"""Models built as public Zeebe models are: our own, each with the constructs and the shape of one that is published.

The models themselves are not in this repository (docs/api.md names those that were tried, and how).
"""

from __future__ import annotations

from tests.api.modeler import document, each, end, flow, heard, job, message, process, start, waited

TASKS = 10


def ten_tasks() -> bytes:
    """Ten jobs of a type that a variable chooses, a question after the third, and two waits."""
    kind = "= &#34;benchmark-&#34; + starter"
    names = [f"task{number}" for number in range(1, TASKS + 1)]
    return document(
        process(
            "ten_tasks",
            start("s", '<zeebe:output source="=0" target="done" />'),
            *(job(name, kind) for name in names),
            '<bpmn:exclusiveGateway id="go_on"/>',
            waited("wait1", "PT1S"),
            waited("wait2", "PT1S"),
            end("e"),
            end("stopped"),
            flow("s", *names[:3], "go_on"),
            flow("go_on", "wait1", condition="= goes_on=true"),
            flow("go_on", "stopped", condition="= goes_on=false"),
            flow("wait1", *names[3:6], "wait2", *names[6:], "e"),
        )
    )


DECISION = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="DRD"
    namespace="http://camunda.org/schema/1.0/dmn" exporter="Camunda Modeler" exporterVersion="5.0.0">
  <decision id="how_urgent" name="How urgent"><decisionTable id="t">
    <input id="i"><inputExpression id="ie" typeRef="number"><text>line</text></inputExpression></input>
    <output id="o" name="urgency" typeRef="string"/>
    <rule id="r1"><inputEntry id="e1"><text>&lt; 3</text></inputEntry>
      <outputEntry id="x1"><text>"low"</text></outputEntry></rule>
    <rule id="r2"><inputEntry id="e2"><text>&gt;= 3</text></inputEntry>
      <outputEntry id="x2"><text>"high"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""


def called() -> bytes:
    """A decision, then a job."""
    return document(
        process(
            "one_line",
            '<bpmn:startEvent id="s"/>',
            """<bpmn:businessRuleTask id="decide"><bpmn:extensionElements>
              <zeebe:calledDecision decisionId="how_urgent" resultVariable="urgency" /></bpmn:extensionElements>
              </bpmn:businessRuleTask>""",
            job("act", "handle-line"),
            end("e"),
            flow("s", "decide", "act", "e"),
        )
    )


def calling() -> bytes:
    """After a wait, a sub-process for each item of a list that calls the newest version of another process."""
    return document(
        process(
            "all_lines",
            '<bpmn:startEvent id="s"/>',
            waited("w", "PT1S"),
            '<bpmn:subProcess id="each_line">',
            each("=lines", "line", 'outputCollection="results" outputElement="=urgency"'),
            """<bpmn:startEvent id="is"/><bpmn:callActivity id="call"><bpmn:extensionElements>
              <zeebe:calledElement processId="one_line" propagateAllChildVariables="true" />
              </bpmn:extensionElements></bpmn:callActivity>""",
            end("ie"),
            flow("is", "call", "ie"),
            "</bpmn:subProcess>",
            end("e"),
            flow("s", "w", "each_line", "e"),
        )
    )


def parcels() -> bytes:
    """Begun by a message; for each item messages move it on, and some send it back; the order may come twice."""
    return document(
        process(
            "parcels",
            heard("ordered", "ORDERED", "startEvent"),
            '<bpmn:subProcess id="each_item">',
            each("=items", "item"),
            '<bpmn:startEvent id="is"/>',
            heard("sent", "SENT"),
            '<bpmn:eventBasedGateway id="which"/>',
            heard("came", "CAME"),
            heard("missed", "MISSED"),
            heard("sent_again", "SENT"),
            end("ie"),
            flow("is", "sent", "which", "came", "ie"),
            flow("which", "missed", "sent_again", "which"),
            "</bpmn:subProcess>",
            '<bpmn:subProcess id="twice" triggeredByEvent="true">',
            heard("again", "ORDERED", "startEvent", 'isInterrupting="false"'),
            end("ignored"),
            flow("again", "ignored"),
            "</bpmn:subProcess>",
            heard("cancelled", "CANCELLED", "boundaryEvent", 'attachedToRef="each_item"'),
            end("given_up"),
            end("e"),
            flow("ordered", "each_item", "e"),
            flow("cancelled", "given_up"),
        ),
        message("ORDERED", "=number"),
        message("CANCELLED", "=number"),
        *(message(name, "=item") for name in ("SENT", "CAME", "MISSED")),
    )


def payment() -> bytes:
    """Credit first, then the card; a card that is refused is mended by a person, or the payment is given up."""
    return document(
        process(
            "payment",
            '<bpmn:startEvent id="s"/>',
            job("credit", "use-credit"),
            *(f'<bpmn:exclusiveGateway id="{name}"/>' for name in ("enough", "paid", "mended")),
            job(
                "card",
                "charge-card",
                '<zeebe:ioMapping><zeebe:input source="=rest" target="amount" /></zeebe:ioMapping>',
            ),
            """<bpmn:boundaryEvent id="refused" attachedToRef="card"><bpmn:extensionElements><zeebe:ioMapping>
              <zeebe:output source="=errorMessage" target="why" /></zeebe:ioMapping></bpmn:extensionElements>
              <bpmn:errorEventDefinition id="ed" errorRef="err" /></bpmn:boundaryEvent>
              <bpmn:userTask id="mend" name="Mend the payment"><bpmn:extensionElements>
              <zeebe:formDefinition formKey="camunda-forms:bpmn:userTaskForm_1" /></bpmn:extensionElements>
              </bpmn:userTask>""",
            end("e"),
            end("given_up"),
            flow("s", "credit", "enough"),
            flow("enough", "card", condition="=rest &gt; 0"),
            flow("enough", "paid", condition="=rest = 0"),
            flow("card", "paid", "e"),
            flow("refused", "mend", "mended"),
            flow("mended", "card", condition="=mended = true"),
            flow("mended", "given_up", condition="=mended = false"),
        ),
        '<bpmn:error id="err" name="Card refused" errorCode="cardRefused" />',
    )


def callback() -> bytes:
    """A send task whose worker is answered by message later; an answer that it failed tries again after a wait."""
    return document(
        process(
            "callback",
            '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/>',
            job("send", "send-and-wait", tag="sendTask"),
            '<bpmn:eventBasedGateway id="which"/>',
            heard("well", "SUCCEEDED"),
            heard("ill", "FAILED"),
            waited("pause", "PT1S"),
            end("e"),
            flow("s", "g", "send", "which", "well", "e"),
            flow("which", "ill", "pause", "g"),
        ),
        message("SUCCEEDED", "=callback_id"),
        message("FAILED", "=callback_id"),
    )
