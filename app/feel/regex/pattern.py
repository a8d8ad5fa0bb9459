"""A pattern ready to use: its tree as a small program, and the machine that runs it.

The program has one instruction a place: a character test that leads to the next place, a fork, or a
note of where a group begins or ends. The machine keeps the set of places that can be reached, best
first, with the groups noted on the way; a place is reached once for each character of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from app.feel.regex.classes import CharacterTest
from app.feel.regex.syntax import (
    Back,
    Choice,
    Edge,
    Group,
    One,
    PatternError,
    Reader,
    Repeat,
    Sequence,
    Tree,
)
from app.feel.run import Run
from app.feel.values import Value

MAX_PROGRAM = 2_000

# What stands at a place: a character test, a fork (best way first), a note of a group's edge (number of
# the slot), a test of where the text begins or ends, or the end.
Fork: TypeAlias = tuple[int, ...]
Instruction: TypeAlias = CharacterTest | Fork | int | Edge | Back | None
Spans: TypeAlias = tuple[int, ...]

_REPLACEMENT = re.compile(r"\\([\\$])|\$(\d+)|([^\\$]+)|(.)", re.DOTALL)


class _Assembler:
    """Writes a tree as a program."""

    def __init__(self) -> None:
        self.program: list[Instruction] = []
        self._written = 0

    def write(self, tree: Tree) -> None:
        """Write a tree after what is there already."""
        # Counted apart from the program's length: repetitions of nothing write nothing.
        self._written += 1
        if self._written > MAX_PROGRAM or len(self.program) > MAX_PROGRAM:
            raise PatternError("Mønsteret er for stort.", steps=2 * MAX_PROGRAM)
        if isinstance(tree, One):
            self.program.append(tree.test)
        elif isinstance(tree, Edge | Back):
            self.program.append(tree)
        elif isinstance(tree, Sequence):
            for item in tree.items:
                self.write(item)
        elif isinstance(tree, Group):
            self._group(tree)
        elif isinstance(tree, Choice):
            self._choice(tree)
        else:
            self._repeat(tree)

    def _group(self, group: Group) -> None:
        if group.number:
            self.program.append(2 * group.number)
        self.write(group.inner)
        if group.number:
            self.program.append(2 * group.number + 1)

    def _hole(self) -> int:
        self.program.append(None)
        return len(self.program) - 1

    def _choice(self, choice: Choice) -> None:
        fork = self._hole()
        starts: list[int] = []
        exits: list[int] = []
        for branch in choice.branches:
            starts.append(len(self.program))
            self.write(branch)
            exits.append(self._hole())
        self.program[fork] = tuple(starts)
        for place in exits:
            self.program[place] = (len(self.program),)

    def _repeat(self, repeat: Repeat) -> None:
        for _ in range(repeat.least):
            self.write(repeat.inner)
        if repeat.most is None:
            fork = self._hole()
            self.write(repeat.inner)
            self.program.append((fork,))
            self.program[fork] = self._ways(fork + 1, len(self.program), greedy=repeat.greedy)
            return
        forks: list[int] = []
        for _ in range(repeat.most - repeat.least):
            forks.append(self._hole())
            self.write(repeat.inner)
        for fork in forks:
            self.program[fork] = self._ways(fork + 1, len(self.program), greedy=repeat.greedy)

    def _ways(self, on: int, out: int, *, greedy: bool) -> Fork:
        return (on, out) if greedy else (out, on)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression, ready to use."""

    program: tuple[Instruction, ...]
    groups: int
    lines: bool
    backs: bool
    literally: bool = False

    def search(self, text: str, start: int, run: Run) -> Spans | None:
        """The first match from a place on: the start and end of it and of each group (-1: not met)."""
        nothing = (-1,) * (2 * self.groups + 2)
        if self.backs:
            starts = range(start, len(text) + 1)
            tries = (self._attempt(text, (at, *nothing[1:]), run) for at in starts)
            return next((spans for spans in tries if spans is not None), None)
        found: Spans | None = None
        threads: list[tuple[int, Spans]] = []
        for at in range(start, len(text) + 1):
            visited: set[int] = set()
            ready: list[tuple[int, Spans]] = []
            for place, spans in threads:
                self._reach(place, spans, text, at, visited, ready)
            if found is None:
                self._reach(0, (at, *nothing[1:]), text, at, visited, ready)
            # The work of this character, and of having begun it.
            run.charge(6 + (4 + (self.groups >> 3)) * len(visited))
            threads = []
            character = text[at] if at < len(text) else None
            for place, spans in ready:
                instruction = self.program[place]
                if instruction is None:
                    found = (spans[0], at, *spans[2:])
                    break
                if character is not None and instruction(character):  # type: ignore[operator]  # a test
                    threads.append((place + 1, spans))
            if found is not None and not threads:
                return found
        return found

    def _attempt(self, text: str, spans: Spans, run: Run) -> Spans | None:
        """A match that begins here, one way after another: references back leave no other choice.

        Fuel is what bounds it, and no state is gone through twice.
        """
        waiting = [(0, spans[0], spans)]
        seen: set[tuple[int, int, Spans]] = set()
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            run.charge(20 + self.groups)
            place, at, spans = state
            instruction = self.program[place]
            if instruction is None:
                return (spans[0], at, *spans[2:])
            if isinstance(instruction, tuple):
                waiting.extend((way, at, spans) for way in reversed(instruction))
            elif isinstance(instruction, int):
                spans = (*spans[:instruction], at, *spans[instruction + 1 :])
                waiting.append((place + 1, at, spans))
            else:
                end = self._step(instruction, text, at, spans)
                if end is not None:
                    waiting.append((place + 1, end, spans))
        return None

    def _step(
        self, instruction: Edge | Back | CharacterTest, text: str, at: int, spans: Spans
    ) -> int | None:
        """Where one is after a test that passes; None where it does not."""
        if isinstance(instruction, Edge):
            return at if self._on_edge(instruction, text, at) else None
        if isinstance(instruction, Back):
            first, last = spans[2 * instruction.number : 2 * instruction.number + 2]
            wanted = text[first:last] if last >= 0 else ""
            here = text[at : at + len(wanted)]
            if instruction.ignore_case:
                wanted, here = wanted.casefold(), here.casefold()
            return at + len(here) if here == wanted else None
        return at + 1 if at < len(text) and instruction(text[at]) else None

    def _reach(
        self,
        place: int,
        spans: Spans,
        text: str,
        at: int,
        visited: set[int],
        ready: list[tuple[int, Spans]],
    ) -> None:
        """Follow forks and notes from a place to the character tests that they lead to."""
        waiting = [(place, spans)]
        while waiting:
            place, spans = waiting.pop()
            if place in visited:
                continue
            visited.add(place)
            instruction = self.program[place]
            if isinstance(instruction, tuple):
                waiting.extend((way, spans) for way in reversed(instruction))
            elif isinstance(instruction, int):
                waiting.append((place + 1, (*spans[:instruction], at, *spans[instruction + 1 :])))
            elif isinstance(instruction, Edge):
                if self._on_edge(instruction, text, at):
                    waiting.append((place + 1, spans))
            else:
                ready.append((place, spans))

    def _on_edge(self, edge: Edge, text: str, at: int) -> bool:
        if edge.start:
            return at == 0 or (self.lines and text[at - 1] == "\n")
        return at == len(text) or (self.lines and text[at] == "\n")

    def matches(self, text: str, run: Run) -> Iterator[Spans]:
        """Every match, one after another; a match of nothing moves on by a character."""
        at = 0
        while at <= len(text):
            spans = self.search(text, at, run)
            if spans is None:
                return
            yield spans
            at = spans[1] if spans[1] > spans[0] else spans[1] + 1

    def replace(self, text: str, replacement: str, run: Run) -> str:
        """The text with every match replaced; raises PatternError (XPath functions 3.1 §5.6.4)."""
        pieces = [replacement] if self.literally else _replacement(replacement, self.groups)
        if self.search("", 0, run) is not None:
            raise PatternError("Mønsteret må ikke kunne passe på ingenting.")
        parts: list[str] = []
        length = end = 0
        for spans in self.matches(text, run):
            parts.append(text[end : spans[0]])
            parts.extend(
                piece if isinstance(piece, str) else text[spans[2 * piece] : spans[2 * piece + 1]]
                for piece in pieces
                if isinstance(piece, str) or spans[2 * piece + 1] >= 0
            )
            end = spans[1]
            length += sum(map(len, parts[-len(pieces) - 1 :]))
            run.text_of(length)
        parts.append(text[end:])
        run.text_of(length + len(parts[-1]))
        return "".join(parts)

    def split(self, text: str, run: Run) -> list[Value]:
        """The parts of a text between matches."""
        parts: list[Value] = []
        end = 0
        for spans in self.matches(text, run):
            if spans[0] == spans[1]:
                continue
            run.list_of(1)
            parts.append(text[end : spans[0]])
            end = spans[1]
        parts.append(text[end:])
        return parts


def _replacement(text: str, groups: int) -> list[str | int]:
    """A replacement as texts and group numbers; digits beyond the groups there are stand as text."""
    pieces: list[str | int] = []
    for escaped, number, plain, wrong in _REPLACEMENT.findall(text):
        if wrong:
            raise PatternError("I en erstatning skrives $ som \\$ og \\ som \\\\.")
        if not number:
            pieces.append(escaped or plain)
            continue
        digits = number[:3]
        while len(digits) > 1 and int(digits) > groups:
            digits = digits[:-1]
        if int(digits) <= groups:
            pieces.append(int(digits))
        pieces.append(number[len(digits) :])
    return pieces


@lru_cache(maxsize=512)
def read_pattern(text: str, flags: str) -> Pattern:
    """A pattern from its text and flags; raises PatternError."""
    reader = Reader(text, flags)
    assembler = _Assembler()
    assembler.write(reader.read())
    backs = any(isinstance(each, Back) for each in assembler.program)
    program = (*assembler.program, None)
    return Pattern(program, reader.groups, "m" in flags, backs, "q" in flags)
