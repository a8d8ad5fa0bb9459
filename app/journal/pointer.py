"""JSON pointers (RFC 6901): cutting a value out of a document and putting it back."""

from __future__ import annotations

from typing import Any


def to(*steps: str | int) -> str:
    """Write the pointer that takes these steps: `to("children", 0, "answers")`."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def cut(document: Any, path: str) -> Any:
    """Take the value at `path` out of `document`, and return it.

    A member of an object goes; an item of an array leaves null, so that the others keep their place.

    Raises:
        LookupError: the path leads nowhere, or is the whole document.
    """
    parent, step = _parent(document, path)
    if isinstance(parent, dict):
        return parent.pop(step)
    value, parent[step] = parent[step], None
    return value


def fill(document: Any, path: str, value: Any) -> None:
    """Put `value` back where it was cut out; nothing is done where its surroundings are gone."""
    try:
        parent, step = _parent(document, path)
    except LookupError:
        return
    parent[step] = value


def _parent(document: Any, path: str) -> tuple[Any, Any]:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]
    if len(steps) < 2 or steps[0]:
        raise LookupError(f"{path!r} does not point into a document")
    found = document
    for step in steps[1:-1]:
        found = found[_step(found, step, path)]
    return found, _step(found, steps[-1], path)


def _step(found: Any, step: str, path: str) -> Any:
    if isinstance(found, dict):
        return step
    if isinstance(found, list) and step.isdigit() and int(step) < len(found):
        return int(step)
    raise LookupError(f"{path!r} leads nowhere")
