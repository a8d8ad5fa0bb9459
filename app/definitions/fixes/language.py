"""Other expression languages: what Camunda 7, Activiti, Flowable and SpiffWorkflow wrote, as FEEL where it can be."""

from __future__ import annotations

import re

from app.feel import FeelError, parse

_WHOLE = re.compile(r"^[$#]\{(.*)\}$", re.DOTALL)
_PIECES = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_SIGNS = (
    (re.compile(r"&&"), " and "),
    (re.compile(r"\|\|"), " or "),
    (re.compile(r"===?"), "="),
    (re.compile(r"!=="), "!="),
    (re.compile(r"\beq\b"), "="),
    (re.compile(r"\bne\b"), "!="),
    (re.compile(r"\bge\b"), ">="),
    (re.compile(r"\ble\b"), "<="),
    (re.compile(r"\bgt\b"), ">"),
    (re.compile(r"\blt\b"), "<"),
    (re.compile(r"\bTrue\b"), "true"),
    (re.compile(r"\bFalse\b"), "false"),
    (re.compile(r"\bNone\b"), "null"),
    (re.compile(r"(?:!|\bnot\s+)\s*([A-Za-z_][\w.]*)(?!\s*[\w(=])"), r"not(\1)"),
    (re.compile(r"\bexecution\.getVariable\(\s*\"(\w+)\"\s*\)"), r"\1"),
)


def to_feel(text: str) -> str:
    """Return an expression of another engine as FEEL with its `=`; "" where it cannot be said."""
    stripped = text.strip()
    whole = _WHOLE.match(stripped)
    inner = (whole.group(1) if whole else stripped).strip()
    if not inner or "${" in inner or "#{" in inner:
        return ""
    pieces = _PIECES.split(inner)
    said = "".join(
        _quoted(piece) if index % 2 else _with_our_signs(piece)
        for index, piece in enumerate(pieces)
    ).strip()
    said = re.sub(r'execution\.getVariable\(\s*"(\w+)"\s*\)', r"\1", said)
    try:
        parse(said)
    except FeelError:
        return ""
    return f"= {said}"


def names_in(expression: str) -> frozenset[str]:
    """Return the variables that a FEEL text with its `=` reads; none where it cannot be read."""
    try:
        return frozenset(parse(expression.removeprefix("=").strip()).names)
    except FeelError:
        return frozenset()


def is_feel(text: str) -> bool:
    """Tell whether a text is a FEEL expression that can be read."""
    if not text.startswith("="):
        return False
    try:
        parse(text[1:].strip())
    except FeelError:
        return False
    return True


def _with_our_signs(piece: str) -> str:
    for sign, ours in _SIGNS:
        piece = sign.sub(ours, piece)
    return piece


def _quoted(piece: str) -> str:
    inner = piece[1:-1].replace("\\'", "'")
    return '"' + inner.replace('"', '\\"') + '"' if piece[0] == "'" else piece
