"""Random samples of courses for review: drawn so that anybody with the seed draws the same ones again.

Courses are ranked by the digest of the seed and their key, and the first ones are taken. Nobody can choose which come
up, and a larger sample with the same seed holds the smaller one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import canonical, keys, units
from app.audit.rows import SampledRow, SampleRow
from app.clock import to_text
from app.courses import Course
from app.errors import DomainError, NotFound
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork

MOST = 500
"""Courses in one sample."""

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Wish:
    """What a sample is drawn from: courses begun in a period, of one kind, that belonged to one unit then.

    Attributes:
        title: what the sample is called.
        wanted: how many courses.
        seed: any text; "" has one drawn.
        since, until: from an instant, and before one; None for no bound.
        process_id: "" for all kinds.
        unit: "" for all units; else the code of the one that they belonged to when the period ended.
    """

    title: str
    wanted: int
    seed: str = ""
    since: datetime | None = None
    until: datetime | None = None
    process_id: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Drawn:
    """What a draw gives: how many courses there were to draw from, their digest, and the ones that came up."""

    population: int
    population_digest: str
    courses: tuple[int, ...]


def ranked(course_keys: Iterable[int], seed: str) -> list[int]:
    """Return courses in the order in which a seed draws them."""
    return sorted(course_keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest())


def draw(session: Session, wish: Wish, seed: str, at: datetime) -> Drawn:
    """Draw from the courses that there are, and their units as of an instant at most; nothing is written."""
    query = select(Course.key).order_by(Course.key)
    if wish.since is not None:
        query = query.where(Course.started_at >= wish.since)
    if wish.until is not None:
        query = query.where(Course.started_at < wish.until)
    if wish.process_id:
        query = query.where(Course.process_id == wish.process_id)
    if wish.unit:
        then = at if wish.until is None else min(at, wish.until - _MOMENT)
        query = query.where(Course.key.in_(units.courses_of([wish.unit], then)))
    found = list(session.scalars(query))
    chosen = ranked(found, seed)[: wish.wanted]
    return Drawn(len(found), canonical.digest(found), tuple(chosen))


def draw_sample(work: UnitOfWork, keyring: Keyring, wish: Wish, by: str) -> int:
    """Draw a sample, keep it, and return its key.

    Raises:
        DomainError: no title, a number that is none, or nothing to draw from.
    """
    wrong = {}
    if not wish.title.strip():
        wrong["title"] = "Skriv, hvad stikprøven skal hedde."
    if not 1 <= wish.wanted <= MOST:
        wrong["wanted"] = f"Skriv et tal fra 1 til {MOST}."
    if wrong:
        raise DomainError("sample:wish", "Stikprøven er ikke trukket.", fields=wrong)
    seed = wish.seed.strip()[:100] or keys.random_token()[:16]
    drawn = draw(work.session, wish, seed, work.now)
    if not drawn.courses:
        text = "Ingen forløb passer til periode, type og enhed."
        raise DomainError("sample:empty", text, fields={"since": text})
    row = SampleRow(
        key=work.next_key(),
        title=wish.title.strip()[:200],
        seed=seed,
        since=wish.since,
        until=wish.until,
        process_id=wish.process_id,
        unit=wish.unit,
        wanted=wish.wanted,
        population=drawn.population,
        population_digest=drawn.population_digest,
        drawn_by=by,
        drawn_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    for place, key in enumerate(drawn.courses, start=1):
        work.session.add(
            SampledRow(sample_key=row.key, place=place, course_key=key, reviewed_by="", remark="")
        )
    payload = {
        "title": row.title,
        "seed": seed,
        "since": to_text(wish.since) if wish.since else None,
        "until": to_text(wish.until) if wish.until else None,
        "process_id": wish.process_id,
        "unit": wish.unit,
        "wanted": wish.wanted,
        "population": drawn.population,
        "population_digest": drawn.population_digest,
        "courses": [str(key) for key in drawn.courses],
    }
    append_told(work, keyring, row.key, "drawn", by, payload)
    return row.key


def drawn_again(session: Session, sample: SampleRow) -> bool:
    """Tell whether the same seed draws the same courses today: nobody has put in others, or taken some out."""
    wish = Wish(
        sample.title,
        sample.wanted,
        sample.seed,
        sample.since,
        sample.until,
        sample.process_id,
        sample.unit,
    )
    held = tuple(one.course_key for one in sampled(session, sample.key))
    return draw(session, wish, sample.seed, sample.drawn_at).courses == held


def sample(session: Session, key: int) -> SampleRow:
    """Return a sample.

    Raises:
        NotFound: there is none with this key.
    """
    row = session.get(SampleRow, key)
    if row is None:
        raise NotFound("sample:unknown", "Stikprøven findes ikke.")
    return row


def samples(session: Session) -> list[SampleRow]:
    """Return all samples, the latest first."""
    query = select(SampleRow).order_by(SampleRow.drawn_at.desc(), SampleRow.key.desc())
    return list(session.scalars(query))


def sampled(session: Session, sample_key: int) -> list[SampledRow]:
    """Return a sample's courses, in the order drawn."""
    query = select(SampledRow).where(SampledRow.sample_key == sample_key)
    return list(session.scalars(query.order_by(SampledRow.place)))


def append_told(
    work: UnitOfWork,
    keyring: Keyring,
    sample_key: int,
    what: str,
    by: str,
    payload: Mapping[str, object],
    subjects: Mapping[str, str] | None = None,
) -> None:
    """Append an entry to a sample's stream.

    Args:
        work: the transaction to write in.
        keyring: seals the payload.
        sample_key: whose stream.
        what: the kind, without the noun.
        by: username.
        payload: the facts.
        subjects: whose data parts of it are (see `app.journal.NewEntry`).
    """
    new = NewEntry(f"sample:{sample_key}", f"sample:{what}", by, payload, subjects or {})
    append(work, new, keyring)
