"""The text of an expression cut into tokens (DMN 1.5 §10.3.1.2, grammar rules 27–37 and 62)."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.feel.errors import FeelError

MAX_TEXT = 32_768
MAX_TOKENS = 4_000


class Token(NamedTuple):
    """A piece of an expression.

    Attributes:
        kind: `number`, `string`, `name`, `escaped` (a name in backticks), `at`, `op` or `end`.
        text: as written; of a string, an at-literal or an escaped name: what it says.
        start: zero-based offset of its first character.
        end: offset after its last character.
    """

    kind: str
    text: str
    start: int
    end: int


# Every alternative begins with another character and none repeats within a repetition: linear time.
_TOKEN = re.compile(
    r"""
    (?P<space>[\s\u180e\u200b\ufeff]+)
  | (?P<comment>//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[^\W\d][\w\u00b7?]*|\?[\w\u00b7?]*|[\U00010000-\U0001fffd][\w\U00010000-\U0001fffd]*)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<at>@\s*"(?:[^"\\]|\\.)*")
  | (?P<escaped>`[^`\n]+`)
  | (?P<op>\*\*|\.\.|->|!=|<=|>=|/(?!\*)|[-+*()\[\]{},:.=<>'])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokenize(text: str) -> list[Token]:
    """Cut an expression into tokens, the last of kind `end`; raises FeelError where it cannot."""
    if len(text) > MAX_TEXT:
        raise FeelError(f"Udtrykket er for langt: højst {MAX_TEXT} tegn.", code="feel:size")
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise FeelError(_complaint(text[position]), position)
        kind = found.lastgroup or ""
        end = found.end()
        if kind not in ("space", "comment"):
            tokens.append(Token(kind, _said(kind, found.group(), position), position, end))
            if len(tokens) > MAX_TOKENS:
                raise FeelError("Udtrykket er for langt.", position, code="feel:size")
        position = end
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


def _complaint(character: str) -> str:
    if character == '"':
        return "Teksten mangler et afsluttende anførselstegn."
    if character == "/":
        return "Kommentaren mangler sin afslutning */."
    return f"Tegnet {character!r} hører ikke til i et udtryk."


def _said(kind: str, raw: str, position: int) -> str:
    if kind == "string":
        return _unescape(raw[1:-1], position)
    if kind == "at":
        return _unescape(raw[raw.index('"') + 1 : -1], position)
    return raw[1:-1] if kind == "escaped" else raw


def _unescape(raw: str, position: int) -> str:
    if "\\" not in raw:
        return raw
    text = _ESCAPE.sub(_character, raw)
    # Two \u escapes can be the halves of one character; a half alone is no text.
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise FeelError("Teksten har en halv Unicode-kode.", position) from None


def _character(found: re.Match[str]) -> str:
    short, long, plain = found.groups()
    if plain is not None:
        # What is no escape stays as written, so that "\d+" reaches matches() whole.
        return _PLAIN_ESCAPES.get(plain, "\\" + plain)
    code = int(short or long, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
