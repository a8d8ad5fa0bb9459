"""Definition files on disk: a folder's own, and those around it that they refer to.

The project's layout is one folder a course under `workflows/`, called processes in
`workflows/shared/`, forms in `forms/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from app import forms
from app.definitions.library.draft import KINDS, Draft, read_draft, told_of_forms
from app.definitions.model.graph import Kind, Process, Trigger
from app.definitions.model.references import references
from app.definitions.rules.view import Surroundings
from app.errors import DefinitionError

_SHELVES = ("workflows", "forms")

_PICKED = {"legal_basis": "legal_bases", "code_list": "code_list"}
"""Pickers of forms whose options are rows of a table → the decision that gives them."""


def definition_files(place: Path) -> list[Path]:
    """Return the definition files in a folder and the folders in it, sorted; or the one file that is named."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.suffix in KINDS and path.is_file())


def neighbours(path: Path) -> list[Path]:
    """Return the definition files that a file or folder may refer to.

    These are its own folder's, and those in `workflows/` and `forms/` of the nearest folder above that has either.
    """
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    found = set(definition_files(folder))
    for above in (folder, *folder.parents):
        shelves = [above / name for name in _SHELVES if (above / name).is_dir()]
        if shelves:
            found.update(file for shelf in shelves for file in definition_files(shelf))
            break
    return sorted(found)


def relevant(own: Draft, near: Iterable[Path]) -> list[Path]:
    """Leave out the files nearby that a draft cannot refer to, so that a large folder is not read for one file.

    Args:
        own: the files that are looked at.
        near: definition files around them.
    """
    said = [references(part.process) for part in own.processes.values()]
    if {name for one in said for name in one.processes} - own.ids("bpmn"):
        return sorted(near)  # what is called may refer to anything
    paths = sorted(path for path in near if path.suffix != ".bpmn")
    wanted = {name for one in said for name in one.forms}
    called_so = [path for path in paths if path.suffix == ".form" and path.stem in wanted]
    if wanted <= {path.stem for path in called_so}:
        paths = [path for path in paths if path.suffix != ".form" or path in called_so]
    return paths


def surroundings(paths: Iterable[Path], jobs: frozenset[str] | None = None) -> Surroundings:
    """Return what models may refer to, given the files at hand.

    Args:
        paths: definition files; one that cannot be read adds nothing.
        jobs: types of the operations that are done here; None when that is not known.
    """
    draft = read_draft({str(path): path.read_bytes() for path in paths})
    known = Surroundings(
        forms=draft.ids("form"),
        decisions=draft.decision_inputs(),
        processes={
            name: references(part.process).processes for name, part in draft.processes.items()
        },
        jobs=jobs,
    )
    return told_of_forms(known, draft.form_facts)


def gather(place: Path) -> dict[str, bytes]:
    """Return a file, or a folder's files, with what they refer to around them, to be published together.

    Returns:
        Bytes by file name, relative to the folder that all lie in.
    """
    own = {path.resolve() for path in definition_files(place)}
    wanted = {str(path) for path in own}
    draft = read_draft({str(path): path.read_bytes() for path in own})
    near = relevant(draft, neighbours(place))
    around = {**draft.files, **{str(path): path.read_bytes() for path in near}}
    shelf = read_draft(around)
    while missing := _referred(draft, shelf) - wanted:
        wanted |= missing
        draft = read_draft({name: around[name] for name in wanted})
    return _relative({Path(name): around[name] for name in wanted})


def _referred(draft: Draft, shelf: Draft) -> set[str]:
    """Return the names of the files on the shelf that the draft refers to and does not have."""
    homes = {home for name in draft.tables for home in shelf.imports.names(name)}
    for part in draft.processes.values():
        said = references(part.process)
        for kind, names in (
            ("bpmn", (*said.processes, *_begun(part.process, shelf))),
            ("form", said.forms),
            ("dmn", said.decisions),
        ):
            homes |= {
                shelf.home[kind, name]
                for name in names
                if (kind, name) in shelf.home and (kind, name) not in draft.home
            }
    return homes | {
        shelf.home["dmn", name]
        for name in _picked(draft)
        if ("dmn", name) in shelf.home and ("dmn", name) not in draft.home
    }


def _begun(process: Process, shelf: Draft) -> list[str]:
    """Return the processes on the shelf that begin with a message which a process sends."""
    sent = {
        mapping.source
        for node in process.nodes
        if node.job is not None and node.job.type == "message:publish"
        for mapping in node.inputs
        if mapping.target == "message_name"
    }
    return [
        name
        for name, part in shelf.processes.items()
        for node in part.process.nodes
        if node.kind is Kind.START and node.scope == name
        if node.event is not None and node.event.trigger is Trigger.MESSAGE
        if node.event.name in sent
    ]


def _picked(draft: Draft) -> set[str]:
    """Return the decisions that the draft's forms take the options of their pickers from."""
    found = set()
    for (kind, _), name in draft.home.items():
        if kind != "form":
            continue
        try:
            form = forms.load(draft.files[name])
        except DefinitionError:
            continue  # what is wrong with it is among its findings
        pickers = {one.properties.picker.partition(":")[0] for one in form.all_components()}
        found |= {_PICKED[picker] for picker in pickers if picker in _PICKED}
    return found


def _relative(files: Mapping[Path, bytes]) -> dict[str, bytes]:
    if not files:
        return {}
    common = min((path.parent for path in files), key=lambda folder: len(folder.parts))
    while not all(path.is_relative_to(common) for path in files):
        common = common.parent
    return {path.relative_to(common).as_posix(): files[path] for path in sorted(files)}
