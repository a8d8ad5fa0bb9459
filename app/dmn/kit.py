"""The DMN Technology Compatibility Kit: its test files, run against our evaluation.

A test file names a model, gives inputs and says what decisions must come to. Numbers are compared with
a tolerance of 10⁻⁸, as the kit does: many expected results were written down from binary arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from app import feel
from app.dmn.decide import evaluate
from app.dmn.findings import DmnError
from app.dmn.graph import Model, read
from app.dmn.reading import read_definitions
from app.dmn.xml import XmlElement, XmlRefused, local, parse
from app.feel import Value, from_json

TOLERANCE = Decimal("1e-8")
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_NUMBERS = ("decimal", "double", "float", "integer", "int", "long", "short")
_TEMPORAL = ("date", "time", "dateTime", "duration", "dayTimeDuration", "yearMonthDuration")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expected result.

    Attributes:
        case: id of the test case.
        node: name of the decision.
        difference: None where it was met, else what was expected and what came, on one line.
    """

    case: str
    node: str
    difference: str | None


def case_files(folder: Path) -> list[Path]:
    """Every test file below a folder, in the order of their names."""
    return sorted(folder.rglob("*-test-*.xml"))


def run_file(path: Path) -> Iterator[Outcome]:
    """Run the cases of a test file; raises DmnError where it or its model cannot be read at all."""
    try:
        root = parse(path.read_bytes())
    except XmlRefused as refused:
        raise DmnError(refused.code, refused.message) from refused
    model = _model(path.parent, _text(root, "modelName") or f"{path.parent.name}.dmn")
    for case in _named(root, "testCase"):
        yield from _case(model, case)


def _model(folder: Path, name: str) -> Model:
    """The model of a test, with whatever it imports from its folder and those below."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise DmnError("dmn:no-model", f"Modellen {name!r} kan ikke læses.") from error
    available = {}
    # What lies beside the model goes before what lies in folders below.
    for other in sorted(folder.rglob("*.dmn"), key=lambda each: (-len(each.parts), each)):
        if other != folder / name:
            body = other.read_bytes()
            with suppress(DmnError):
                available[read_definitions(body).namespace] = body
    return _with_imports(content, available, frozenset())


def _with_imports(content: bytes, available: dict[str, bytes], above: frozenset[str]) -> Model:
    wanted = [each.namespace for each in read_definitions(content).imports]
    models = [
        _with_imports(available[namespace], available, above | {namespace})
        for namespace in wanted
        if namespace in available and namespace not in above
    ]
    return read(content, models)


def _case(model: Model, case: XmlElement) -> Iterator[Outcome]:
    identity = case.get("id", "")
    inputs = {node.get("name", ""): _value(node) for node in _named(case, "inputNode")}
    service = case.get("invocableName") if case.get("type") != "decision" else None
    for node in _named(case, "resultNode"):
        name = node.get("name", "")
        expected = _value(next(iter(_named(node, "expected")), node))
        try:
            value = evaluate(model, service or name, inputs, now=_NOW).value
            difference = _difference(expected, value)
            if difference and service and isinstance(value, dict) and name in value:
                # A service with several outputs gives them all; the case asks for one.
                difference = _difference(expected, value[name])
        except (DmnError, feel.FeelError) as error:
            difference = (
                None if expected is None else f"ventede {_shown(expected)}, fik fejlen: {error}"
            )
        yield Outcome(identity, name, difference)


def _named(element: XmlElement, name: str) -> list[XmlElement]:
    return [child for child in element if local(child) == name]


def _text(element: XmlElement, name: str) -> str:
    return next(((child.text or "").strip() for child in _named(element, name)), "")


def _value(element: XmlElement) -> Value:
    """What a node says: a value, a list of items, or a context of components."""
    if element.get(_NIL) == "true":
        return None
    components = _named(element, "component")
    if components:
        return {each.get("name", ""): _value(each) for each in components}
    for child in element:
        if local(child) == "list":
            return [_value(item) for item in _named(child, "item")]
        if local(child) == "value":
            return _simple(child)
    return None


def _simple(element: XmlElement) -> Value:
    if element.get(_NIL) == "true":
        return None
    kind = element.get(_TYPE, "string").rpartition(":")[2]
    text = element.text or ""
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in _NUMBERS:
        return from_json(Decimal(text.strip()))
    if kind in _TEMPORAL:
        return _temporal(kind, text.strip())
    return text


def _temporal(kind: str, text: str) -> Value:
    names = {"dateTime": "date and time"}
    function = names.get(kind, kind if kind in ("date", "time") else "duration")
    return feel.evaluate(f"{function}(text)", {"text": text})


def _difference(expected: Value, value: Value) -> str | None:
    if _alike(expected, value):
        return None
    return f"ventede {_shown(expected)}, fik {_shown(value)}"


def _alike(expected: Value, value: Value) -> bool:
    if isinstance(expected, Decimal) and isinstance(value, Decimal):
        return abs(expected - value) <= TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(expected, list) and isinstance(value, list):
        return len(expected) == len(value) and all(map(_alike, expected, value))
    if isinstance(expected, dict) and isinstance(value, dict):
        return expected.keys() == value.keys() and all(
            _alike(each, value[name]) for name, each in expected.items()
        )
    return feel.evaluate("a = b", {"a": expected, "b": value}) is True


def _shown(value: Value) -> str:
    try:
        text = feel.evaluate("string([a])", {"a": value})
    except feel.FeelError:
        return "en meget stor værdi"
    return str(text)[1:-1][:200]


def count(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """How many passed and how many failed."""
    passed = [outcome.difference is None for outcome in outcomes]
    return sum(passed), len(passed) - sum(passed)
