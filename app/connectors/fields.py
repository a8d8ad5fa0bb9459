"""The fields of operations' schemas: what models send, read with patience, refused in Danish.

Variables come from forms and FEEL: dates are ISO text, keys decimal text, a radio button's number is text, and what was
left open is null or "". What goes out again is JSON: dates as ISO text, keys as text, decimals as `Decimal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load
from marshmallow.validate import OneOf

from app.clock import LOCAL

MISSING = "mangler"
_LONGEST = 20_000
_Messages = dict[str, str | list[Any] | dict[Any, Any]]


class Input(Schema):
    """What an operation takes in: the variables whose names it lists; all others are left alone."""

    class Meta:
        """Names are picked, and the class is not in marshmallow's global register."""

        unknown = EXCLUDE
        register = False

    error_messages = {"type": "skal være et objekt"}  # noqa: RUF012 -- marshmallow's own form

    @pre_load
    def _leave_out_what_is_empty(self, data: Any, **_: Any) -> Any:
        if isinstance(data, Mapping):
            return {
                name: value for name, value in data.items() if value is not None and value != ""
            }
        return data


class Output(Schema):
    """What an operation answers with."""

    class Meta:
        """As `Input`."""

        register = False


class _Field(fields.Field[Any]):
    """A field with Danish messages."""

    default_error_messages: _Messages = {  # noqa: RUF012 -- marshmallow's own form
        "required": MISSING,
        "null": MISSING,
        "validator_failed": "kan ikke bruges",
    }

    def _read(self, value: Any) -> Any:
        raise NotImplementedError

    def _write(self, value: Any) -> Any:
        return value

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:  # noqa: ARG002 -- marshmallow's
        return self._read(value)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **_: Any) -> Any:  # noqa: ARG002 -- marshmallow's
        return None if value is None else self._write(value)


class Text(_Field):
    """Text, stripped. A number is taken as its digits."""

    def _read(self, value: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("skal være tekst")
        text = str(value).strip()
        if self.required and not text:
            raise ValidationError(MISSING)
        if len(text) > _LONGEST:
            raise ValidationError(f"er længere end {_LONGEST} tegn")
        return text


class Choice(Text):
    """One of a few codes."""

    def __init__(self, *codes: str, **options: Any) -> None:
        """Take the codes."""
        text = "skal være en af: {choices}"
        super().__init__(validate=OneOf(codes, error=text), **options)


class Day(_Field):
    """A date, as `date`; an instant counts as its day in Denmark."""

    def _read(self, value: Any) -> date:
        text = value if isinstance(value, str) else ""
        try:
            return date.fromisoformat(text) if len(text) <= 10 else _local_day(text)
        except ValueError:
            raise ValidationError("skal være en dato, for eksempel 2026-11-02") from None

    def _write(self, value: Any) -> str:
        return str(value.isoformat())


class Moment(_Field):
    """An instant, as an aware `datetime`; without an offset it is Danish time, a bare date its midnight.

    It goes out in Danish time with its offset.
    """

    def _read(self, value: Any) -> datetime:
        try:
            return _moment(value if isinstance(value, str) else "")
        except ValueError:
            text = "skal være dato og klokkeslæt, for eksempel 2026-11-02T10:00"
            raise ValidationError(text) from None

    def _write(self, value: Any) -> str:
        return str(value.astimezone(LOCAL).isoformat(timespec="seconds"))


class Whole(_Field):
    """A whole number, within bounds where they are given."""

    def __init__(self, low: int | None = None, high: int | None = None, **options: Any) -> None:
        """Take the bounds, both inclusive."""
        super().__init__(**options)
        self.low, self.high = low, high

    def _read(self, value: Any) -> int:
        number = _decimal(value)
        if number != number.to_integral_value():
            raise ValidationError("skal være et helt tal")
        whole = int(number)
        if (self.low is not None and whole < self.low) or (
            self.high is not None and whole > self.high
        ):
            raise ValidationError(f"skal være fra {self.low} til {self.high}")
        return whole


class Number(_Field):
    """A decimal number, as `Decimal`."""

    def _read(self, value: Any) -> Decimal:
        return _decimal(value)


class Flag(_Field):
    """Yes or no: a boolean, or the codes of a radio button."""

    _words: ClassVar[dict[str, bool]] = {
        "yes": True,
        "true": True,
        "ja": True,
        "no": False,
        "false": False,
        "nej": False,
    }

    def _read(self, value: Any) -> bool:
        said = self._words.get(value.casefold()) if isinstance(value, str) else value
        if not isinstance(said, bool):
            raise ValidationError("skal være ja eller nej")
        return said


class Ref(_Field):
    """Something by its key, as `int`: decimal text, a number, or an object with `key`. Goes out as text."""

    def _read(self, value: Any) -> int:
        key = value.get("key") if isinstance(value, Mapping) else value
        if isinstance(key, bool) or not str(key).isdecimal() or len(str(key)) > 19:
            raise ValidationError("skal være en nøgle eller et objekt med en nøgle (key)")
        return int(str(key))

    def _write(self, value: Any) -> str:
        return str(value)


class Texts(_Field):
    """A list of texts; a single text is a list of one. Repetitions are dropped, the order is kept."""

    def _read(self, value: Any) -> list[str]:
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValidationError("skal være en liste af tekster")
        texts = list(dict.fromkeys(item.strip() for item in items if item.strip()))
        if self.required and not texts:
            raise ValidationError("skal have mindst én")
        return texts


class Names(Texts):
    """A list of names: texts, or objects with `name`, as a table in a form gives them."""

    def _read(self, value: Any) -> list[str]:
        if isinstance(value, list):
            value = [item.get("name") if isinstance(item, Mapping) else item for item in value]
        return super()._read(value)


class Items(fields.List[Any]):
    """A list of objects, each read by a schema of its own."""

    default_error_messages: _Messages = {  # noqa: RUF012 -- marshmallow's own form
        "required": MISSING,
        "null": MISSING,
        "invalid": "skal være en liste",
    }

    def __init__(self, schema: type[Schema], **options: Any) -> None:
        """Take the schema of one item."""
        super().__init__(Part(schema), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        items: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        if self.required and not items:
            raise ValidationError("skal have mindst én")
        return items


class Part(fields.Nested):
    """An object, read by a schema of its own."""

    default_error_messages: _Messages = {  # noqa: RUF012 -- marshmallow's own form
        "required": MISSING,
        "null": MISSING,
        "type": "skal være et objekt",
    }


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)).astimezone(UTC)


def _local_day(text: str) -> date:
    return _moment(text).astimezone(LOCAL).date()


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise ValidationError("skal være et tal")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValidationError("skal være et tal") from None
    if not number.is_finite():
        raise ValidationError("skal være et tal")
    return number
