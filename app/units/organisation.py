"""The organisation as a file tells it: units with the unit above them, read from JSON or CSV and looked through.

The register itself, FK Organisation, can be reached only by a municipality with an agreement; a file of its units
is the interface: what it calls a unit (UUID) stands beside the code that employees and courses name.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.errors import DomainError

_FIELDS = ("code", "name", "parent", "uuid")
_WRITTEN_OUT = 36
"""Characters of a UUID."""

_LONGEST = {"code": 100, "name": 200, "parent": 100}


@dataclass(frozen=True)
class Unit:
    """A unit: what employees and courses call it, its name, the code of the unit above, and FK Organisation's UUID."""

    code: str
    name: str
    parent: str | None = None
    uuid: str | None = None


def read_units(data: bytes) -> list[Unit]:
    """Read a file of units: JSON (a list of objects) or CSV (comma or semicolon) with code, name, parent and uuid.

    `parent` is the code or the UUID of the unit above, empty for the topmost.

    Raises:
        DomainError: it is neither, or a line cannot be used; `fields` names each line that is wrong.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DomainError("units:file", "Filen er ikke tekst i UTF-8.") from error
    rows = _of_json(text) if text.lstrip().startswith("[") else _of_csv(text)
    wrong: dict[str, str] = {}
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(_unit(row))
        except ValueError as error:
            wrong[f"{number}"] = str(error)
    if wrong:
        raise _refused(wrong)
    if not found:
        raise DomainError("units:file", "Filen nævner ingen enheder.")
    return found


def put_together(known: Iterable[Unit], new: Iterable[Unit]) -> dict[str, Unit]:
    """Return the organisation by code once the new units are in it: those known keep what the file does not name.

    Raises:
        DomainError: two units have one code or UUID, a unit above is not known, or a unit stands above itself.
    """
    named = list(new)
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    for unit in named:
        if unit.code in seen:
            wrong[unit.code] = "Enheden står to gange i filen."
        seen.add(unit.code)
    together = {one.code: one for one in known} | {one.code: one for one in named}
    by_uuid: dict[str, str] = {}
    for unit in together.values():
        if unit.uuid and by_uuid.setdefault(unit.uuid, unit.code) != unit.code:
            wrong[unit.code] = f"UUID'et står også ved {by_uuid[unit.uuid]}."
    for unit in named:
        parent = by_uuid.get(_uuid_or_text(unit.parent)) if unit.parent not in together else None
        if parent is not None:
            together[unit.code] = Unit(unit.code, unit.name, parent, unit.uuid)
        elif unit.parent is not None and unit.parent not in together:
            wrong[unit.code] = f"Enheden over den, {unit.parent}, er ikke kendt."
    if not wrong:
        wrong = {
            code: "Enheden står over sig selv." for code in together if _goes_round(together, code)
        }
    if wrong:
        raise _refused(wrong)
    return together


def _of_json(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise DomainError("units:file", f"Filen er ikke JSON: linje {error.lineno}.") from error
    if not all(isinstance(row, dict) for row in found):
        raise DomainError("units:file", "Hver enhed skal være et objekt med code og name.")
    return list(found)


def _of_csv(text: str) -> list[Mapping[str, Any]]:
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in head else ",")
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise DomainError("units:file", "Den første linje skal nævne kolonnerne code og name.")
    return list(reader)


def _unit(row: Mapping[str, Any]) -> Unit:
    """Return a row as a unit.

    Raises:
        ValueError: it cannot be one; the message is Danish.
    """
    said = {name: _text(row.get(name)) for name in _FIELDS}
    if not said["code"] or not said["name"]:
        raise ValueError("code og name skal være udfyldt.")
    for name, longest in _LONGEST.items():
        if len(said[name]) > longest:
            raise ValueError(f"{name} er længere end {longest} tegn.")
    uuid = _uuid_or_text(said["uuid"])
    if uuid and len(uuid) != _WRITTEN_OUT:
        raise ValueError(f"{said['uuid'][:60]} er ikke et UUID.")
    return Unit(said["code"], said["name"], said["parent"] or None, uuid or None)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _uuid_or_text(text: str | None) -> str:
    """Return a UUID the way it is kept, and what is none as it is."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return (text or "")[:35]


def _goes_round(units: Mapping[str, Unit], code: str) -> bool:
    above, steps = units[code].parent, 0
    while above is not None and steps <= len(units):
        if above == code:
            return True
        above, steps = units[above].parent, steps + 1
    return False


def _refused(wrong: Mapping[str, str]) -> DomainError:
    first, why = next(iter(wrong.items()))
    return DomainError("units:refused", f"{first}: {why}", fields=dict(wrong))
