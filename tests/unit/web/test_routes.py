"""Routes write the addresses that Werkzeug's own rules write, though they learn it when first asked."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.routing import Map, Rule

from app.web.site.links import KeyConverter, Route


def _addresses(kind: type[Rule]) -> Any:
    rules = [
        kind("/", endpoint="home"),
        kind("/tasks/<key:task>", endpoint="task"),
        kind("/tasks/<key:task>/<path:rest>", endpoint="rest", defaults={"lang": "da"}),
    ]
    return Map(rules, converters={"key": KeyConverter}).bind("localhost")


@pytest.mark.parametrize(
    ("endpoint", "values"),
    [
        ("home", {}),
        ("home", {"next": "/æ ø"}),
        ("task", {"task": 7}),
        ("task", {"task": 7, "view": "mine", "page": 2}),
        ("rest", {"task": 7, "rest": "a b/å"}),
    ],
)
@pytest.mark.parametrize("append_unknown", [True, False])
def test_an_address_is_the_one_that_werkzeug_writes_each_time(
    endpoint: str, values: dict[str, Any], append_unknown: bool
) -> None:
    ours, theirs = _addresses(Route), _addresses(Rule)
    written = [ours.build(endpoint, values, append_unknown=append_unknown) for _ in range(2)]
    assert written == [theirs.build(endpoint, values, append_unknown=append_unknown)] * 2


def test_nothing_is_compiled_before_an_address_is_written() -> None:
    rule = Route("/tasks/<key:task>", endpoint="task")
    adapter = Map([rule], converters={"key": KeyConverter}).bind("localhost")
    before = rule._build_unknown
    adapter.build("task", {"task": 7})
    first = rule._build_unknown
    adapter.build("task", {"task": 8})
    assert first is not before
    assert rule._build_unknown is first
