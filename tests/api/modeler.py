"""Models as Camunda Modeler writes them for Camunda 8, put together from their parts."""

from __future__ import annotations

from itertools import pairwise

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://bpmn.io/schema/bpmn"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:modeler="http://camunda.org/schema/modeler/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  exporter="Camunda Modeler" exporterVersion="5.36.1" modeler:executionPlatform="Camunda Cloud"
  modeler:executionPlatformVersion="8.5.0" camunda:diagramRelationId="85f5b096">"""


def flow(*ids: str, condition: str = "") -> str:
    """Sequence flows through these elements, as the Modeler writes them."""
    rule = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return "".join(
        f'<bpmn:sequenceFlow id="{one}_{other}" sourceRef="{one}" targetRef="{other}">{rule}</bpmn:sequenceFlow>'
        for one, other in pairwise(ids)
    )


def job(name: str, kind: str, more: str = "", tag: str = "serviceTask") -> str:
    return f"""<bpmn:{tag} id="{name}"><bpmn:extensionElements><zeebe:taskDefinition type="{kind}"/>{more}
      </bpmn:extensionElements></bpmn:{tag}>"""


def start(name: str, outputs: str) -> str:
    return f"""<bpmn:startEvent id="{name}"><bpmn:extensionElements><zeebe:ioMapping>{outputs}</zeebe:ioMapping>
      </bpmn:extensionElements></bpmn:startEvent>"""


def document(*parts: str) -> bytes:
    """A file with these processes, messages and errors."""
    return f"{HEAD}{''.join(parts)}</bpmn:definitions>".encode()


def process(name: str, *parts: str) -> str:
    return f'<bpmn:process id="{name}" isExecutable="true">{"".join(parts)}</bpmn:process>'


def end(name: str) -> str:
    return f'<bpmn:endEvent id="{name}"/>'


def message(name: str, key: str = "") -> str:
    """A message, its id its name; what is correlated on where a key is given."""
    rule = f'<zeebe:subscription correlationKey="{key}" />' if key else ""
    extension = f"<bpmn:extensionElements>{rule}</bpmn:extensionElements>" if rule else ""
    return f'<bpmn:message id="{name}" name="{name}">{extension}</bpmn:message>'


def heard(name: str, what: str, tag: str = "intermediateCatchEvent", more: str = "") -> str:
    """An event that waits for a message."""
    return f"""<bpmn:{tag} id="{name}" {more}><bpmn:messageEventDefinition id="{name}_d" messageRef="{what}"/>
      </bpmn:{tag}>"""


def waited(name: str, duration: str) -> str:
    """An event that waits for a while."""
    return f"""<bpmn:intermediateCatchEvent id="{name}"><bpmn:timerEventDefinition id="{name}_t">
      <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>
      </bpmn:intermediateCatchEvent>"""


def each(collection: str, item: str, more: str = "") -> str:
    """What makes an activity one for each item of a list."""
    return f"""<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
      <zeebe:loopCharacteristics inputCollection="{collection}" inputElement="{item}" {more}/>
      </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"""
