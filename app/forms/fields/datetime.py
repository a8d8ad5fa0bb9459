"""`datetime`: a date, a time of day, or both, in one text field; kept as ISO 8601 text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.clock import LOCAL
from app.forms import messages
from app.forms.component import Component, Json, Limits, Option, WrongTypeError
from app.forms.dates import (
    date_text,
    localised,
    read_date,
    read_moment,
    read_time,
)
from app.forms.draw import Draw
from app.forms.expression import words
from app.forms.fields.plain import only
from app.forms.finding import Finding

_WRONG = {"date": messages.NOT_DATE, "time": messages.NOT_TIME, "datetime": messages.NOT_MOMENT}
_YEARS = range(1800, 2300)


@dataclass(frozen=True)
class DateTime:
    """A point in time; `subtype` says how exact."""

    type: str = "datetime"
    empty: Json = None
    missing: str = messages.FILL_IN

    def check(self, component: Component) -> Iterator[Finding]:
        """Yield findings of this type: a subtype or a fixed bound that does not exist."""
        kind = component.raw.get("subtype", "date")
        if kind not in _WRONG:
            yield Finding(
                "form:subtype-unknown",
                component.id,
                f"»{kind}« er ikke dato, klokkeslæt eller begge dele.",
                fix="Sæt subtype til date, time eller datetime.",
            )
            return
        for name, bound in component.rules.fixed.items():
            if name in {"min", "max"} and bound is not None and _parsed(component, bound) is None:
                yield Finding(
                    "form:limit-invalid",
                    component.id,
                    f"Grænsen »{bound}« kan ikke læses.",
                    fix="Skriv den som 2027-02-01, 10:30 eller et udtryk, fx =today().",
                )

    def clean(self, component: Component, value: Json) -> Json:
        """Return ISO text: 2027-02-01, 10:30:00, or with both and an offset."""
        if not isinstance(value, str) or len(value) > 60:
            raise WrongTypeError(_wrong(component))
        if not value.strip():
            return None
        parsed = _parsed(component, value.strip())
        if parsed is None:
            raise WrongTypeError(_wrong(component))
        if isinstance(parsed, datetime):
            return _serialised(component, parsed)
        if isinstance(parsed, date) and parsed.year not in _YEARS:
            raise WrongTypeError(_wrong(component))
        return parsed.isoformat()

    def problem(self, component: Component, value: Json, limits: Limits) -> str | None:
        """Check bounds, both included."""
        given = _parsed(component, value)
        low, high = _parsed(component, limits.get("min")), _parsed(component, limits.get("max"))
        if given is not None and low is not None and _order(given) < _order(low):
            return messages.too_early(words(_serial(component, low)))
        if given is not None and high is not None and _order(given) > _order(high):
            return messages.too_late(words(_serial(component, high)))
        return None

    def read(self, component: Component, texts: Sequence[str]) -> Json:
        """Read what a Dane types; what cannot be read stays as it is."""
        text = only(texts)
        kind = component.raw.get("subtype", "date")
        read = read_time if kind == "time" else read_moment if kind == "datetime" else read_date
        found = read(text)
        return text if found is None else found.isoformat()

    def show(self, component: Component, value: Json) -> str:
        """Write the answer as it is typed."""
        parsed = _parsed(component, value)
        if isinstance(parsed, datetime):
            return f"{date_text(parsed.date())} kl. {parsed:%H.%M}"
        if isinstance(parsed, date):
            return date_text(parsed)
        return f"{parsed:%H.%M}" if parsed is not None else str(value)

    def words(self, component: Component, value: Json, _labels: Mapping[str, str]) -> str:
        """Write the answer as it is said."""
        if component.raw.get("subtype") == "time":
            return f"kl. {self.show(component, value)}"
        return words(value)

    def example(
        self, component: Component, draw: Draw, limits: Limits, _options: Sequence[Option]
    ) -> Json:
        """Return a point in time between the bounds, near the lower one."""
        low, high = _parsed(component, limits.get("min")), _parsed(component, limits.get("max"))
        kind = component.raw.get("subtype", "date")
        if kind == "time":
            chosen: date | time | datetime = low or high or time(draw.between(8, 15), 30)
        elif kind == "datetime":
            chosen = low or high or datetime.combine(draw.day, time(draw.between(8, 15)), LOCAL)
        else:
            day = low or high or draw.day
            later = day + timedelta(days=draw.between(0, 60)) if isinstance(day, date) else day
            chosen = day if high is not None and _order(later) > _order(high) else later
        return _serial(component, chosen)

    def api(self, component: Component) -> dict[str, Json]:
        """Return the JSON Schema."""
        kind = component.raw.get("subtype", "date")
        return {"type": "string", "format": {"datetime": "date-time"}.get(kind, kind)}


def _wrong(component: Component) -> str:
    return _WRONG.get(component.raw.get("subtype", "date"), messages.NOT_DATE)


def _parsed(component: Component, value: Json) -> date | time | datetime | None:
    """Read ISO text as the component's subtype has it; a date and time without offset is Danish."""
    if not isinstance(value, str):
        return None
    kind = component.raw.get("subtype", "date")
    try:
        if kind == "time":
            clock = time.fromisoformat(value) if "T" not in value else None
            return clock.replace(microsecond=0) if clock and clock.tzinfo is None else None
        if kind == "datetime":
            text, _, zone = value.partition(
                "@"
            )  # FEEL names a zone so: 2026-11-22T04:00@Europe/Copenhagen
            moment = datetime.fromisoformat(text).replace(microsecond=0) if "T" in text else None
            if moment and zone:
                moment = moment.replace(tzinfo=ZoneInfo(zone))
            return localised(moment) if moment and moment.year in _YEARS else None
        return date.fromisoformat(value[:10]) if len(value) == 10 or "T" in value else None
    except (ValueError, ZoneInfoNotFoundError):
        return None


def _serial(component: Component, value: date | time | datetime) -> str:
    return _serialised(component, value) if isinstance(value, datetime) else value.isoformat()


def _serialised(component: Component, moment: datetime) -> str:
    """Write a date and time as `timeSerializingFormat` says; with its Danish offset by default."""
    form = component.raw.get("timeSerializingFormat", "utc_offset")
    if form == "utc_normalized":
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (moment.replace(tzinfo=None) if form == "no_timezone" else moment).isoformat()


def _order(value: date | time | datetime) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return value.toordinal()
    return value.hour * 3600 + value.minute * 60 + value.second


DATETIME = DateTime()
