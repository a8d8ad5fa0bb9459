"""Which variables a file's elements write, so that a condition is known to have something to read."""

from __future__ import annotations

import json

from app.definitions.fixes.drawing import Drawing
from app.definitions.reader import xml
from app.definitions.reader.dialect import ZEEBE

ALWAYS = frozenset({"citizen", "course", "household"})
"""What the shell gives every course."""

_WRITERS = {
    "output": "target",
    "input": "target",
    "script": "resultVariable",
    "calledDecision": "resultVariable",
    "loopCharacteristics": "inputElement",
}


def written(drawing: Drawing) -> frozenset[str]:
    """Return the names that forms made here, mappings, scripts and decisions write."""
    found = set(ALWAYS)
    for part, attribute in _WRITERS.items():
        for element in drawing.root.iter(f"{{{ZEEBE}}}{part}"):
            found.add(xml.attribute(element, attribute).split(".")[0])
            if part == "loopCharacteristics":
                found.add(xml.attribute(element, "outputCollection"))
    for content in drawing.forms.values():
        found |= {part.get("key", "") for part in json.loads(content)["components"]}
    for task in drawing.root.iter(f"{{{ZEEBE}}}formDefinition"):
        found |= drawing.around.form_fields.get(xml.attribute(task, "formId"), frozenset())
    return frozenset(found - {""})
