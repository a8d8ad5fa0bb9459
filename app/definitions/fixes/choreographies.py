"""Choreographies: drawn by analysts to show who talks with whom; run as a process with a step for each talk."""

from __future__ import annotations

from app.definitions.fixes.drawing import Drawing, label_of, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN

CODES = ("element:unsupported",)

_ROOTS = {"choreography": "process", "globalChoreographyTask": "process"}
_STEPS = {
    "choreographyTask": "userTask",
    "callChoreography": "task",
    "subChoreography": "subProcess",
}
_DROPPED = frozenset(
    {"participantRef", "messageFlowRef", "participantAssociation", "choreographyRef"}
)


def mend(drawing: Drawing) -> None:
    """Turn choreographies into processes."""
    for root in list(drawing.root):
        if xml.namespace(root) != BPMN or xml.local(root) not in _ROOTS:
            continue
        was = drawing.become(root, "process")
        drawing.note("element:unsupported", root, "Koreografien er nu en proces.", before=was)
        names = {name(found): label_of(found) for found in root.iter(f"{{{BPMN}}}participant")}
        for step in list(root.iter(f"{{{BPMN}}}*")):
            if xml.local(step) not in _STEPS:
                continue
            parties = [
                names.get(xml.text(one), xml.text(one))
                for one in xml.children(step, BPMN, "participantRef")
            ]
            drawing.document(step, "Deltagere: " + ", ".join(parties) if parties else "")
            for one in [part for part in step if xml.local(part) in _DROPPED]:
                step.remove(one)
            for key in ("initiatingParticipantRef", "loopType", "calledChoreographyRef"):
                step.attrib.pop(key, None)
            was = drawing.become(step, _STEPS[xml.local(step)])
            drawing.note(
                "element:unsupported",
                step,
                f"»{label_of(step)}« er nu et trin i processen.",
                before=was,
            )
        for one in [
            part for part in root if xml.local(part) in {"participant", "messageFlow", *_DROPPED}
        ]:
            drawing.document(root, f"{xml.local(one)}: {label_of(one) or xml.text(one)}")
            root.remove(one)
