"""Repetition: BPMN multi-instance with `zeebe:loopCharacteristics` → `MultiInstance`.

Source: BPMN 2.0 §13.3.7.
"""

from __future__ import annotations

from app.definitions.model.graph import MultiInstance
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN
from app.definitions.reader.extensions import read_extensions
from app.definitions.reader.reading import Reading
from app.definitions.reader.xml import XmlElement


def read_loop(element: XmlElement, at: str, reading: Reading) -> MultiInstance | None:
    """Read an activity's multi-instance marker, or None; a loop marker is noted as an error."""
    standard = xml.child(element, BPMN, "standardLoopCharacteristics")
    if standard is not None:
        reading.look_up(standard, at)
    found = xml.child(element, BPMN, "multiInstanceLoopCharacteristics")
    if found is None:
        return None
    cardinality = xml.child(found, BPMN, "loopCardinality")
    if cardinality is not None:
        reading.look_up(cardinality, at)
    extensions = read_extensions(found, at, reading)

    def said(name: str) -> str:
        return extensions.get("loopCharacteristics", name)

    return MultiInstance(
        sequential=xml.flag(found, "isSequential", default=False),
        input_collection=said("inputCollection"),
        input_element=said("inputElement"),
        output_collection=said("outputCollection"),
        output_element=said("outputElement"),
        completion_condition=xml.text(xml.child(found, BPMN, "completionCondition")),
    )
