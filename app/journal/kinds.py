"""Every kind of entry that there is, and how old ones are read.

A kind's name is `noun:what-happened`. When the shape of its payload changes, add an upcaster: a
function from the payload of one version to that of the next, with a docstring saying what changed.
New entries are then stored as `name@2`, `name@3` …; old ones stay as they are and are read through
the upcasters. Erased parts reach them as `Erased`, wherever a value may stand.

Add a kind here and to docs/journal.md; a test keeps the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry.

    Attributes:
        name: `noun:what-happened`.
        about: when it is written, in one line.
        upcasters: from version 1 to 2, from 2 to 3, and so on.
    """

    name: str
    about: str
    upcasters: tuple[Upcaster, ...] = ()

    @property
    def stored_name(self) -> str:
        """The name that new entries are stored under: with the version, from the second one on."""
        version = len(self.upcasters) + 1
        return self.name if version == 1 else f"{self.name}@{version}"


def registry(kinds: Iterable[Kind]) -> Mapping[str, Kind]:
    """Return kinds by name.

    Raises:
        ValueError: two of one name.
    """
    found: dict[str, Kind] = {}
    for kind in kinds:
        if kind.name in found:
            raise ValueError(f"two kinds of entry are called {kind.name}")
        found[kind.name] = kind
    return found


KINDS = registry(
    [
        # Commands to a running course; each carries a state digest and can be decided again.
        Kind("course:started", "A course was started."),
        Kind("course:task-completed", "A user task was completed with these answers."),
        Kind("course:message-received", "A message reached the course that waited for it."),
        Kind("course:signal-received", "A signal was broadcast and reached the course."),
        Kind("course:timer-fired", "A timer of the course was due and fired."),
        Kind("course:job-completed", "An operation or worker finished a job with this result."),
        Kind("course:job-failed", "An attempt at a job failed."),
        Kind("course:error-thrown", "The worker of a job threw a BPMN error."),
        Kind("course:incident-resolved", "An operator had a halted element tried again."),
        Kind("course:variables-set", "An operator mended variables."),
        Kind("course:token-moved", "An operator moved the course to other elements."),
        Kind("course:retries-updated", "A job was given another number of attempts."),
        Kind("course:suspended", "An operator made the course stand still."),
        Kind("course:resumed", "An operator let a suspended course go on."),
        Kind("course:migrated", "An operator moved the course to another version of its model."),
        Kind("course:migration-undone", "An operator took the last migration back."),
        Kind("course:cancelled", "The course was ended before its time."),
        # What people do around a course without moving it.
        Kind("course:task-claimed", "A person took a task."),
        Kind(
            "course:task-assigned",
            "A task was given to a person, or to nobody; after a handover also to whom it is offered (`users`).",
        ),
        Kind("course:task-released", "A task was given back to its group."),
        Kind("course:message-held", "A message that the course sent is held back from others."),
        Kind("course:message-dropped", "A message that was held back has come to its end."),
        Kind(
            "course:unit-set",
            "The course went over to another unit: with who is responsible for it, or by a person with a reason.",
        ),
        # What comes of a course's deadlines by itself.
        Kind("course:deadline-reminded", "A deadline of the course came near."),
        Kind("course:deadline-breached", "A deadline of the course was broken and escalated."),
        # The field's nouns.
        Kind("citizen:registered", "A citizen became known to this installation."),
        Kind("citizen:changed", "Facts about a citizen changed."),
        Kind("citizen:child-heard", "A child said something in its own words."),
        Kind("citizen:consent-withdrawn", "Somebody took a consent back, outside any task."),
        Kind("citizen:emergency-opened", "Somebody opened emergency access to a citizen."),
        Kind("citizen:emergency-reviewed", "Somebody else reviewed an emergency access."),
        # Samples of courses that an auditor reviews.
        Kind("sample:drawn", "A random sample of courses was drawn for review."),
        Kind("sample:course-reviewed", "A course of a sample was reviewed."),
        Kind("sample:finding-recorded", "Something was found wrong in a course of a sample."),
        Kind("sample:finding-answered", "Whoever was to put a finding right said what was done."),
        Kind("sample:finding-closed", "A finding was followed up."),
        Kind("citizen:barred", "Somebody must have no access to the citizen from then on."),
        Kind("citizen:bar-lifted", "Somebody was taken off the citizen's block list."),
        Kind("citizen:guardian-registered", "Somebody was registered as a child's guardian."),
        Kind(
            "citizen:guardian-let-in", "A guardian's login opens the child's case, in these days."
        ),
        Kind("citizen:guardian-shut-out", "A guardian's login no longer opens the child's case."),
        Kind("citizen:guardian-ended", "A guardian's custody of a child ended."),
        Kind("reference:added", "A course points to a case in another system."),
        Kind("reference:removed", "A course no longer points to a case in another system."),
        Kind("document:received", "A document was taken in; it lies in a draft until it is sent."),
        Kind("document:discarded", "A document that was never sent was thrown away."),
        # The daily meeting of the one entrance.
        Kind("intake:meeting-opened", "An intake meeting began."),
        Kind("intake:inquiry-carried-over", "An intake meeting left an inquiry for the next one."),
        Kind("intake:meeting-closed", "An intake meeting ended: every inquiry has one person."),
        Kind("intake:unattached", "An inquiry came about somebody whose number nobody knows."),
        Kind("intake:unattached-assigned", "Such an inquiry was given to one person, with a day."),
        Kind("intake:attached", "The person of such an inquiry was found, and a course begun."),
        Kind("intake:unattached-closed", "Such an inquiry was closed without a person."),
        Kind("intake:colleagues-asked", "Colleagues were asked to be ready for an urgent inquiry."),
        Kind("intake:sparring", "A colleague's advice was written on an inquiry."),
        Kind("candidates:opened", "An operator entered a legal basis for looking for candidates."),
        Kind("candidates:closed", "That legal basis ended, and the candidates were deleted."),
        Kind("candidates:imported", "Candidates were read from a file, on that legal basis."),
        Kind("candidates:left", "A candidate left the list: as an inquiry, or as not relevant."),
        # The organisation behind the courses.
        Kind("organisation:loaded", "Units were read from a file: those that are new or changed."),
        # Models, forms and decision tables.
        Kind(
            "definition:published", "A version of a model, with forms and decisions, was published."
        ),
    ]
)
"""Every kind, by name."""


def stored_name(name: str, kinds: Mapping[str, Kind] = KINDS) -> str:
    """Return the name to store a new entry of this kind under.

    Raises:
        ValueError: the kind is not listed.
    """
    if name not in kinds:
        raise ValueError(f"{name!r} is not a kind of entry; list it in app/journal/kinds.py")
    return kinds[name].stored_name


def name_of(stored: str) -> str:
    """Return a stored kind's name without its version."""
    return stored.partition("@")[0]


def upcast(stored: str, payload: Any, kinds: Mapping[str, Kind] = KINDS) -> Any:
    """Return a payload in the present shape of its kind.

    An erased payload, and one of a kind that is listed no longer, come back as they are.
    """
    name, _, version = stored.partition("@")
    if name not in kinds or not isinstance(payload, dict):
        return payload
    for upcaster in kinds[name].upcasters[int(version or 1) - 1 :]:
        payload = upcaster(payload)
    return payload
