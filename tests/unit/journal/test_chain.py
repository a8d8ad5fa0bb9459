"""The chain's check as a pure function over links that are no database rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from app.journal import GENESIS, Break, Head, Reason, verify_chain


@dataclass(frozen=True)
class Line:
    """A link as the access log might have it."""

    stream: str
    seq: int
    said: str
    prev_digest: str
    digest: str = ""

    def computed_digest(self) -> str:
        text = f"{self.stream}|{self.seq}|{self.said}|{self.prev_digest}"
        return hashlib.sha256(text.encode()).hexdigest()


def chain(length: int) -> list[Line]:
    lines: list[Line] = []
    for seq in range(1, length + 1):
        line = Line("log", seq, f"line {seq}", lines[-1].digest if lines else GENESIS)
        lines.append(replace(line, digest=line.computed_digest()))
    return lines


def head(line: Line) -> Head:
    return Head(line.stream, line.seq, line.digest)


@given(st.integers(0, 12))
def test_an_honest_chain_is_intact_against_every_head_it_ever_had(length: int) -> None:
    lines = chain(length)
    assert verify_chain(lines) is None
    assert verify_chain(lines, map(head, lines)) is None


@given(st.data())
def test_whatever_is_done_to_it_the_first_break_is_named(data: st.DataObject) -> None:
    """Given a chain and its head, when lines are dropped, repeated, swapped or edited, then the first is named."""
    honest = chain(data.draw(st.integers(2, 8)))
    forged = list(honest)
    where = data.draw(st.integers(0, len(honest) - 1))
    act = data.draw(st.sampled_from(["drop", "repeat", "swap", "edit", "reseal"]))
    first = where
    if act == "drop":
        del forged[where]
    elif act == "repeat":
        forged.insert(where, forged[where])
        first = where + 1
    elif act == "swap":
        where = min(where, len(honest) - 2)
        forged[where], forged[where + 1] = forged[where + 1], forged[where]
        first = where
    else:
        edited = replace(forged[where], said="something else")
        forged[where] = (
            replace(edited, digest=edited.computed_digest()) if act == "reseal" else edited
        )

    found = verify_chain(forged, [head(honest[-1])])

    assert found is not None
    # Resealed, the line itself is sound: it shows at the next one, or at the head.
    expected = first + 2 if act == "reseal" and where < len(honest) - 1 else first + 1
    assert found.seq == (where + 1 if act == "repeat" else expected)


def test_a_sound_chain_that_is_another_one_differs_from_the_head() -> None:
    lines = chain(3)
    other = Head("log", 2, "0" * 64)
    assert verify_chain(lines, [head(lines[2]), other]) == Break("log", 2, Reason.HEAD)


def test_a_cut_is_named_at_the_first_entry_that_is_gone() -> None:
    lines = chain(5)
    assert verify_chain(lines[:2], [head(lines[4])]) == Break("log", 3, Reason.CUT)
    assert verify_chain([], [head(lines[4])]) == Break("log", 1, Reason.CUT)


def test_an_entry_of_another_beginning_does_not_fit() -> None:
    orphan = Line("log", 1, "line 1", "f" * 64)
    orphan = replace(orphan, digest=orphan.computed_digest())
    assert verify_chain([orphan]) == Break("log", 1, Reason.PREVIOUS)
