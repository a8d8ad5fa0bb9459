"""Many courses as an event log for process mining: XES, IEEE 1849-2023, written course by course.

Nobody is named in it: a course is its key, who acted is a number that means the same person throughout one log, and
what was written in forms stays out. The names of steps are the designer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import quoteattr

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.audit.reading import instant, version_named
from app.audit.why import step_name
from app.courses import SYSTEM, Course, Runtime, stream, versions_called
from app.definitions import library
from app.journal import Stored, read_stored

_PAGE = 200
_EXTENSIONS = {
    "concept": "Concept",
    "lifecycle": "Lifecycle",
    "org": "Organizational",
    "time": "Time",
}
_TRANSITIONS: Mapping[str, str] = {
    "course:started": "start",
    "course:task-claimed": "assign",
    "course:task-assigned": "assign",
    "course:task-released": "reassign",
    "course:job-failed": "ate_abort",
    "course:error-thrown": "ate_abort",
    "course:cancelled": "pi_abort",
    "course:suspended": "suspend",
    "course:resumed": "resume",
}
"""Kind of entry → transition of the standard's own life cycle; all other kinds are `complete`."""

_NAMES: Mapping[str, str] = {
    "course:started": "Forløbet begyndte",
    "course:cancelled": "Forløbet blev stoppet",
    "course:suspended": "Forløbet blev sat i bero",
    "course:resumed": "Forløbet gik videre",
    "course:migrated": "Forløbet blev flyttet til en anden version",
    "course:migration-undone": "Flytningen til en anden version blev fortrudt",
    "course:token-moved": "Forløbet blev flyttet til andre trin",
    "course:unit-set": "Forløbet gik over til en anden enhed",
    "course:variables-set": "Oplysninger blev rettet",
    "course:deadline-reminded": "En frist nærmede sig",
    "course:deadline-breached": "En frist blev overskredet",
    "course:task-completed": "En opgave blev udført",
    "course:task-claimed": "En opgave blev taget",
    "course:task-assigned": "En opgave blev givet",
    "course:task-released": "En opgave blev givet tilbage",
    "course:message-received": "Forløbet fik en besked",
    "course:message-held": "En besked blev holdt tilbage",
    "course:message-dropped": "En tilbageholdt besked udløb",
    "course:signal-received": "Forløbet hørte et signal",
    "course:timer-fired": "Tiden var inde",
    "course:job-completed": "Et automatisk trin blev udført",
    "course:job-failed": "Et automatisk trin mislykkedes",
    "course:error-thrown": "Et automatisk trin meldte en fejl",
    "course:retries-updated": "Et automatisk trin fik flere forsøg",
    "course:incident-resolved": "Et stop blev løst",
}
"""What the event of an entry about no step is called."""


@dataclass(frozen=True)
class LogFilter:
    """Which courses: of one kind of process, and begun in a period; empty and None for all."""

    process_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def event_log(session: Session, runtime: Runtime, wanted: LogFilter) -> Iterator[str]:
    """Write the log of some courses, piece by piece; a piece is one course at the most.

    Args:
        session: a read session; it is read from until the last piece.
        runtime: keys and models.
        wanted: which courses, the oldest first.
    """
    yield _beginning()
    people = _People()
    after: tuple[datetime, int] | None = None
    while True:
        page = session.scalars(_page(wanted, after)).all()
        for course in page:
            yield _trace(session, runtime, course, people)
        if len(page) < _PAGE:
            break
        after = page[-1].started_at, page[-1].key
        session.expunge_all()
    yield "</log>\n"


@dataclass
class _People:
    """Numbers for those who acted, in the order in which they are met."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, username: str) -> str:
        if username == SYSTEM:
            return "system"
        return f"person-{self.numbers.setdefault(username, len(self.numbers) + 1)}"


def _page(wanted: LogFilter, after: tuple[datetime, int] | None) -> Select[Course]:
    query = select(Course).order_by(Course.started_at, Course.key).limit(_PAGE)
    if wanted.process_id:
        query = query.where(Course.process_id == wanted.process_id)
    if wanted.since is not None:
        query = query.where(Course.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Course.started_at < wanted.until)
    if after is not None:
        at, key = after
        later = (Course.started_at == at) & (Course.key > key)
        query = query.where((Course.started_at > at) | later)
    return query


def _beginning() -> str:
    extensions = "".join(
        f'  <extension name="{name}" prefix="{prefix}"'
        f' uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
        for prefix, name in _EXTENSIONS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<log xes.version="1849-2023" xes.features="" xmlns="http://www.xes-standard.org/">\n'
        f"{extensions}"
        f'  <global scope="trace">\n{_attribute("string", "concept:name", "", 4)}  </global>\n'
        f'  <global scope="event">\n{_attribute("string", "concept:name", "", 4)}'
        f"{_attribute('string', 'lifecycle:transition', 'complete', 4)}"
        f"{_attribute('date', 'time:timestamp', '1970-01-01T00:00:00.000+00:00', 4)}  </global>\n"
        '  <classifier name="Trin" keys="concept:name"/>\n'
        '  <classifier name="Trin og overgang" keys="concept:name lifecycle:transition"/>\n'
        f"{_attribute('string', 'lifecycle:model', 'standard', 2)}"
    )


def _trace(session: Session, runtime: Runtime, course: Course, people: _People) -> str:
    version = library.version(session, course.version_key)
    events = "".join(
        _event(stored, name, people) for stored, name in _named(session, runtime, course)
    )
    return (
        f"  <trace>\n{_attribute('string', 'concept:name', str(course.key), 4)}"
        f"{_attribute('string', 'process', course.process_id, 4)}"
        f"{_attribute('int', 'model_version', str(version.version if version else 0), 4)}"
        f"{_attribute('string', 'status', course.status, 4)}"
        f"{_attribute('date', 'started', _instant(course.started_at), 4)}{events}  </trace>\n"
    )


def _named(session: Session, runtime: Runtime, course: Course) -> Iterable[tuple[Stored, str]]:
    """Each entry of a course, and what its event is called."""
    now = version = runtime.models.get(session, course.version_key)
    called = tuple(versions_called(session, runtime.models, now, course.key).values())
    for stored in read_stored(session, stream(course.key)):
        if stored.model_digest and stored.model_digest != version.bundle.digest:
            version = version_named(session, runtime, course, stored.model_digest)
        kind, element = stored.kind.partition("@")[0], stored.element
        if element:
            name = step_name((version, *called), element) or element.rpartition("/")[2]
            yield stored, name
        else:
            yield stored, _NAMES.get(kind, kind)


def _event(stored: Stored, name: str, people: _People) -> str:
    kind = stored.kind.partition("@")[0]
    parts = (
        _attribute("string", "concept:name", name, 6),
        _attribute("string", "lifecycle:transition", _TRANSITIONS.get(kind, "complete"), 6),
        _attribute("date", "time:timestamp", _instant(instant(stored.at)), 6),
        _attribute("string", "org:resource", people.number(stored.actor), 6),
        _attribute("string", "kind", kind, 6),
        _attribute("string", "element", stored.element, 6),
        _attribute("int", "entry", str(stored.seq), 6),
    )
    return f"    <event>\n{''.join(parts)}    </event>\n"


def _attribute(kind: str, key: str, value: str, indent: int) -> str:
    sound = "".join(sign for sign in value if sign >= " " or sign in "\t\n\r")
    return f"{' ' * indent}<{kind} key={quoteattr(key)} value={quoteattr(sound)}/>\n"


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
