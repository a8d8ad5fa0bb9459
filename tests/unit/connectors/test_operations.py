from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from marshmallow import fields as plain

from app import canonical
from app.connectors import OperationContext, Registry, Values, fields, operation, perform
from app.errors import DomainError
from app.storage import Database, UnitOfWork

AT = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
CONTEXT = OperationContext(7, None, "maja", AT)


class Row(fields.Input):
    what = fields.Text(required=True)
    level = fields.Whole(0, 4, required=True)


class Takes(fields.Input):
    title = fields.Text(required=True)
    day = fields.Day()
    moment = fields.Moment()
    sure = fields.Flag()
    hours = fields.Number()
    inquiry = fields.Ref()
    topics = fields.Texts()
    attended = fields.Names()
    kind = fields.Choice("a", "b")
    rows = fields.Items(Row)


class Gives(fields.Output):
    key = fields.Ref()
    moment = fields.Moment()
    day = fields.Day()
    hours = fields.Number()
    values = plain.Raw()


@operation("test:echo", Takes, Gives, title="Prøv", description="Til prøver.")
def echo(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    return {"key": 2**53 + 1, "values": values, **values}


@pytest.fixture
def run(database: Database) -> Callable[..., dict[str, Any]]:
    registry = Registry()
    registry.add(echo)

    def act(**variables: Any) -> dict[str, Any]:
        with database.write() as work:
            return perform(work, registry, "test:echo", CONTEXT, variables)

    return act


def test_it_picks_its_variables_by_name_and_leaves_all_others(
    run: Callable[..., dict[str, Any]],
) -> None:
    assert run(title=" T ", course={"key": "1"}, other=[1])["values"] == {"title": "T"}


def test_what_was_left_open_in_a_form_is_as_if_it_were_not_there(
    run: Callable[..., dict[str, Any]],
) -> None:
    assert run(title="T", day=None, hours="", rows=None)["values"] == {"title": "T"}


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("day", "2026-11-02", date(2026, 11, 2)),
        ("day", "2026-11-01T23:30:00Z", date(2026, 11, 2)),
        ("moment", "2026-11-02T12:00", AT),
        ("moment", "2026-11-02T11:00:00Z", AT),
        ("moment", "2026-11-02", datetime(2026, 11, 1, 23, tzinfo=UTC)),
        ("sure", "yes", True),
        ("sure", False, False),
        ("hours", "7.25", Decimal("7.25")),
        ("hours", 3, Decimal(3)),
        ("inquiry", {"key": "12", "concern": True}, 12),
        ("inquiry", "12", 12),
        ("topics", "one", ["one"]),
        ("topics", ["b", "a", "b", " "], ["b", "a"]),
        ("attended", [{"name": "Maja"}, "Ole"], ["Maja", "Ole"]),
        ("kind", "a", "a"),
        ("rows", [{"what": "x", "level": "3", "id": 1}], [{"what": "x", "level": 3}]),
        ("title", 12, "12"),
    ],
)
def test_it_reads_what_forms_and_feel_send(
    run: Callable[..., dict[str, Any]], name: str, given: object, read: object
) -> None:
    assert run(**{"title": "T", name: given})["values"][name] == read


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("title", None, "title"),
        ("title", ["x"], "title"),
        ("title", "x" * 20_001, "title"),
        ("day", "2. november", "day"),
        ("day", 3, "day"),
        ("moment", "i morgen", "moment"),
        ("sure", "måske", "sure"),
        ("hours", "mange", "hours"),
        ("hours", True, "hours"),
        ("hours", "NaN", "hours"),
        ("inquiry", {"id": 1}, "inquiry"),
        ("inquiry", True, "inquiry"),
        ("topics", [1], "topics"),
        ("kind", "c", "kind"),
        ("rows", "x", "rows"),
        ("rows", ["x"], "rows[0]"),
        ("rows", [{"what": "x", "level": 5}], "rows[0].level"),
        ("rows", [{"what": "x", "level": Decimal("1.5")}], "rows[0].level"),
        ("rows", [{"what": "x", "level": 1}, {"level": 1}], "rows[1].what"),
    ],
)
def test_what_it_cannot_use_is_named_by_field_in_danish(
    run: Callable[..., dict[str, Any]], name: str, given: object, field: str
) -> None:
    with pytest.raises(DomainError) as raised:
        run(**{"title": "T", name: given})
    assert raised.value.code == "operation:input"
    assert list(raised.value.fields) == [field]
    assert raised.value.message.startswith(f"Prøv kan ikke udføres: {field} ")
    assert not any(word in raised.value.message for word in ("Not a", "Missing", "Invalid", "must"))


def test_its_result_is_json_keys_as_text_dates_as_iso_decimals_exact(
    run: Callable[..., dict[str, Any]],
) -> None:
    result = run(title="T", moment="2026-11-02T11:00:00Z", day="2026-11-02", hours="0.10")
    del result["values"]
    assert canonical.loads(canonical.dumps(result)) == {
        "key": "9007199254740993",
        "moment": "2026-11-02T12:00:00+01:00",
        "day": "2026-11-02",
        "hours": Decimal("0.1"),
    }


def test_two_operations_of_one_name_are_a_mistake() -> None:
    registry = Registry()
    registry.add(echo)
    with pytest.raises(ValueError, match="test:echo"):
        registry.add(echo)
    assert "test:echo" in registry
    assert registry.names == {"test:echo"}
    assert [one.title for one in registry] == ["Prøv"]


def test_other_packages_add_theirs_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("theirs", "tests.unit.connectors.theirs:register", "forloeb.operations")
    monkeypatch.setattr("app.connectors.registry.entry_points", lambda group: [point])
    registry = Registry()
    registry.add_installed()
    assert "their:operation" in registry


def test_an_operation_about_a_citizen_says_so_in_a_course_about_nobody() -> None:
    with pytest.raises(DomainError) as raised:
        _ = CONTEXT.citizen
    assert raised.value.code == "operation:no-citizen"
