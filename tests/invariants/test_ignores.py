"""No check is silenced without a reason beside it. (`fmt: skip` silences none: it keeps a table a table.)"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.invariants.test_tree import ROOT, text_of, tracked

SILENCED = re.compile(r"noqa\b|type:\s*ignore\b|pragma:\s*no cover|(?:mypy|ruff):|nosec\b")
EXPLAINED = re.compile(
    r"(?:ruff: )?noqa: [A-Z]+\d+(?:, [A-Z]+\d+)* -- \S.*|type: ignore\[[\w,-]+\]  # \S.*"
)


def unexplained(text: str) -> Iterator[str]:
    """Iterate over the comments of a program that silence a check, and do not say which and why."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        words = token.string.removeprefix("#").strip()
        if token.type != tokenize.COMMENT or not SILENCED.match(words):
            continue
        if not EXPLAINED.fullmatch(words):
            yield f"{token.start[0]}: {token.string}"


def test_every_ignore_carries_a_reason() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{comment}"
        for path in tracked("*.py")
        for comment in unexplained(text_of(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa",
        "# noqa: S101",
        "# noqa: S101 -- ",
        "# type: ignore",
        "# type: ignore[misc]",
        "# type: ignore  # it is so",
        "# pragma: no cover",
        "# ruff: noqa",
    ],
)
def test_an_ignore_without_one_is_found(comment: str) -> None:
    assert list(unexplained(f"x = 1  {comment}\n"))


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa: S101, S102 -- the caller has looked",
        "# type: ignore[arg-type]  # the set above holds no other",
        "# ruff: noqa: E501 -- pieces of XML",
        "# a word about noqa: in prose",
    ],
)
def test_an_explained_one_passes(comment: str) -> None:
    assert not list(unexplained(f"x = 1  {comment}\n"))
