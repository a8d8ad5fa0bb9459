"""What courses do when a noun tells a fact: in the same transaction, along the modelled path."""

from __future__ import annotations

from sqlalchemy import update

from app.access import PersonMoved
from app.consents import ConsentRecorded, ConsentWithdrawn
from app.courses.between.delivery import publish_message
from app.courses.kept.deadlines import follow
from app.courses.kept.jobs import JobsOffered
from app.courses.kept.messages import offer_held
from app.courses.rows import Course
from app.courses.running.belonging import follow_person, write_down
from app.courses.runtime import Runtime
from app.courses.tasks.handing_over import schedule as hand_over
from app.courses.tasks.overdue import record, said_of
from app.deadlines import Deadline, DeadlineBreached, DeadlineChanged, DeadlineReminded
from app.meetings import AgreementMade, MeetingsClash
from app.plans import CourseOutcome, SupportClash
from app.storage import Facts, UnitOfWork
from app.teams import HandedOver
from app.units import UnitFollowed

CONSENT_WITHDRAWN = "consent_withdrawn"
"""The message that a model waits for when a consent may be taken back; its key is the citizen's."""

DEADLINE_BREACHED = "deadline_breached"
DEADLINE_WARNING = "deadline_warning"
"""Messages to the course whose deadline is broken, or comes near; the key is the deadline's."""


AGREEMENT_MADE = "agreement_made"
"""The message about one agreement of a meeting, to the course that it falls to; the key is the course's."""

COORDINATION_NEEDED = "coordination_needed"
"""The message to a course whose meeting or support clashes with another course's; the key is the course's."""

TOLD_BY_ITSELF = frozenset(
    {CONSENT_WITHDRAWN, DEADLINE_BREACHED, DEADLINE_WARNING, AGREEMENT_MADE, COORDINATION_NEEDED}
)
"""Messages that follow from what is written elsewhere, and carry it: nobody reports them by hand."""


def listen(facts: Facts, runtime: Runtime) -> None:
    """Subscribe the courses to the facts of other nouns."""

    def withdrawn(work: UnitOfWork, fact: ConsentWithdrawn) -> None:
        variables = {
            "consent_key": str(fact.consent_key),
            "scope": fact.scope,
            "reason": fact.reason,
        }
        publish_message(
            work,
            runtime,
            CONSENT_WITHDRAWN,
            str(fact.citizen_key),
            variables=variables,
            by=fact.by,
        )

    def reminded(work: UnitOfWork, fact: DeadlineReminded) -> None:
        record(work, runtime, fact.deadline, "course:deadline-reminded")
        _tell(work, runtime, DEADLINE_WARNING, fact.deadline)

    def breached(work: UnitOfWork, fact: DeadlineBreached) -> None:
        record(work, runtime, fact.deadline, "course:deadline-breached")
        if not fact.closing:
            _tell(work, runtime, DEADLINE_BREACHED, fact.deadline)

    def agreed(work: UnitOfWork, fact: AgreementMade) -> None:
        agreement = {
            "key": fact.key,
            "what": fact.what,
            "who": fact.who,
            "responsible": fact.responsible,
            "due": fact.due.isoformat() if fact.due else None,
        }
        key, said = str(fact.course_key), {"agreement": agreement}
        publish_message(work, runtime, AGREEMENT_MADE, key, variables=said, by=fact.by)

    def clashing(work: UnitOfWork, fact: MeetingsClash | SupportClash) -> None:
        said = {"coordination": {"what": fact.what, "on": fact.on.isoformat()}}
        key = str(fact.course_key)
        publish_message(work, runtime, COORDINATION_NEEDED, key, variables=said)

    facts.subscribe(AgreementMade, agreed)
    facts.subscribe(MeetingsClash, clashing)
    facts.subscribe(SupportClash, clashing)
    facts.subscribe(ConsentWithdrawn, withdrawn)
    facts.subscribe(ConsentRecorded, lambda work, _: _ask_again(work))
    facts.subscribe(CourseOutcome, _ended)
    facts.subscribe(HandedOver, hand_over)
    facts.subscribe(UnitFollowed, lambda work, fact: write_down(work, runtime, fact))
    facts.subscribe(PersonMoved, follow_person)
    facts.subscribe(DeadlineChanged, follow)
    facts.subscribe(DeadlineReminded, reminded)
    facts.subscribe(DeadlineBreached, breached)
    facts.subscribe(JobsOffered, lambda work, _: work.after_commit.append(runtime.bell.ring))


def _tell(work: UnitOfWork, runtime: Runtime, name: str, about: Deadline) -> None:
    publish_message(work, runtime, name, str(about.key), variables=said_of(about))


def _ask_again(work: UnitOfWork) -> None:
    """Offer what was held back for want of a consent once more: after the commit, in its own transaction."""
    offer_held(work)


def _ended(work: UnitOfWork, fact: CourseOutcome) -> None:
    """Keep with the course how it ended, in the words of those who closed it."""
    work.session.execute(
        update(Course).where(Course.key == fact.course_key).values(outcome=fact.outcome)
    )
