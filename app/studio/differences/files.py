"""What is otherwise in a form and in a file of decision tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app import canonical, dmn
from app.studio.differences.change import About, Change, How, said, turned

_PASSED_OVER = frozenset({"layout", "id", "components", "schemaVersion", "executionPlatform"})
_WORDS = {
    "label": "spørgsmålet",
    "description": "hjælpeteksten",
    "validate": "kravene",
    "values": "svarmulighederne",
    "conditional": "hvornår det vises",
    "defaultValue": "svaret fra start",
    "readonly": "om det kun kan læses",
    "properties": "egenskaberne",
    "text": "teksten",
    "type": "slags felt",
}


def forms(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """Yield what is otherwise in a form: its fields and what they demand."""
    before, after = _fields(old), _fields(new)
    title = file.rpartition("/")[2].removesuffix(".form")
    for name, field in after.items():
        at = f"Formularen {title}: {_named(field)}"
        if name not in before:
            needed = " og skal udfyldes" if (field.get("validate") or {}).get("required") else ""
            yield Change(About.FORM, How.ADDED, file, field["id"], f"{at} er nyt{needed}.")
            continue
        for key in dict.fromkeys((*before[name], *field)):
            if key not in _PASSED_OVER and before[name].get(key) != field.get(key):
                word = _WORDS.get(key, key)
                text = (
                    f"{at}: {turned(word, _plain(before[name].get(key)), _plain(field.get(key)))}."
                )
                yield Change(About.FORM, How.CHANGED, file, field["id"], text)
    for name, field in before.items():
        if name not in after:
            text = f"Formularen {title}: {_named(field)} er væk."
            yield Change(About.FORM, How.REMOVED, file, field["id"], text)


def _fields(content: bytes) -> dict[str, dict[str, Any]]:
    """Return the components of a form by their key, or by their id where they have none."""
    try:
        form: Any = canonical.from_outside(content)
    except (ValueError, RecursionError):
        return {}
    found: dict[str, dict[str, Any]] = {}
    waiting = [form]
    while waiting:
        around = waiting.pop(0)
        inner = around.get("components") if isinstance(around, dict) else None
        for one in inner if isinstance(inner, list) else []:
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                found[str(one.get("key") or one.get("path") or one["id"])] = one
                waiting.append(one)
    return found


def _named(field: Mapping[str, Any]) -> str:
    label = field.get("label") or field.get("key") or field.get("id")
    return f"feltet {said(label)}"


def _plain(value: Any) -> str:
    if isinstance(value, list) and all(
        isinstance(one, Mapping) and "label" in one for one in value
    ):
        return ", ".join(str(one["label"]) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return "" if value is None else str(value)


def tables(file: str, old: bytes, new: bytes) -> Iterator[Change]:
    """Yield what is otherwise in decision tables: rows, and decisions that are new or gone."""
    try:
        before, after = _decisions(old), _decisions(new)
    except dmn.DmnError:
        yield Change(About.TABLE, How.CHANGED, file, "", f"{file} kan ikke læses.")
        return
    for name, decision in after.items():
        if name not in before:
            yield Change(
                About.TABLE, How.ADDED, file, name, f"Beslutningen »{decision.name}« er ny."
            )
        else:
            yield from _table(file, before[name], decision)
    for name, decision in before.items():
        if name not in after:
            text = f"Beslutningen »{decision.name}« er væk."
            yield Change(About.TABLE, How.REMOVED, file, name, text)


def _decisions(content: bytes) -> dict[str, dmn.Decision]:
    elements = dmn.read(content).definitions.elements
    return {one.id: one for one in elements if isinstance(one, dmn.Decision)}


def _table(file: str, old: dmn.Decision, new: dmn.Decision) -> Iterator[Change]:
    about = About.DEADLINE if "frist" in f"{new.id} {new.name}".casefold() else About.TABLE
    if not isinstance(old.logic, dmn.DecisionTable) or not isinstance(new.logic, dmn.DecisionTable):
        if old.logic != new.logic:
            text = f"Beslutningen »{new.name}« regnes ud på en anden måde."
            yield Change(about, How.CHANGED, file, new.id, text)
        return
    before, after = _rows(old.logic), _rows(new.logic)
    for name, rule in after.items():
        number = list(after).index(name) + 1
        at = f"Tabellen »{new.name}«, række {number}"
        if name not in before:
            yield Change(about, How.ADDED, file, new.id, f"{at} er ny: {_row(rule)}.")
        elif _cells(rule) != _cells(before[name]):
            parts = _otherwise(new.logic, before[name], rule)
            yield Change(about, How.CHANGED, file, new.id, f"{at} ({_row(rule)}): {parts}.")
    for name, rule in before.items():
        if name not in after:
            text = f"Tabellen »{new.name}«: rækken {_row(rule)} er væk."
            yield Change(about, How.REMOVED, file, new.id, text)


def _rows(table: dmn.DecisionTable) -> dict[str, dmn.Rule]:
    return {rule.id or str(number): rule for number, rule in enumerate(table.rules)}


def _cells(rule: dmn.Rule) -> tuple[str, ...]:
    return tuple(one.text for one in (*rule.tests, *rule.results))


def _row(rule: dmn.Rule) -> str:
    """Return a rule in short: what it is asked about first, and what it answers first."""
    tests = [one.text for one in rule.tests if one.text not in {"", "-"}]
    return " → ".join([*tests[:1], *(one.text for one in rule.results[:2])]).replace('"', "")


def _otherwise(table: dmn.DecisionTable, old: dmn.Rule, new: dmn.Rule) -> str:
    titles = [one.label or one.expression.text for one in table.inputs]
    titles += [one.label or one.name or "" for one in table.outputs]
    pairs = zip(titles, _cells(old), _cells(new), strict=False)
    return "; ".join(turned(title, a, b) for title, a, b in pairs if a != b)
