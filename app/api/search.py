"""Searching: `filter`, `sort` and `page` of a request, as conditions in the database or on values.

A filter's value is plain (equality) or an object of operators: $eq $neq $exists $in, for texts $notIn $like, for
numbers and instants $gt $gte $lt $lte.
"""

from __future__ import annotations

import base64
import binascii
import operator as operators
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy import ColumnElement, SQLColumnExpression, String, and_, false, literal, or_, true
from sqlalchemy.types import TypeEngine

from app.api.body import KeyText, Text, Truth, Whole, Wire
from app.errors import DomainError

MOST = 1_000
"""Most hits that are looked for; beyond that a search says that there are more."""

_MOST_VALUES = 1_000
_KEYS = ("$eq", "$neq", "$exists", "$in", "$notIn")
_TEXT = (*_KEYS, "$like")
_ORDERED = ("$eq", "$neq", "$exists", "$in", "$gt", "$gte", "$lt", "$lte")

_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "$gt": operators.gt,
    "$gte": operators.ge,
    "$lt": operators.lt,
    "$lte": operators.le,
}

Column = SQLColumnExpression[Any]
"""A column of a table, or an expression of some."""

T = TypeVar("T")

Criteria = Mapping[str, Any]
"""Operator → value; all must hold."""


def nothing(kind: TypeEngine[Any] | None = None) -> Column:
    """Return the column of what Forløb does not have (business ids …): always null.

    Args:
        kind: what it would hold; text unless told.
    """
    return literal(None, kind or String())


class Wanted(fields.Field[Any]):
    """A filter's value: plain, or an object of operators; loaded as `Criteria`."""

    def __init__(self, kind: fields.Field[Any], *, ordered: bool = False, **more: Any) -> None:
        """Take values of a kind of field."""
        about = {"description": "a value, or an object of operators ($eq …)"}
        super().__init__(metadata=about, **more)
        self._kind = kind
        keys = _KEYS if isinstance(kind, KeyText) else _TEXT
        self._operators = _ORDERED if ordered else keys

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Criteria:
        if not isinstance(value, dict):
            return {"$eq": self._kind.deserialize(value)}
        return {operator: self._read(operator, wanted) for operator, wanted in value.items()}

    def _read(self, operator: str, wanted: Any) -> Any:
        if operator not in self._operators:
            raise ValidationError(f"Kendte operatorer: {', '.join(self._operators)}.")
        if operator == "$exists":
            return Truth().deserialize(wanted)
        if operator == "$like":
            return Text().deserialize(wanted)
        if operator not in {"$in", "$notIn"}:
            return self._kind.deserialize(wanted)
        if not isinstance(wanted, list) or len(wanted) > _MOST_VALUES:
            raise ValidationError(f"Skal være en liste med højst {_MOST_VALUES} værdier.")
        return [self._kind.deserialize(one) for one in wanted]


class PageRequest(Wire):
    """Which part of the hits: from a number on, or after or before a cursor."""

    start = Whole(0, data_key="from", load_default=0)
    limit = Whole(1, 10_000, load_default=100)
    after = fields.String()
    before = fields.String()


class SortOrder(Wire):
    """One key to sort by; which there are stands with each search."""

    field = fields.String(required=True)
    order = fields.String(
        validate=validate.OneOf(["ASC", "DESC"], error="Skal være ASC eller DESC."),
        load_default="ASC",
    )


class SearchRequest(Wire):
    """The frame of a search; `request_of` adds the `filter` of each."""

    sort = fields.List(fields.Nested(SortOrder), load_default=list)
    page = fields.Nested(PageRequest, load_default=lambda: PageRequest().load({}))


class PageResponse(Wire):
    """Where in the hits this page is."""

    total_items = fields.Integer()
    has_more_total_items = fields.Boolean()
    start_cursor = fields.String(allow_none=True)
    end_cursor = fields.String(allow_none=True)


def request_of(wanted: type[Wire]) -> type[Schema]:
    """Return the schema of a search by its filter: of `TaskFilter`, `TaskSearch`."""
    asked = fields.Nested(wanted, load_default=lambda: wanted().load({}))
    name = f"{wanted.__name__.removesuffix('Filter')}Search"
    return SearchRequest.from_dict({"filter": asked}, name=name)


def page_of(item: type[Wire]) -> type[Schema]:
    """Return the schema of a page of hits by the one of a hit: of `TaskSchema`, `TaskPage`."""
    parts = {"items": fields.List(fields.Nested(item)), "page": fields.Nested(PageResponse)}
    return Wire.from_dict(parts, name=f"{item.__name__.removesuffix('Schema')}Page")


@dataclass(frozen=True)
class Sorting:
    """What a search can be sorted by: column by name, and the key that settles ties."""

    columns: Mapping[str, Column]
    last: Column

    def order(self, asked: Sequence[Mapping[str, str]]) -> list[ColumnElement[Any]]:
        """Return ORDER BY.

        Raises:
            DomainError: it cannot be sorted by that.
        """
        found = []
        for one in asked:
            column = self.columns[known(one["field"], self.columns)]
            found.append(column.desc() if one["order"] == "DESC" else column.asc())
        return [*found, self.last.asc()]


