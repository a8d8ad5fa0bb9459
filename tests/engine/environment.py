"""Variables as the oracle keeps them: environments inside each other, after Camunda 8's rules of propagation."""

from __future__ import annotations

import copy
from typing import Any

from tests.engine.terms import Mappings, Source

Given = dict[str, Any]


class Env:
    """Variables of one scope inside those of another; without an outer one the root of a process."""

    def __init__(self, own: Given, outer: Env | None) -> None:
        self.own = own
        self.outer = outer
        self.wrote: set[str] = set()

    def see(self) -> Given:
        return {**(self.outer.see() if self.outer else {}), **self.own}

    def put(self, path: str, value: Any) -> None:
        name, *inner = path.split(".")
        home = self
        while name not in home.own and home.outer is not None:
            home = home.outer
        home.own[name] = inside(home.own.get(name), inner, copy.deepcopy(value))
        home.wrote.add(name)

    def put_all(self, given: Given) -> None:
        for name, value in given.items():
            self.put(name, value)


def inside(current: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    around = dict(current) if isinstance(current, dict) else {}
    return {**around, path[0]: inside(around.get(path[0]), path[1:], value)}


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def look(source: Source, seen: Given) -> Any:
    kind, *args = source
    if kind == "lit":
        return args[0]
    if kind == "var":
        found: Any = seen
        for part in args[0].split("."):
            found = found.get(part) if isinstance(found, dict) else None
        return found
    numbers = [seen.get(name) for name in args]
    if not all(is_number(n) for n in numbers):
        return 0 if kind == "inc" else None
    return (sum(numbers) + (kind == "inc")) % 5


def local(mappings: Mappings, env: Env) -> Env:
    """A scope of its own with what input mappings make, each seeing those before it."""
    mine = Env({}, env)
    fill(mappings, mine)
    return mine


def fill(mappings: Mappings, mine: Env) -> None:
    for source, path in mappings:
        value = look(source, mine.see())
        name, *rest = path.split(".")
        mine.own[name] = inside(mine.own.get(name), rest, value)


def give(mappings: Mappings, env: Env, target: Env, given: Given) -> None:
    """What an element gives: through its output mappings to `target`, else name by name from `env` outwards."""
    if not mappings:
        env.put_all(given)
        return
    view, found = {**env.see(), **given}, []
    for source, path in mappings:
        value = look(source, view)
        name, *rest = path.split(".")
        view = {**view, name: inside(view.get(name), rest, value)}
        found.append((path, value))
    for path, value in found:
        target.put(path, value)
