"""The doctor: everything that is wrong with a BPMN file, all at once."""

from __future__ import annotations

from app.definitions.model.findings import Finding, error
from app.definitions.reader import BpmnFile, read_bpmn
from app.definitions.rules import RULES
from app.definitions.rules.view import Surroundings, View
from app.errors import DefinitionError


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


def findings(content: str | bytes, surroundings: Surroundings | None = None) -> list[Finding]:
    """Return everything that is wrong with a file; one that cannot be read at all is one finding.

    Args:
        content: the file.
        surroundings: what the file may refer to; nothing is said about what is not known.
    """
    raw = content.encode() if isinstance(content, str) else content
    try:
        file = read_bpmn(raw)
    except DefinitionError as broken:
        told = [found for found in broken.findings if isinstance(found, Finding)]
        return told or [error(broken.code, None, broken.message)]
    return list(examine(file, surroundings))
