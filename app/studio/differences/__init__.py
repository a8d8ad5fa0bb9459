"""What is otherwise in one version of a model than in another: as sentences, and as marks on both diagrams."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions import Process, library
from app.studio.differences import files, models
from app.studio.differences.change import About, Change, How
from app.studio.workspace import Files

__all__ = ["About", "Change", "How", "differences"]


def differences(old: Files, new: Files) -> tuple[Change, ...]:
    """Return what is otherwise in `new`, elements of models first."""
    order = list(About)
    return tuple(sorted(_all(old, new), key=lambda one: (order.index(one.about), one.file)))


def _all(old: Files, new: Files) -> Iterator[Change]:
    changed = {name for name in (*old, *new) if old.get(name) != new.get(name)}
    before = _processes({name: old[name] for name in changed if name in old})
    after = _processes({name: new[name] for name in changed if name in new})
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        home = (other or one or ("", None))[0]
        yield from models.between(home, one and one[1], other and other[1])
    for name in sorted(changed):
        ending = name.rpartition(".")[2]
        if ending == "bpmn":
            continue
        if name not in old or name not in new:
            how, word = (How.ADDED, "ny") if name not in old else (How.REMOVED, "ikke med mere")
            yield Change(About.FILE, how, name, "", f"Filen {name.rpartition('/')[2]} er {word}.")
        elif ending == "form":
            yield from files.forms(name, old[name], new[name])
        elif ending == "dmn":
            yield from files.tables(name, old[name], new[name])


def _processes(found: Files) -> dict[str, tuple[str, Process]]:
    draft = library.read_draft(
        {name: text for name, text in found.items() if name.endswith(".bpmn")}
    )
    return {
        name: (draft.home["bpmn", name], part.process)
        for name, part in draft.processes.items()
        if ("bpmn", name) in draft.home
    }
