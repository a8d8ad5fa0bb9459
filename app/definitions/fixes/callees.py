"""Calls: each calls a process that there is; where there is none, one with a single step is drawn in its place."""

from __future__ import annotations

from lxml import etree

from app.definitions.fixes.asking import short
from app.definitions.fixes.drawing import Drawing, is_, label_of, name
from app.definitions.reader import xml
from app.definitions.reader.dialect import BPMN, ZEEBE
from app.definitions.reader.xml import XmlElement

CODES = ("callee:missing", "callee:unknown", "callee:binding", "feel:other-language")


def mend(drawing: Drawing) -> None:
    """Let every call find its process."""
    own = {name(process) for process in drawing.processes()}
    made: dict[str, str] = {}
    for node in drawing.nodes():
        if is_(node, "callActivity"):
            _call(drawing, node, own, made)


def _call(drawing: Drawing, node: XmlElement, own: set[str], made: dict[str, str]) -> None:
    plain = xml.attribute(node, "calledElement")
    found = next(iter(node.iter(f"{{{ZEEBE}}}calledElement")), None)
    wanted = xml.attribute(found, "processId") if found is not None else plain
    if found is not None:
        _version(drawing, node, found, wanted)
    known = own | set(drawing.around.processes or {})
    caller = _process(node)
    if wanted in known and wanted != caller:
        if found is None:
            drawing.extension(node, "calledElement", processId=wanted)
            drawing.note(
                "callee:missing",
                node,
                f"»{label_of(node)}« kalder nu {wanted} efter dialekten.",
                before=plain,
            )
        return
    if wanted and wanted not in known and drawing.around.processes is None and found is not None:
        return  # nothing is known about what there is
    stub = made.get(wanted or name(node)) or _stub(drawing, node)
    made[wanted or name(node)] = stub
    own.add(stub)
    called = drawing.extension(node, "calledElement", processId=stub)
    for key in ("bindingType", "versionTag"):
        called.attrib.pop(key, None)
    called.set("bindingType", "deployment")
    code = "callee:unknown" if wanted else "callee:missing"
    message = f"»{label_of(node)}« kalder nu processen {stub}, som er lagt i filen med ét trin; tegn den rigtige."
    drawing.note(code, node, message, before=wanted, added=[stub])


def _version(drawing: Drawing, node: XmlElement, found: XmlElement, wanted: str) -> None:
    """A version that is chosen in no way that is known is the latest."""
    binding, tag = xml.attribute(found, "bindingType", "latest"), xml.attribute(found, "versionTag")
    known = binding in {"latest", "deployment"} or (binding == "versionTag" and tag)
    if known and not (binding != "latest" and wanted.startswith("=")):
        return
    for key in ("bindingType", "versionTag"):
        found.attrib.pop(key, None)
    message = f"»{label_of(node)}« kalder nu den nyeste version."
    drawing.note("callee:binding", node, message, before=f"{binding} {tag}".strip())


def _process(node: XmlElement) -> str:
    found = node
    while xml.local(found) != "process":
        found = found.getparent()
    return name(found)


def _stub(drawing: Drawing, node: XmlElement) -> str:
    """Draw a process with one step, after the others."""
    last = drawing.processes()[-1]
    process = etree.Element(f"{{{BPMN}}}process", isExecutable="true")
    process.set("id", drawing.new_id(f"{_process(node)}_{name(node)}"))
    process.set("name", short(label_of(node)))
    drawing.root.insert(drawing.root.index(last) + 1, process)
    start = drawing.add(process, "startEvent", f"Start_{name(process)}")
    task = drawing.add(process, "userTask", f"Do_{name(process)}", short(label_of(node)))
    drawing.extension(task, "userTask")
    end = drawing.add(process, "endEvent", f"End_{name(process)}")
    drawing.connect(process, start, task)
    drawing.connect(process, task, end)
    return name(process)
