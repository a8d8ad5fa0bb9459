"""The timeline of a course: its journal entry by entry, each with its step, phase and who acted.

It says nothing in words: pages do. `app.audit.moments` goes further and decides the course again up to one entry.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import journal
from app.audit.reading import readable, version_named
from app.audit.why import step_name
from app.courses import (
    Course,
    Runtime,
    Version,
    past_versions,
    place,
    stream,
    versions_called,
)
from app.definitions import Node
from app.journal import Entry, Wanted, head
from app.storage import Page, nearest_page, rows_before

GROUPS: Mapping[str, frozenset[str]] = {
    "people": frozenset(
        {
            "course:started",
            "course:task-completed",
            "course:task-claimed",
            "course:task-assigned",
            "course:task-released",
            "course:unit-set",
            "course:cancelled",
        }
    ),
    "automatic": frozenset({"course:job-completed", "course:signal-received"}),
    "time": frozenset(
        {"course:timer-fired", "course:deadline-reminded", "course:deadline-breached"}
    ),
    "message": frozenset(
        {"course:message-received", "course:message-held", "course:message-dropped"}
    ),
    "trouble": frozenset(
        {
            "course:job-failed",
            "course:error-thrown",
            "course:incident-resolved",
            "course:variables-set",
            "course:token-moved",
            "course:retries-updated",
            "course:suspended",
            "course:resumed",
            "course:migrated",
            "course:migration-undone",
        }
    ),
}
"""Kinds of entry, sorted by what sets them off: what the timeline is filtered by."""


@dataclass(frozen=True)
class Act:
    """One entry of a course's journal.

    Attributes:
        kind: what happened: a code of `app.journal.KINDS`.
        element: id of the step it concerns, with `process/` before it inside a called process; may be empty.
        node: the step in the model; None where there is none.
        phase: the call activity of the main process that it happened in; None outside of all.
        assignee: who got the task, for entries about that.
        reason: why, in the words of who did it.
        unit: the code of the unit that the course went over to.
        unreadable: it was changed since it was written, so that it cannot be opened.
        erased: parts of it are gone for ever.
        undone_by: the number of the entry that took it back; 0 where none did.
        model: digest of the version of the model in force.
    """

    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    actor: str
    on_behalf_of: str
    element: str
    node: Node | None
    phase: Node | None
    assignee: str = ""
    erased: bool = False
    reason: str = ""
    undone_by: int = 0
    model: str = ""
    unit: str = ""
    unreadable: bool = False

    @property
    def name(self) -> str:
        """What the step is called; its id where the model gives it no name."""
        return (self.node.name or self.node.id) if self.node is not None else self.element


def acts(
    session: Session,
    runtime: Runtime,
    course: Course,
    *,
    number: int = 1,
    wanted: Wanted | None = None,
    newest_first: bool = True,
) -> Page[Act]:
    """Return one page of a course's timeline.

    Args:
        session: a read session.
        runtime: keys and models.
        course: whose.
        number: which page, from 1.
        wanted: only entries that fit.
        newest_first: the order.
    """
    found = fitting(session, course, wanted)
    number = nearest_page(number, len(found))
    ordered = found[::-1] if newest_first else found
    shown = ordered[rows_before(number) : rows_before(number + 1)]
    return Page(tuple(_acts(session, runtime, course, shown)), len(found), number)


def fitting(session: Session, course: Course, wanted: Wanted | None) -> list[int] | range:
    """Return the numbers of a course's entries that fit, in order."""
    if wanted is not None and wanted != Wanted():
        return journal.numbers(session, stream(course.key), wanted)
    end = head(session, stream(course.key))
    return range(1, end.seq + 1) if end is not None else range(0)


def latest_acts(session: Session, runtime: Runtime, course: Course, most: int) -> tuple[Act, ...]:
    """Return what people did and what happened last in a course, the latest first; steps of the system are left out."""
    end = head(session, stream(course.key))
    if end is None:
        return ()
    # Automatic steps come in short runs after what set them off, so a window some times as long holds enough.
    window = range(max(1, end.seq - 6 * most), end.seq + 1)
    found = _acts(session, runtime, course, window[::-1])
    return tuple(act for act in found if act.kind not in GROUPS["automatic"])[:most]


