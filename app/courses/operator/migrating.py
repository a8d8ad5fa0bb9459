"""Moving a course to another version of its model: tried dry, done as one command, taken back as one.

Migration is replay (`app.engine.migrate`): the entry says from which version to which and by which mapping, and whoever
decides the journal again comes to the same state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.courses.kept import messages, snapshots
from app.courses.operator.operating import Order, held_for
from app.courses.operator.relocating import Relocation, Standing, relocate, standing
from app.courses.rows import SUSPENDED, Course, CourseState, PastVersion, Subscription
from app.courses.running.history import (
    MIGRATED,
    UNDONE,
    Told,
    moved_to,
    past_versions,
    tell,
)
from app.courses.running.run import Step, follow, instant, stream
from app.courses.runtime import Runtime, Version
from app.courses.runtime.callees import CALLED, Calling
from app.courses.runtime.held import HeldCourse, keep
from app.definitions import library
from app.engine import (
    DROPPED,
    RULES,
    CorrelateMessage,
    JobCreated,
    LiveElement,
    Migrated,
    Misfit,
    SubscriptionOpened,
    ended,
    live,
    suggest,
)
from app.errors import Conflict, DomainError, NotFound
from app.journal import NewEntry, append, lock
from app.storage import UnitOfWork


@dataclass(frozen=True)
class Trial:
    """What moving a course to a version would give.

    Attributes:
        version: to which.
        mapping: old element → new element, as it was tried.
        here: what lives now.
        there: what would live then.
        moved: old address → new address.
        code, message: why it does not fit; empty where it does.
        seq: the entry at which it does not.
        element: the element that the entry is about, in the old version.
        offer: a mapping that might fit.
    """

    version: Version
    mapping: Mapping[str, str]
    here: tuple[LiveElement, ...]
    there: tuple[LiveElement, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = ""
    seq: int = 0
    element: str = ""
    offer: Mapping[str, str] = field(default_factory=dict)

    @property
    def fits(self) -> bool:
        """Whether the course can move."""
        return not self.code


def versions_to_move_to(session: Session, course: Course) -> list[library.DefinitionVersion]:
    """Return the other versions of a course's process, the newest first."""
    row = library.DefinitionVersion
    query = select(row).where(row.process_id == course.process_id, row.key != course.version_key)
    return list(session.scalars(query.order_by(row.version.desc())))


def try_migration(
    session: Session,
    runtime: Runtime,
    course: Course,
    version_key: int,
    mapping: Mapping[str, str] | None = None,
) -> Trial:
    """Say what moving the course would give; nothing is written.

    Args:
        session: any session.
        runtime: keys and models.
        course: the course.
        version_key: to which version.
        mapping: old element → new element, `DROPPED` for one that the new version does without; without it, back to a
            version that the course came from, the mapping by which it came, turned round.

    Raises:
        NotFound: no such version.
        Conflict: the course has ended.
        DomainError: it runs on that version already, it is another process, or its history cannot be decided again.
    """
    told, target = _asked(session, runtime, course, version_key)
    wanted = dict(mapping) if mapping is not None else _way_back(told, target)
    found, _ = _moved(session, runtime, told, target, wanted)
    state = session.scalar(select(CourseState.state).where(CourseState.course_key == course.key))
    here = _living(session, runtime, told.version, state or b"")
    if isinstance(found, Misfit):
        return Trial(
            target,
            wanted,
            here,
            code=found.code,
            message=found.message,
            seq=told.seqs[found.index] if found.index < len(told.seqs) else 0,
            element=found.element,
            offer=found.offer,
        )
    there = _living(session, runtime, target, found.state)
    return Trial(target, wanted, here, there, found.moved)


def migrate(
    work: UnitOfWork,
    runtime: Runtime,
    course_key: int,
    version_key: int,
    mapping: Mapping[str, str],
    order: Order,
) -> None:
    """Move the course to another version; what its tokens stand at goes with them.

    Raises:
        NotFound: no such course or version.
        Refused: the person may not operate it.
        Conflict: the course has ended.
        DomainError: the reason is missing, or the history does not fit: `fields` says why under `mapping`.
    """
    course = held_for(work, course_key, order)
    row = work.session.get_one(Course, course_key)
    told, target = _asked(work.session, runtime, row, version_key)
    found, now = _moved(work.session, runtime, told, target, dict(mapping))
    if isinstance(found, Misfit):
        raise DomainError(found.code, found.message, fields={"mapping": found.message})
    old = _living(work.session, runtime, told.version, course.state or b"")
    payload = {
        "from": told.version.bundle.digest,
        "to": target.bundle.digest,
        "mapping": dict(mapping),
    }
    if now.found:
        payload[CALLED] = dict(now.found)
    work.session.add(
        PastVersion(
            course_key=course_key,
            until_seq=lock(work, [stream(course_key)])[stream(course_key)].seq,
            version_key=course.version_key,
            until=instant(work, course_key),
            progress=course.progress,
        )
    )
    to = standing(target.model, found.history)
    way = Relocation(told.version, old, to, found.moved, target)
    _change(work, runtime, course, way, (MIGRATED, payload), order)


