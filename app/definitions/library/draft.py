"""Drafts: the files that are to be published together, read and examined together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Protocol

from app import canonical, forms
from app.definitions.bundles import ModelProcess
from app.definitions.bundles.imports import Beyond, Imports, nothing
from app.definitions.bundles.tables import REQUIREMENTS, DecisionFile, read_decisions
from app.definitions.doctor import examine
from app.definitions.library.form_facts import FormFacts, form_facts
from app.definitions.model.findings import Finding, Severity, error, publishable
from app.definitions.model.graph import Process
from app.definitions.model.references import references
from app.definitions.reader import BpmnFile, read_bpmn
from app.definitions.rules.ids import ID, MAX_NAME
from app.definitions.rules.view import Surroundings
from app.errors import DefinitionError

KINDS = {".bpmn": "bpmn", ".form": "form", ".dmn": "dmn"}
"""Kind of a definition file, by the ending of its name."""


class Check(Protocol):
    """A check from an upper floor, registered in `create_app`: can the engine run it, does the catalogue know it."""

    def __call__(self, process: Process) -> Iterable[Finding]:
        """Return what is wrong with a process."""
        ...


@dataclass
class Draft:
    """Files read, by name. Filled by `read_draft`.

    Attributes:
        files: the files' bytes.
        models: the .bpmn files that could be read.
        processes: their processes, by id.
        home: name of the file that a process, form or decision stands in, by (kind of file, id); a whole
            .dmn file has an id of its own, of the kind `REQUIREMENTS`.
        tables: the .dmn files that could be read.
        form_facts: what each form that could be read does with variables, by its id.
        findings: what was found while reading, by file name.
        imports: the .dmn files, and what each imports.
    """

    files: Mapping[str, bytes]
    imports: Imports
    models: dict[str, BpmnFile] = field(default_factory=dict)
    processes: dict[str, ModelProcess] = field(default_factory=dict)
    home: dict[tuple[str, str], str] = field(default_factory=dict)
    tables: dict[str, DecisionFile] = field(default_factory=dict)
    form_facts: dict[str, FormFacts] = field(default_factory=dict)
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    def ids(self, kind: str) -> frozenset[str]:
        """Return the ids of the processes (bpmn), forms (form) or decisions (dmn) in the draft."""
        return frozenset(name for of, name in self.home if of == kind)

    def decision_inputs(self) -> dict[str, tuple[str, ...]]:
        """Return the decisions by id, each with the names of the input data that it needs."""
        return {each.id: each.inputs for file in self.tables.values() for each in file.decisions}

    def calls(self) -> dict[str, tuple[str, ...]]:
        """Return which processes each of the draft's processes calls, by its id."""
        return {name: references(one.process).processes for name, one in self.processes.items()}

    def settle(self, kind: str, name: str, file: str) -> None:
        """Note where an id stands; one that is no id, or stands elsewhere already, is an error."""
        if ID.fullmatch(name) is None:
            if kind != "bpmn":  # of a process, the doctor says so
                message = f"»{name[:40]}« kan ikke være id."
                fix = "Brug højst 100 bogstaver, cifre, punktummer, bindestreger og understreger."
                self.findings[file].append(error("id:invalid", None, message, fix))
            return
        first = self.home.setdefault((kind, name), file)
        if self.files[first] != self.files[file]:  # the same file twice does no harm
            self.findings[file].append(
                error(
                    "id:duplicate",
                    name,
                    f"Id'et {name} er også i {first}.",
                    "Giv dem hver sit id, eller udgiv kun den ene.",
                )
            )


def read_draft(files: Mapping[str, bytes], beyond: Beyond = nothing) -> Draft:
    """Read files by the ending of their names; whatever is wrong with one is among its findings.

    Args:
        files: bytes by file name.
        beyond: where a .dmn file is found that one of them imports and that is not among them.
    """
    draft = Draft(files, Imports(files, beyond), findings={name: [] for name in files})
    for name in sorted(files):
        if len(name) > MAX_NAME:
            message = f"Filens navn er længere end {MAX_NAME} tegn."
            draft.findings[name].append(
                error("name:too-long", None, message, "Giv filen et kort navn.")
            )
        try:
            _READERS[KINDS[PurePosixPath(name).suffix]](draft, name)
        except KeyError:
            message = (
                "Filen er hverken en model (.bpmn), en formular (.form) eller en beslutning (.dmn)."
            )
            draft.findings[name].append(
                error("file:kind", None, message, "Giv filen den rette endelse.")
            )
        except DefinitionError as broken:
            draft.findings[name].append(error(broken.code, None, broken.message, _fix(broken)))
    return draft


