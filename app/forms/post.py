"""What a browser posts, as answers: names with dots become objects and rows, texts become numbers and dates.

Besides the answers a page posts, so that it works without scripts: `_seen` (the name of each input it showed, since
an empty box is not sent), `_list` and `_row` (lists and rows it showed), and the buttons `_add`, `_remove`, `_refresh`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.forms.component import Component, Json, Path, dotted
from app.forms.fields.dynamiclist import MOST_ROWS, changeable

SEEN, LIST, ROW, ADD, REMOVE, REFRESH = "_seen", "_list", "_row", "_add", "_remove", "_refresh"
_NUMBER = re.compile(r"[0-9]{1,6}")


class Posted(Protocol):
    """What is read of werkzeug's MultiDict."""

    def keys(self) -> Iterable[str]:
        """Return the names."""
        ...

    def getlist(self, key: str, /) -> Sequence[Any]:
        """Return all values of one name."""
        ...


@dataclass(frozen=True)
class Filled:
    """A posted form.

    Attributes:
        answers: nested, not validated: what could not be read is the text that was typed.
        seen: dotted paths of the fields that the page showed.
        redraw: a button asked for more or fewer rows, or to look at the conditions again: show, never complete.
        focus: dotted path of the row that was added, or None.
    """

    answers: dict[str, Json]
    seen: frozenset[str]
    redraw: bool = False
    focus: str | None = None


def read_form_post(components: Sequence[Component], posted: Posted) -> Filled:
    """Read a post; names that are not the form's are left alone (the page has its own)."""
    texts = {
        name: [value for value in posted.getlist(name) if isinstance(value, str)]
        for name in posted.keys()  # noqa: SIM118 -- a MultiDict's own iteration is the same, the Protocol's is not known
    }
    reader = _Reader(texts)
    answers: dict[str, Json] = {}
    reader.scope(components, (), answers)
    return Filled(
        answers,
        frozenset(reader.seen),
        redraw=any(name in texts for name in (ADD, REMOVE, REFRESH)),
        focus=reader.added,
    )


class _Reader:
    def __init__(self, texts: dict[str, list[str]]) -> None:
        self.texts = texts
        self.seen = set(texts.get(SEEN, ()))
        self.lists = set(texts.get(LIST, ()))
        self.add = "".join(texts.get(ADD, ())[:1])
        self.remove = "".join(texts.get(REMOVE, ())[:1])
        self.added: str | None = None
        self.numbers = _row_numbers((*texts, *texts.get(ROW, ())))

    def scope(self, components: Sequence[Component], at: Path, answers: dict[str, Json]) -> None:
        """Read the components of the form or of a row, which is posted under the path `at`."""
        for component in components:
            if component.type == "group":
                self.scope(component.children, at, answers)
            elif component.type == "dynamiclist":
                self._list(component, (*at, *component.path), answers)
            elif component.question is not None:
                name = dotted((*at, *component.path))
                if name in self.texts or name in self.seen:
                    _put(
                        answers,
                        component.path,
                        component.question.read(component, self.texts.get(name, [])),
                    )
                    self.seen.add(name)

    def _list(self, component: Component, at: Path, answers: dict[str, Json]) -> None:
        name = dotted(at)
        numbers = sorted(self.numbers.get(name, ()))[: MOST_ROWS + 1]
        if not numbers and name not in self.lists and self.add != name:
            return
        rows: list[Json] = []
        free = changeable(component)
        for number in numbers:
            if free and self.remove == f"{name}.{number}":
                continue
            row: dict[str, Json] = {}
            self.scope(component.children, (*at, number), row)
            rows.append(row)
        if free and self.add == name and len(rows) < component.properties.max_rows:
            self.added = f"{name}.{len(rows)}"
            rows.append({})
        _put(answers, component.path, rows)
        self.seen.add(name)


def _row_numbers(names: Iterable[str]) -> dict[str, set[int]]:
    """Return the row numbers that names hold, by the dotted path before the number."""
    found: dict[str, set[int]] = {}
    for name in names:
        parts = name.split(".") if len(name) < 1000 else ()
        for at, part in enumerate(parts):
            if at and _NUMBER.fullmatch(part):
                found.setdefault(".".join(parts[:at]), set()).add(int(part))
    return found


def _put(answers: dict[str, Json], path: tuple[str, ...], value: Json) -> None:
    for segment in path[:-1]:
        answers = answers.setdefault(segment, {})
    answers[path[-1]] = value
