"""range(from): a range out of a text (DMN 1.5 §10.3.4.1); its ends are literals, nothing is computed."""

from __future__ import annotations

import operator
from collections.abc import Callable

from app.feel import temporal
from app.feel.builtins.signature import Declared, declare
from app.feel.compare import order
from app.feel.errors import FeelError
from app.feel.numbers import NumberError, read_number
from app.feel.run import Run
from app.feel.tokens import Token, tokenize
from app.feel.values import Range, Value

TABLE: Declared = {}
_, metered = declare(TABLE)

_MAX_TEXT = 500
_READERS: dict[tuple[str, ...], Callable[[str], Value]] = {
    ("date",): temporal.read_date,
    ("time",): temporal.read_time,
    ("date", "and", "time"): temporal.read_datetime,
    ("duration",): temporal.read_duration,
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
    low, high = _end(left), _end(right)
    # An end that is missing must be left out, and one that is there must be a literal.
    if (low is None and (starts or left)) or (high is None and (ends or right)):
        return None
    if low is None and high is None:
        return None
    if low is not None and high is not None and order(low, high, operator.le, run) is not True:
        return None
    return Range(low, high, starts, ends)


def _end(tokens: list[Token]) -> Value:
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
    name = tuple(token.text for token in tokens[:-3])
    if name in _READERS and kinds[-3:] == ["op", "string", "op"]:
        opening, value, closing = tokens[-3:]
        if opening.text == "(" and closing.text == ")":
            return _READERS[name](value.text)
    return None
