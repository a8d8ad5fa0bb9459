"""Ways of a graph: which steps lie on one loop, and which can have come before which, each in one pass.

A graph is given as what follows each step; every step is a key. Loops are strongly connected components
(S. R. Kosaraju's two walks, in M. Sharir: A strong-connectivity algorithm, 1981).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

Ways = Mapping[str, Collection[str]]


def turned(ways: Ways) -> dict[str, list[str]]:
    """Return what precedes each step."""
    back: dict[str, list[str]] = {key: [] for key in ways}
    for source, targets in ways.items():
        for target in targets:
            back[target].append(source)
    return back


def loops(ways: Ways, back: Ways) -> dict[str, int]:
    """Number the steps by the loops that they lie on, so that ways lead from lower numbers to higher ones."""
    left: list[str] = []
    seen: set[str] = set()
    for start in ways:
        stack = [(start, iter(ways[start]))] if start not in seen else []
        seen.add(start)
        while stack:
            here, targets = stack[-1]
            new = next((one for one in targets if one not in seen), None)
            if new is None:
                left.append(stack.pop()[0])
            else:
                seen.add(new)
                stack.append((new, iter(ways[new])))
    loop: dict[str, int] = {}
    for number, start in enumerate(reversed(left)):
        waiting = [start]
        while waiting:
            here = waiting.pop()
            if here not in loop:
                loop[here] = number
                waiting += back[here]
    return loop


def returning(ways: Ways, loop: Mapping[str, int]) -> frozenset[str]:
    """Return the steps that can be come to again after they were left."""
    return frozenset(
        key for key, targets in ways.items() if any(loop[one] == loop[key] for one in targets)
    )


class Before:
    """What can have happened before each step: one number for each loop, with a bit for each step.

    Args:
        back: what comes right before each step.
    """

    def __init__(self, back: Ways) -> None:
        self._loop = loops(turned(back), back)
        self._bit = {key: 1 << at for at, key in enumerate(back)}
        self._before: dict[int, int] = {}
        members: dict[int, list[str]] = {}
        for key, number in self._loop.items():
            members.setdefault(number, []).append(key)
        for number in sorted(members):
            found = 0
            for key in members[number]:
                for earlier in back[key]:
                    found |= self._bit[earlier] | self._before.get(self._loop[earlier], 0)
            self._before[number] = found

    def any_of(self, steps: Collection[str], element: str) -> bool:
        """Tell whether one of some steps can have happened before an element; it itself, if it can be come back to."""
        before = self._before[self._loop[element]]
        return any(before & self._bit[step] for step in steps)
