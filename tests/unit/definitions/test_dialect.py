"""The dialect is said once: in the table, in docs/dialect.md, and in what the reader does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.definitions import Kind, Trigger, read_bpmn
from app.definitions.reader.dialect import TABLE, TRIGGERS, Entry, Treatment, markdown

DOCS = Path(__file__).parents[3] / "docs" / "dialect.md"


def test_the_document_holds_the_table() -> None:
    assert DOCS.read_text(encoding="utf-8").endswith(markdown())


def test_every_kind_and_trigger_of_the_graph_is_in_the_table() -> None:
    assert {kind.value for kind in Kind} - {"eventSubProcess"} <= set(TABLE)
    assert {f"{trigger}EventDefinition" for trigger in Trigger} - {"noneEventDefinition"} <= set(
        TABLE
    )
    assert {trigger for allowed in TRIGGERS.values() for trigger in allowed} == set(Trigger)


REFUSED = [entry for entry in TABLE.values() if entry.treatment is Treatment.REFUSED]


def body_with(entry: Entry) -> str:
    """Put the element where it belongs: in an event, an activity, or the process."""
    name = entry.name
    if name.startswith("zeebe:"):
        return f'<task id="x"><extensionElements><{name}/></extensionElements></task>'
    if name.endswith("ventDefinition"):
        return f'<endEvent id="x"><{name}/></endEvent>'
    if name == "loopCardinality":
        loop = "multiInstanceLoopCharacteristics"
        return f'<task id="x"><{loop}><{name}/></{loop}></task>'
    return (
        f'<task id="x"><{name}/></task>'
        if name.endswith("Characteristics")
        else f'<{name} id="x"/>'
    )


@pytest.mark.parametrize("entry", REFUSED, ids=lambda entry: entry.name)
def test_what_the_table_refuses_the_reader_refuses(
    entry: Entry, model: Callable[..., bytes]
) -> None:
    found = read_bpmn(model(body_with(entry))).findings
    assert (entry.code, "x", entry.note) in {(f.code, f.element, f.message) for f in found}
    assert all(finding.fix for finding in found)
