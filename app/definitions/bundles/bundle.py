"""Bundles: a version of a model is its process with everything that it refers to, each by digest.

A running course stays on its bundle, so what it meets does not change under it. What is called with
`bindingType` deployment is in the bundle; versionTag names another published bundle, which is in it
whole; latest is looked up when the call is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from app import canonical
from app.definitions.bundles.tables import pin
from app.definitions.model.graph import Call, CalledDecision, Process
from app.definitions.model.references import references


@dataclass(frozen=True, slots=True)
class ModelProcess:
    """A process and the digest of the file that it stands in."""

    model: str
    process: Process


@dataclass(frozen=True)
class Bundle:
    """One version of a process.

    Attributes:
        model: digest of the file of the main process.
        process: the main process.
        forms: digest by form id, for the main process and those called with deployment.
        decisions: digest of the .dmn file by `tables.pin`, for the same processes: decisions called with
            deployment or versionTag.
        calls: the processes called with deployment, directly or through each other, by id.
        tagged: the bundles called with versionTag, by (process id, tag).
    """

    model: str
    process: Process
    forms: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, ModelProcess] = field(default_factory=dict)
    tagged: Mapping[tuple[str, str], Bundle] = field(default_factory=dict)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The bundle as the JSON object that is stored; `load` reads it."""
        return {
            "model": self.model,
            "process_id": self.process.id,
            "forms": dict(self.forms),
            "decisions": dict(self.decisions),
            "calls": {process_id: found.model for process_id, found in self.calls.items()},
            "tagged": {
                f"{name}:{tag}": found.manifest for (name, tag), found in self.tagged.items()
            },
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical manifest, in hex: how a version is known."""
        return canonical.digest(self.manifest)

    def callee(self, call: Call) -> Bundle | None:
        """Return the bundle of a called process, or None: a call of latest, or of what was not there at publish."""
        if call.binding == "versionTag":
            return self.tagged.get((call.process_id, call.version_tag))
        if call.binding != "deployment":
            return None
        found = self.calls.get(call.process_id)
        return None if found is None else replace(self, model=found.model, process=found.process)


class Shelf(Protocol):
    """Where `bind` finds what a process refers to."""

    def process(self, process_id: str) -> ModelProcess | None:
        """Return the process that a call with binding deployment means."""
        ...

    def tagged(self, process_id: str, tag: str) -> Bundle | None:
        """Return the published version with this tag."""
        ...

    def resource(self, kind: str, name: str) -> str | None:
        """Return the digest of the file of a form (kind form) or a decision (kind dmn)."""
        ...

    def tagged_decision(self, decision_id: str, tag: str) -> str | None:
        """Return the digest of the file of the newest version of a decision with this tag."""
        ...


def bind(main: ModelProcess, shelf: Shelf) -> Bundle:
    """Put a version together: what a process refers to, directly or through the processes it calls.

    What is not on the shelf is left out of the bundle: the doctor has said so.
    """
    called: dict[str, ModelProcess] = {}
    by_tag: dict[tuple[str, str], Bundle] = {}
    parts, waiting = [main], [main]
    while waiting:
        for call in (node.call for node in waiting.pop().process.nodes):
            if call is None:
                continue
            if call.binding == "versionTag":
                bundle = shelf.tagged(call.process_id, call.version_tag)
                if bundle is not None:
                    by_tag[call.process_id, call.version_tag] = bundle
            elif call.binding == "deployment" and call.process_id not in called:
                part = shelf.process(call.process_id)
                if part is not None:
                    called[call.process_id] = part
                    parts.append(part)
                    waiting.append(part)
    wanted = [references(part.process) for part in parts]
    asked = (node.decision for part in parts for node in part.process.nodes)
    decisions = {
        pin(one): _decision(shelf, one) for one in asked if one and one.binding != "latest"
    }
    return Bundle(
        main.model,
        main.process,
        _found(shelf, "form", (name for one in wanted for name in one.forms)),
        {name: digest for name, digest in decisions.items() if digest is not None},
        called,
        by_tag,
    )


def _decision(shelf: Shelf, called: CalledDecision) -> str | None:
    if called.binding == "versionTag":
        return shelf.tagged_decision(called.decision_id, called.version_tag)
    return shelf.resource("dmn", called.decision_id)


def _found(shelf: Shelf, kind: str, names: Iterable[str]) -> dict[str, str]:
    digests = {name: shelf.resource(kind, name) for name in names}
    return {name: digest for name, digest in digests.items() if digest is not None}


def load(manifest: Mapping[str, Any], process: Callable[[str, str], Process]) -> Bundle:
    """Build a bundle from its manifest.

    Args:
        manifest: as `Bundle.manifest` wrote it.
        process: gives the process with this id in the file with this digest.
    """
    return Bundle(
        manifest["model"],
        process(manifest["model"], manifest["process_id"]),
        manifest["forms"],
        manifest["decisions"],
        {
            name: ModelProcess(model, process(model, name))
            for name, model in manifest["calls"].items()
        },
        {_name_and_tag(key): load(inner, process) for key, inner in manifest["tagged"].items()},
    )


def _name_and_tag(key: str) -> tuple[str, str]:
    name, _, tag = key.partition(":")  # a process id is an NCName and holds no colon
    return name, tag