def _fix(broken: DefinitionError) -> str | None:
    first = broken.findings[0] if broken.findings else None
    return first.fix if isinstance(first, Finding) else None


def _read_model(draft: Draft, name: str) -> None:
    file = read_bpmn(draft.files[name])
    draft.models[name] = file
    for process in file.processes:
        draft.settle("bpmn", process.id, name)
        draft.processes.setdefault(process.id, ModelProcess(file.digest, process))


def _read_form(draft: Draft, name: str) -> None:
    content = draft.files[name]
    draft.findings[name] += [
        Finding(found.code, Severity(found.severity), found.element, found.message, found.fix)
        for found in forms.check(content)
    ]
    form_id = _form_id(content)
    if form_id:
        draft.settle("form", form_id, name)
        facts = form_facts(content)
        if facts is not None:
            draft.form_facts.setdefault(form_id, facts)


def _form_id(content: bytes) -> str:
    """Return the id of a form, also of one that cannot be used: tasks that refer to it are not to blame."""
    try:
        document = canonical.from_outside(content)
    except (ValueError, RecursionError):
        return ""
    form_id = document.get("id") if isinstance(document, dict) else None
    return form_id if isinstance(form_id, str) else ""


def _read_decisions(draft: Draft, name: str) -> None:
    file = read_decisions(draft.files[name], draft.imports, name)
    draft.tables[name] = file
    draft.findings[name] += file.findings
    for decision in file.decisions:
        draft.settle("dmn", decision.id, name)
    if file.holds:
        draft.settle(REQUIREMENTS, file.id, name)


_READERS = {"bpmn": _read_model, "form": _read_form, "dmn": _read_decisions}


def examine_draft(
    draft: Draft, around: Surroundings, checks: Sequence[Check] = ()
) -> dict[str, tuple[Finding, ...]]:
    """Return everything that is wrong with the draft's files, by file name.

    Args:
        draft: the files.
        around: what they may refer to besides each other.
        checks: of upper floors; what they find at an element that has an error already is left out.
    """
    known = _with_own(draft, around)
    found = {}
    for name in draft.files:
        findings = list(draft.findings[name])
        if name in draft.models:
            findings += examine(draft.models[name], known)
            findings += _checked(draft.models[name], checks, findings)
        found[name] = tuple(dict.fromkeys(findings))
    return found


def _checked(model: BpmnFile, checks: Sequence[Check], before: Sequence[Finding]) -> list[Finding]:
    if not publishable(model.findings):
        return []  # the graph has stand-ins for what is refused, so there is nothing to check
    told = {finding.element for finding in before if finding.severity is Severity.ERROR}
    return [
        finding
        for process in model.processes
        for check in checks
        for finding in check(process)
        if finding.element not in told and not (told and finding.element is None)
    ]


def _with_own(draft: Draft, around: Surroundings) -> Surroundings:
    """Add what the draft itself holds to what is known; what is unknown stays so where the draft has none."""
    return replace(
        told_of_forms(around, draft.form_facts),
        forms=_together(around.forms, draft.ids("form")),
        decisions=_more(around.decisions, draft.decision_inputs()),
        processes=None if around.processes is None else {**around.processes, **draft.calls()},
    )


def told_of_forms(around: Surroundings, facts: Mapping[str, FormFacts]) -> Surroundings:
    """Return surroundings that know what more forms do with variables."""
    return replace(
        around,
        form_fields={**around.form_fields, **{name: one.asks for name, one in facts.items()}},
        form_shows={**around.form_shows, **{name: one.shows for name, one in facts.items()}},
        form_reads={**around.form_reads, **{name: one.reads for name, one in facts.items()}},
    )


def _more(
    known: Mapping[str, tuple[str, ...]] | None, own: Mapping[str, tuple[str, ...]]
) -> Mapping[str, tuple[str, ...]] | None:
    return None if known is None and not own else {**(known or {}), **own}


def _together(known: frozenset[str] | None, own: frozenset[str]) -> frozenset[str] | None:
    return None if known is None and not own else (known or frozenset()) | own