def around(
    session: Session,
    runtime: Runtime,
    course: Course,
    seq: int,
    reach: int,
    wanted: Wanted | None = None,
) -> tuple[Act, ...]:
    """Return an entry with its neighbours among those that fit, at most `reach` to either side."""
    found = fitting(session, course, wanted)
    here = bisect_left(found, seq)
    after = here + 1 if here < len(found) and found[here] == seq else here
    near = [*found[max(0, here - reach) : here], seq, *found[after : after + reach]]
    return tuple(_acts(session, runtime, course, near))


def involved(session: Session, runtime: Runtime, course: Course) -> tuple[set[str], dict[str, str]]:
    """Return who acted in a course, and the steps that its entries are about: their names by element, in order."""
    people, elements = journal.named(session, stream(course.key))
    past = [
        runtime.models.get(session, one.version_key) for one in past_versions(session, course.key)
    ]
    own = runtime.models.get(session, course.version_key)
    called = versions_called(session, runtime.models, own, course.key)
    versions = (own, *called.values(), *past)
    named = {one: step_name(versions, one) or one.rpartition("/")[2] for one in elements}
    return people, dict(sorted(named.items(), key=lambda one: (one[1].casefold(), one[0])))


def undone(session: Session, course: Course) -> dict[int, int]:
    """Return the entries that were taken back, each with the number of the entry that did."""
    name = stream(course.key)
    moved = journal.numbers(session, name, Wanted(frozenset({"course:migrated"})))
    back = (
        journal.numbers(session, name, Wanted(frozenset({"course:migration-undone"})))
        if moved
        else []
    )
    # What is taken back is always the last migration: `undo_migration` refuses once something has happened since.
    return {moved[bisect_left(moved, seq) - 1]: seq for seq in back}


def version_at(session: Session, runtime: Runtime, course: Course, seq: int) -> Version:
    """Return the version of the model that was in force at an entry of a course."""
    digest = journal.model_at(session, stream(course.key), seq)
    return version_named(session, runtime, course, digest)


def _acts(session: Session, runtime: Runtime, course: Course, seqs: Iterable[int]) -> list[Act]:
    """Return entries by number, in the order asked for."""
    wanted = list(seqs)
    found = journal.entries(session, stream(course.key), wanted)
    taken_back = undone(session, course)
    versions: dict[str, Version] = {}
    told = []
    for seq in (number for number in wanted if number in found):
        read, sound = readable(session, found[seq], runtime.keyring)
        digest = read.model_digest
        if digest not in versions or not digest:
            versions[digest] = version_at(session, runtime, course, seq)
        act = act_of(session, runtime, versions[digest], course.key, read, taken_back)
        told.append(replace(act, unreadable=not sound))
    return told


def act_of(
    session: Session,
    runtime: Runtime,
    version: Version,
    course: int,
    read: Entry,
    taken_back: Mapping[int, int],
) -> Act:
    """Return what an entry says, with its step found in the version in force."""
    payload = read.payload if isinstance(read.payload, dict) else {}
    at = place(session, runtime.models, version, course, address_of(payload), read.element)
    given, reason, unit = (payload.get(name) for name in ("assignee", "reason", "unit"))
    return Act(
        read.seq,
        read.at,
        read.recorded_at,
        read.kind,
        read.actor,
        read.on_behalf_of,
        at.element,
        at.node,
        at.phase,
        given if isinstance(given, str) else "",
        bool(read.erased),
        reason if isinstance(reason, str) else "",
        taken_back.get(read.seq, 0),
        version.bundle.digest,
        unit if isinstance(unit, str) else "",
    )


def address_of(payload: Any) -> str:
    """Return the address of the occurrence that a command is about."""
    if not isinstance(payload, dict):
        return ""
    for name in ("task", "subscription", "timer", "job", "incident", "address"):
        value = payload.get(name)
        if isinstance(value, str):
            return value
    return ""