def in_order(
    hits: Iterable[T], asked: Sequence[Mapping[str, str]], keys: Mapping[str, Callable[[T], Any]]
) -> list[T]:
    """Return hits that are no rows in the order asked for; without one, as they come.

    Args:
        hits: what was found.
        asked: the loaded `SortOrder`s, the most important first.
        keys: what can be sorted by, and how it is read of a hit.

    Raises:
        DomainError: they cannot be sorted by that.
    """
    found = list(hits)
    for one in reversed(asked):
        found.sort(key=keys[known(one["field"], keys)], reverse=one["order"] == "DESC")
    return found


def known(name: str, names: Sequence[str] | Mapping[str, Any]) -> str:
    """Return the name of a key to sort by.

    Raises:
        DomainError: there is no such key here.
    """
    if name not in names:
        text = f"Kan sorteres efter: {', '.join(names)}."
        raise DomainError("request:invalid", text, fields={"sort": text})
    return name


def conditions(asked: Mapping[str, Any], columns: Mapping[str, Column]) -> ColumnElement[bool]:
    """Return the condition of a loaded filter; what is no column in it is left to the caller."""
    found = (condition(columns[name], rules) for name, rules in asked.items() if name in columns)
    return and_(true(), *found)


def any_of(alternatives: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition of `$or`."""
    return or_(false(), *alternatives)


def condition(column: Column, criteria: Criteria) -> ColumnElement[bool]:
    """Return what must hold of a column."""
    return and_(true(), *(_operation(column, *one) for one in criteria.items()))


def holds(value: Any, criteria: Criteria) -> bool:
    """Tell whether a value fulfils the criteria."""
    return all(_holds(value, *one) for one in criteria.items())


def page(hits: Sequence[Any], asked: Mapping[str, Any], *, more: bool = False) -> dict[str, Any]:
    """Return one page of the hits, as `items` and `page`.

    Args:
        hits: all of them, in order.
        asked: the loaded `PageRequest`.
        more: whether the search stopped before it had found all.
    """
    first, limit = asked["start"], asked["limit"]
    if "after" in asked:
        first = _place(asked["after"])
    elif "before" in asked:
        first, limit = max(0, _place(asked["before"]) - limit), min(limit, _place(asked["before"]))
    items = hits[first : first + limit]
    place: dict[str, Any] = {"total_items": len(hits), "has_more_total_items": more}
    if items:
        place |= {"start_cursor": _cursor(first), "end_cursor": _cursor(first + len(items))}
    return {"items": items, "page": place}


def _cursor(place: int) -> str:
    return base64.b64encode(str(place).encode()).decode()


def _place(cursor: str) -> int:
    try:
        place = base64.b64decode(cursor, validate=True)
        if place.isdigit() and len(place) < 10:
            return int(place)
    except (binascii.Error, ValueError):
        pass
    text = "Markøren er ikke en, som en søgning har givet."
    raise DomainError("request:invalid", text, fields={"page": text})


def _operation(column: Column, operator: str, wanted: Any) -> ColumnElement[bool]:
    if operator == "$exists":
        return column.is_not(None) if wanted else column.is_(None)
    if operator == "$neq":
        return or_(column != wanted, column.is_(None))
    if operator == "$notIn":
        return or_(column.not_in(wanted), column.is_(None))
    if operator == "$in":
        return column.in_(wanted)
    if operator == "$like":
        return column.like(_like(wanted), escape="\\")
    compared: dict[str, ColumnElement[bool]] = {
        "$eq": column == wanted,
        "$gt": column > wanted,
        "$gte": column >= wanted,
        "$lt": column < wanted,
        "$lte": column <= wanted,
    }
    return compared[operator]


def _holds(value: Any, operator: str, wanted: Any) -> bool:
    if operator == "$exists":
        return bool((value is not None) == wanted)
    if operator in {"$neq", "$notIn"}:
        return value not in (wanted if operator == "$notIn" else [wanted])
    if operator == "$like":
        return value is not None and _is_like(value, wanted)
    if operator in _COMPARED:
        return value is not None and bool(_COMPARED[operator](value, wanted))
    allowed: list[Any] = wanted if operator == "$in" else [wanted]
    return value in allowed


def _parts(pattern: str) -> list[str]:
    """Split a pattern into `*`, `?` and plain characters, which have a backslash before them."""
    found = re.findall(r"\\.|.", pattern, re.DOTALL)
    return [part if part in {"*", "?"} else f"\\{part[-1]}" for part in found]


def _like(pattern: str) -> str:
    written = {"*": "%", "?": "_"}
    return "".join(
        written.get(part) or (part if part[1] in "%_\\" else part[1]) for part in _parts(pattern)
    )


def _is_like(text: str, pattern: str) -> bool:
    """Match without going back further than the last `*`: a regular expression would, for hours."""
    parts, at, place = _parts(pattern), 0, 0
    star, resume = -1, 0
    while place < len(text):
        if at < len(parts) and parts[at] == "*":
            star, resume, at = at, place, at + 1
        elif at < len(parts) and parts[at] in {"?", f"\\{text[place]}"}:
            at, place = at + 1, place + 1
        elif star >= 0:
            resume += 1
            at, place = star + 1, resume
        else:
            return False
    return all(part == "*" for part in parts[at:])