def undo_migration(work: UnitOfWork, runtime: Runtime, course_key: int, order: Order) -> None:
    """Take the last migration back, as if it had not been: until the next command on the course.

    Raises:
        NotFound: no such course.
        Refused: the person may not operate it.
        Conflict: the last command was no migration: the way back is a migration of its own.
        DomainError: the reason is missing.
    """
    course = held_for(work, course_key, order)
    told = tell(work.session, runtime, course_key)
    if told.before is None:
        raise Conflict(
            "migrate:too-late",
            "Der er sket noget i forløbet siden, så flytningen kan ikke fortrydes. Flyt forløbet tilbage i stedet.",
        )
    back = told.before
    last = past_versions(work.session, course_key)[-1]
    old = _living(work.session, runtime, told.version, course.state or b"")
    moved = {there: here for here, there in told.moved.items()}
    to = standing(back.version.model, back.past)
    payload = {"from": told.version.bundle.digest, "to": back.version.bundle.digest}
    way = Relocation(told.version, old, to, moved, back.version, closed_at=last.until)
    work.session.execute(
        delete(PastVersion).where(
            PastVersion.course_key == course_key, PastVersion.until_seq == last.until_seq
        )
    )
    _change(work, runtime, course, way, (UNDONE, payload), order)


def retold(session: Session, runtime: Runtime, course_key: int, seq: int) -> Standing:
    """Return what a migration, or taking one back, at this entry led to."""
    told = tell(session, runtime, course_key, seq)
    found = standing(told.version.model, told.past)
    return replace(found, state=told.state) if told.state else found


def may_undo(session: Session, runtime: Runtime, course: Course) -> bool:
    """Tell whether the course's last command was a migration, so that it can be taken back."""
    if course.status == "ended" or not past_versions(session, course.key):
        return False
    return tell(session, runtime, course.key).before is not None


def _asked(
    session: Session, runtime: Runtime, course: Course, version_key: int
) -> tuple[Told, Version]:
    if course.status == "ended":
        raise Conflict("course:ended", "Forløbet er afsluttet.")
    row = library.version(session, version_key)
    if row is None:
        raise NotFound("model:unknown", "Den version af modellen findes ikke.")
    if row.process_id != course.process_id:
        text = "Forløbet kan kun flyttes til en anden version af sin egen model."
        raise DomainError("migrate:other-process", text, fields={"version": text})
    if row.key == course.version_key:
        text = "Forløbet kører allerede på den version."
        raise DomainError("migrate:same", text, fields={"version": text})
    return tell(session, runtime, course.key), runtime.models.get(session, row.key)


def _moved(
    session: Session, runtime: Runtime, told: Told, target: Version, mapping: Mapping[str, str]
) -> tuple[Migrated | Misfit, Calling]:
    now = Calling(session, runtime.models, target)
    old, new = told.version.model, target.model
    unknown = [
        name
        for pair in mapping.items()
        for name, model in zip(pair, (old, new), strict=True)
        if name != DROPPED and name not in model.elements
    ]
    if unknown:
        text = f"Elementet {unknown[0]} findes ikke."
        offer = suggest(old, new)
        return Misfit(len(told.past), "migrate:unknown", text, element=unknown[0], offer=offer), now
    found = moved_to(told, target, mapping, now)
    if isinstance(found, Migrated) and ended(found.state):
        text = "I den nye version ville forløbet allerede være slut. Afslut det i stedet, hvis det er meningen."
        return Misfit(len(told.past), "migrate:ends", text, offer=dict(mapping)), now
    return found, now


def _way_back(told: Told, target: Version) -> dict[str, str]:
    """Return the mapping by which the course came from a version, turned round; empty where it never did."""
    for source, _, mapping in reversed(told.trail):
        if source == target.bundle.digest:
            return {new: old for old, new in mapping.items() if new != DROPPED}
    return {}


def _living(
    session: Session, runtime: Runtime, version: Version, state: bytes
) -> tuple[LiveElement, ...]:
    callees = Calling(session, runtime.models, version)
    return tuple(one for one in live(version.model, state, callees) if one.address)


def _change(
    work: UnitOfWork,
    runtime: Runtime,
    course: HeldCourse,
    way: Relocation,
    said: tuple[str, dict[str, Any]],
    order: Order,
) -> None:
    """Write the entry (kind and payload), the course and its rows, then do what follows by itself."""
    kind, payload = said
    at = instant(work, course.key)
    course.state, course.last_at = way.to.state, at
    course.seq += 1
    course.version_key = way.version.key
    work.session.execute(
        update(Course).where(Course.key == course.key).values(version_key=way.version.key)
    )
    written = append(
        work,
        NewEntry(
            stream=stream(course.key),
            at=at,
            actor=order.by.username,
            kind=kind,
            payload={**payload, "reason": order.reason.strip()},
            model_digest=way.version.bundle.digest,
            rules=RULES,
            state_digest=runtime.keyring.state_mac(work.session, stream(course.key), way.to.state),
        ),
        runtime.keyring,
    )
    newest = work.session.scalar(
        select(func.max(Subscription.key)).where(Subscription.course_key == course.key)
    )
    ours = relocate(work, runtime, course, way, order.by.username)
    keep(work, course)
    snapshots.take(work, course, written.seq)
    heard = [] if course.status == SUSPENDED else _heard(work, runtime, course, newest or 0)
    steps: list[Step | JobCreated] = [*ours, *heard]
    if steps:
        follow(work, runtime, course, steps, order.by.username)


def _heard(work: UnitOfWork, runtime: Runtime, course: HeldCourse, newest: int) -> list[Step]:
    """Take the buffered messages that subscriptions wait for which the change has opened."""
    rows = work.session.scalars(
        select(Subscription)
        .where(Subscription.course_key == course.key, Subscription.key > newest)
        .order_by(Subscription.key)
    )
    found = []
    for row in rows:
        event = SubscriptionOpened(row.address, row.element, row.name, row.correlation_key)
        variables = messages.take_buffered(work, runtime.guard, course, event)
        if variables is not None:
            command = CorrelateMessage(course.last_at, row.address, variables)
            found.append(Step(command, "system", row.element))
    return found
