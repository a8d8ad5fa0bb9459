"""The doctor: everything that is wrong with a BPMN file, all at once."""

from __future__ import annotations

from app.definitions.bpmn import BpmnFile
from app.definitions.findings import Finding
from app.definitions.rules import RULES
from app.definitions.view import Surroundings, View


def examine(file: BpmnFile, surroundings: Surroundings | None = None) -> tuple[Finding, ...]:
    """Return what the reader found in a file and what the rules find in each of its processes.

    Args:
        file: as `read_bpmn` returned it.
        surroundings: what the file may refer to; nothing is said about what is not known.
    """
    around = surroundings or Surroundings()
    found = list(file.findings)
    for process in file.processes:
        view = View(process, file, around)
        for rule in RULES:
            found.extend(rule(view))
    return tuple(dict.fromkeys(found))
