"""String functions (DMN 1.5 §10.3.4.3). Positions count characters from 1, backwards from -1."""

from __future__ import annotations

from decimal import Decimal

from app.feel.builtins.signature import Declared, declare
from app.feel.numbers import cut, whole
from app.feel.regex import MAX_PATTERN, Pattern, PatternError, read_pattern
from app.feel.run import Run
from app.feel.values import Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)


def _made(run: Run, text: str) -> str:
    """A new text, paid for."""
    run.text_of(len(text))
    return text


@metered("substring(string: string, start position: number, length?: number|null)")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> Value:
    """The part that begins at a position; to the end, or so many characters."""
    begin = whole(start)
    count = None if length is None else cut(length)
    if not begin or abs(begin) > len(text) or (count is not None and count < 1):
        return run.warn("feel:call", "Teksten har ingen sådan plads eller længde.")
    first = begin - 1 if begin > 0 else len(text) + begin
    return _made(run, text[first:] if count is None else text[first : first + count])


@builtin("string length(string: string)")
def string_length(text: str) -> Value:
    """How many characters a text has."""
    return Decimal(len(text))


@metered("upper case(string: string)")
def upper_case(run: Run, text: str) -> Value:
    """In capitals."""
    return _made(run, text.upper())


@metered("lower case(string: string)")
def lower_case(run: Run, text: str) -> Value:
    """In small letters."""
    return _made(run, text.lower())


@metered("substring before(string: string, match: string)")
def substring_before(run: Run, text: str, match: str) -> Value:
    """What stands before the first match; empty where there is none."""
    run.charge((len(text) + len(match)) >> 8)
    before, found, _ = text.partition(match) if match else ("", "", text)
    return _made(run, before if found else "")


@metered("substring after(string: string, match: string)")
def substring_after(run: Run, text: str, match: str) -> Value:
    """What stands after the first match; empty where there is none."""
    run.charge((len(text) + len(match)) >> 8)
    return _made(run, text.partition(match)[2] if match else text)


@metered("contains(string: string, match: string)")
def contains(run: Run, text: str, match: str) -> Value:
    """Whether a text stands within another."""
    run.charge((len(text) + len(match)) >> 8)
    return match in text


@metered("starts with(string: string, match: string)")
def starts_with(run: Run, text: str, match: str) -> Value:
    """Whether a text begins with another."""
    run.charge(len(match) >> 10)
    return text.startswith(match)


@metered("ends with(string: string, match: string)")
def ends_with(run: Run, text: str, match: str) -> Value:
    """Whether a text ends with another."""
    run.charge(len(match) >> 10)
    return text.endswith(match)


@metered("trim(string: string)")
def trim(run: Run, text: str) -> Value:
    """Without white space around it (Camunda)."""
    return _made(run, text.strip())


@metered("string join(list: list, delimiter?: string|null)")
def string_join(run: Run, items: list[Value], delimiter: str | None = None) -> Value:
    """The texts of a list put together; nulls are left out."""
    run.charge(len(items))
    texts = [item for item in items if isinstance(item, str)]
    if len(texts) + sum(item is None for item in items) < len(items):
        return run.warn("feel:type", "Kun tekster kan sættes sammen.")
    between = delimiter or ""
    run.text_of(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _pattern(run: Run, text: str, flags: str | None) -> Pattern | None:
    """A pattern, paid for as if it were read anew each time; None with a warning where it is none."""
    run.charge(30 + 4 * min(len(text), MAX_PATTERN))
    try:
        pattern = read_pattern(text, flags or "")
    except PatternError as error:
        run.charge(error.steps)
        run.warn("feel:regex", str(error))
        return None
    run.charge(2 * len(pattern.program))
    return pattern


@metered("matches(input: string, pattern: string, flags?: string|null)")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> Value:
    """Whether a regular expression is found in a text (XPath and XQuery Functions 3.1 §5.6)."""
    found = _pattern(run, pattern, flags)
    return None if found is None else found.search(text, 0, run) is not None


@metered("replace(input: string, pattern: string, replacement: string, flags?: string|null)")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> Value:
    """A text with every match replaced; $1 stands for the first group."""
    found = _pattern(run, pattern, flags)
    if found is None:
        return None
    try:
        return found.replace(text, replacement, run)
    except PatternError as error:
        return run.warn("feel:regex", str(error))


@metered("split(string: string, delimiter: string)")
def split(run: Run, text: str, delimiter: str) -> Value:
    """The parts of a text between matches of a regular expression."""
    found = _pattern(run, delimiter, None)
    return None if found is None else found.split(text, run)


@metered("extract(string: string, pattern: string)")
def extract(run: Run, text: str, pattern: str) -> Value:
    """Every match of a regular expression (Camunda)."""
    found = _pattern(run, pattern, None)
    if found is None:
        return None
    return [text[spans[0] : spans[1]] for spans in found.matches(text, run)]
