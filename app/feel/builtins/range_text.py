"""range(from): a range out of a text (DMN 1.5 §10.3.4.1, grammar rules 62 and 66–69).

Its ends are literals, or dates, times and durations made of literals by their functions; nothing else is computed.
"""

from __future__ import annotations

import operator

from app.feel import temporal
from app.feel.builtins import conversion
from app.feel.builtins.signature import Declared, declare, function_of
from app.feel.compare import order
from app.feel.errors import FeelError
from app.feel.numbers import NumberError, read_number
from app.feel.run import Run
from app.feel.tokens import Token, tokenize
from app.feel.values import Range, Value

TABLE: Declared = {}
_, metered = declare(TABLE)

_MAX_TEXT = 500
_MOST_TOKENS = 60
_MAKERS = {
    tuple(name.split()): function_of(name, conversion.TABLE[name])
    for name in ("date", "time", "date and time", "duration", "years and months duration")
}


@metered("range(from: string)")
def range_from_text(run: Run, text: str) -> Value:
    """A range from `[1..5)`; an end may be left out where its bracket is open."""
    run.charge(60 + 4 * min(len(text), _MAX_TEXT))
    found = _range(text, run)
    return run.warn("feel:type", "Teksten er ikke et interval.") if found is None else found


def _range(text: str, run: Run) -> Range | None:
    try:
        tokens = tokenize(text[:_MAX_TEXT])[:-1]
    except FeelError:
        return None
    dots = [
        place for place, token in enumerate(tokens) if token.text == ".." and token.kind == "op"
    ]
    if len(dots) != 1 or tokens[0].text not in ("[", "(", "]") or tokens[-1].text not in "])[":
        return None
    starts, ends = tokens[0].text == "[", tokens[-1].text == "]"
    left, right = tokens[1 : dots[0]], tokens[dots[0] + 1 : -1]
    low, high = _end(left, run), _end(right, run)
    # An end that is missing must be left out, and one that is there must be a literal.
    if (low is None and (starts or left)) or (high is None and (ends or right)):
        return None
    if low is None and high is None:
        return None
    if low is not None and high is not None and order(low, high, operator.le, run) is not True:
        return None
    return Range(low, high, starts, ends)


def _end(tokens: list[Token], run: Run) -> Value:
    """A literal of a number, text, date, time or duration; None where there is none."""
    kinds = [token.kind for token in tokens]
    if kinds == ["string"]:
        return tokens[0].text
    if kinds == ["at"]:
        return temporal.read_temporal(tokens[0].text)
    if kinds == ["number"] or (kinds == ["op", "number"] and tokens[0].text == "-"):
        try:
            return read_number("".join(token.text for token in tokens))
        except NumberError:
            return None
    texts = [token.text for token in tokens]
    opening = texts.index("(") if "(" in texts else 0
    maker = _MAKERS.get(tuple(texts[:opening]))
    if maker is None or texts[-1] != ")" or len(tokens) > _MOST_TOKENS:
        return None
    return maker.positional(run, [_end(each, run) for each in _arguments(tokens[opening + 1 : -1])])


def _arguments(tokens: list[Token]) -> list[list[Token]]:
    """What stands between the commas that are in no parentheses of their own."""
    arguments: list[list[Token]] = [[]]
    deep = 0
    for token in tokens:
        deep += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "op" else 0
        if token.text == "," and token.kind == "op" and not deep:
            arguments.append([])
        else:
            arguments[-1].append(token)
    return arguments
