"""What comes in: JSON bodies read without floats, and schemas whose names are camelCase outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn

from flask import Request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, missing, validate
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from app import canonical
from app.api import guard, problems
from app.errors import DomainError, NotFound, complaints

MOST_KEY = 2**63 - 1
"""The greatest key that the databases hold."""

TENANT = "<default>"
"""The one tenant."""

_DANISH = {
    "Missing data for required field.": "Skal udfyldes.",
    "Field may not be null.": "Må ikke være tom.",
    "Unknown field.": "Feltet kendes ikke.",
    "Invalid input type.": "Skal være et objekt.",
    "Not a valid string.": "Skal være tekst.",
    "Not a valid integer.": "Skal være et helt tal.",
    "Not a valid boolean.": "Skal være true eller false.",
    "Not a valid list.": "Skal være en liste.",
    "Not a valid mapping type.": "Skal være et objekt.",
    "Not a valid datetime.": "Skal være et tidspunkt (ISO 8601).",
}
"""The schemas' own messages; what is not here is written in Danish where it is checked."""


class BodyParser(FlaskParser):
    """Reads JSON as `app.canonical` does, and tells what is wrong as a `DomainError` by field."""

    DEFAULT_VALIDATION_STATUS = 400

    def _raw_load_json(self, req: Request) -> Any:
        content = req.get_data(cache=True)
        if not content.strip():
            return missing
        if not req.is_json:
            raise UnsupportedMediaType
        return read_json(content)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Refuse the request."""
        wrong = error.messages
        if isinstance(wrong, dict) and set(wrong) == {"json"}:
            wrong = wrong["json"]
        found = {_place(path): _in_danish(texts) for path, texts in complaints(wrong)}
        raise DomainError("request:invalid", "Anmodningen er ikke gyldig.", fields=found)


def read_json(content: bytes) -> Any:
    """Read a JSON document: integers and decimals, no floats, nothing that cannot be stored.

    Raises:
        DomainError: it is not JSON, too deep, or holds a character or number that cannot be stored.
    """
    try:
        value = canonical.from_outside(content)
        # JSON has NUL only in an escape, or between the letters of another encoding than UTF-8.
        perhaps = b"u0000" in content or b"\0" in content
        if not perhaps or not any("\0" in text for text in _texts(value)):
            return value
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise DomainError("request:json", "Indholdet er ikke gyldig JSON.") from error
    raise DomainError("request:text", "Indholdet har et tegn, der ikke kan gemmes.")


def key_of(text: str, what: str) -> int:
    """Return the key that a path or body names.

    Args:
        text: what stands there.
        what: Danish name of the thing, for the messages.

    Raises:
        DomainError: it is no key.
        NotFound: nothing can have this key.
    """
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 25):
        raise DomainError("request:key", f"»{text[:40]}« er ikke en nøgle.")
    key = int(text)
    if not 0 < key <= MOST_KEY:
        raise NotFound("request:unknown-key", f"{what} findes ikke.")
    return key


class Resource(Blueprint):
    """A blueprint of the API: closed without a permit, its errors answered with problem documents."""

    ARGUMENTS_PARSER = BodyParser()

    def __init__(self, name: str, import_name: str, description: str) -> None:
        """Make the blueprint of one resource, under /v2."""
        super().__init__(name, import_name, url_prefix=problems.PREFIX, description=description)
        guard.close(self)
        self.register_error_handler(Exception, problems.answer)

    def arguments(self, schema: type[Schema], **more: Any) -> Any:
        """Read a request by one schema made here, where a class would be made anew for each request."""
        return super().arguments(schema(), **more)


class Wire(Schema):
    """A schema whose names are camelCase outside; what is not known is null, never left out."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Name the field as outside, unless it says how itself."""
        if field_obj.data_key is None:
            first, *rest = field_name.split("_")
            field_obj.data_key = first + "".join(word.capitalize() for word in rest)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return None for what is not known."""
        found = super().get_attribute(obj, attr, default)
        return None if found is missing else found


class Text(fields.String):
    """Text of a bounded length."""

    def __init__(self, longest: int = 200, **more: Any) -> None:
        """Take text up to `longest` characters."""
        rule = validate.Length(max=longest, error=f"Højst {longest} tegn.")
        super().__init__(validate=rule, **more)


class Whole(fields.Integer):
    """A whole number that the databases hold."""

    def __init__(self, least: int = -(2**31), most: int = 2**31 - 1, **more: Any) -> None:
        """Take numbers from `least` to `most`; text is no number."""
        rule = validate.Range(least, most, error=f"Skal være fra {least} til {most}.")
        super().__init__(strict=True, validate=rule, **more)


class Truth(fields.Boolean):
    """Only true and false."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class KeyText(fields.String):
    """A key as a decimal string; an `int` inside."""

    def _serialize(self, value: Any, *_: Any, **__: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:  # type: ignore[override]  # text outside
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            return key_of(value, "Nøglen")
        except NotFound:
            return 0  # nothing has it: a search finds nothing, a look-up is not found
        except DomainError as error:
            raise ValidationError(error.message) from error


class Moment(fields.AwareDateTime):
    """An instant: ISO 8601 in, UTC out."""

    def __init__(self, **more: Any) -> None:
        """Take instants with or without offset; without one they are UTC."""
        super().__init__(format="iso", default_timezone=UTC, **more)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        found: datetime = super()._deserialize(value, *args, **kwargs)
        if not 1000 <= found.year < 9999:
            raise self.make_error("invalid", input=value, obj_type="datetime")
        return found.astimezone(UTC)


class Tenant(fields.String):
    """The tenant: there is one, and naming it is optional."""

    def __init__(self) -> None:
        """Take the one tenant's id."""
        rule = validate.Equal(TENANT, error=f"Der er kun én kommune her: {TENANT}.")
        super().__init__(validate=rule, allow_none=True)


class Variables(fields.Dict):
    """Variables: a JSON object."""

    def __init__(self, **more: Any) -> None:
        """Take any JSON by name."""
        super().__init__(keys=fields.String(), **more)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return canonical.to_outside(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _place(path: tuple[str | int, ...]) -> str:
    """Write `filter.key`; `value` is only how marshmallow's mappings say that it is not about the name."""
    return ".".join(str(step) for depth, step in enumerate(path) if step != "value" or depth == 0)


def _in_danish(texts: list[str]) -> str:
    return " ".join(_DANISH.get(text, text) for text in texts)
