"""The road from a draft to a published version: checked, tried on its scenarios, replayed on history, published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses import Course
from app.definitions import Finding, Severity, library
from app.errors import DomainError
from app.storage import UnitOfWork
from app.studio import drafts, history, trying
from app.studio.background import DONE
from app.studio.differences import Change, differences
from app.studio.rows import ModelDraft, StudioRun
from app.studio.scenarios import scenarios
from app.studio.workspace import Workspace, published_as, workspace

Findings = Mapping[str, tuple[Finding, ...]]


@dataclass(frozen=True)
class Road:
    """How far a draft has come; a run that was done with other files than the draft's of now does not count.

    Attributes:
        errors: findings that must be mended first.
        scenarios: how many the model has.
        tried: the last run of them, on these files or others.
        courses: how many there are whose history can be replayed.
        replayed: the last back-test, on these files or others.
        questions: ways of parting that nobody has accepted.
        behind: somebody has published a version since the draft began.
        digest: of the draft's files.
    """

    errors: int
    scenarios: int
    tried: StudioRun | None
    courses: int
    replayed: StudioRun | None
    questions: tuple[history.Group, ...]
    behind: bool
    digest: str

    @property
    def fresh_trial(self) -> StudioRun | None:
        """The run of scenarios that was done with these very files."""
        return self.tried if self.tried is not None and self.tried.digest == self.digest else None

    @property
    def fresh_replay(self) -> StudioRun | None:
        """The back-test that was done with these very files."""
        found = self.replayed
        return found if found is not None and found.digest == self.digest else None

    @property
    def failed(self) -> int:
        """Scenarios that do not go as they say."""
        run = self.fresh_trial
        return 0 if run is None else sum(not one["passed"] for one in run.result["results"])

    @property
    def tried_all(self) -> bool:
        """Whether every scenario has been run on these files, and goes as it says."""
        if not self.scenarios:
            return True
        run = self.fresh_trial
        return run is not None and run.status == DONE and not self.failed

    @property
    def replayed_all(self) -> bool:
        """Whether history has been replayed on these files, and nothing is left to answer."""
        if not self.courses:
            return True
        run = self.fresh_replay
        return run is not None and run.status == DONE and not self.questions

    @property
    def at(self) -> str:
        """Which step comes next: check, scenarios, backtest or publish."""
        if self.errors or self.behind:
            return "check"
        if not self.tried_all:
            return "scenarios"
        return "publish" if self.replayed_all else "backtest"


def road(session: Session, draft: ModelDraft, at: Workspace, found: Findings) -> Road:
    """Say how far a draft has come; `found` is what the doctor finds in its files."""
    replayed = history.latest(session, draft.key)
    newest = library.latest(session, draft.process_id)
    errors = [one for each in found.values() for one in each if one.severity is Severity.ERROR]
    digest = at.digest
    fresh = replayed is not None and replayed.digest == digest
    return Road(
        len(errors) if at.main else max(len(errors), 1),
        len(scenarios(session, draft.process_id)),
        history.latest(session, draft.key, trying.SCENARIOS),
        _count(session, draft.process_id),
        replayed,
        tuple(history.open_questions(session, replayed)) if fresh and replayed else (),
        newest is not None and newest.key != draft.base_key,
        digest,
    )


def _count(session: Session, process_id: str) -> int:
    query = select(func.count()).select_from(Course).where(Course.process_id == process_id)
    return session.scalar(query) or 0


def changes(session: Session, draft: ModelDraft, at: Workspace) -> tuple[Change, ...]:
    """Return what a draft changes of the newest published version."""
    before = dict(workspace(session, draft.process_id, {}).files)
    for name in at.files.keys() - before.keys():
        known = published_as(session, name, at.files[name])
        if known is not None:
            before[name] = known
    return differences(before, at.files)


def publish(
    work: UnitOfWork,
    draft_key: int,
    by: str,
    findings: Callable[[Session, Mapping[str, bytes]], Findings],
    publisher: Callable[[UnitOfWork, Mapping[str, bytes], str], library.Published],
) -> library.DefinitionVersion:
    """Publish a draft that has come the whole road, and be done with it.

    Args:
        work: the transaction.
        draft_key: the draft.
        by: username.
        findings: `House.examine`.
        publisher: `House.publish`.

    Raises:
        NotFound: no such draft.
        DomainError: a step of the road is missing.
        DefinitionError: a finding is an error.
    """
    draft = drafts.get(work.session, draft_key)
    at = drafts.workspace_of(work.session, draft)
    step = road(work.session, draft, at, findings(work.session, at.files)).at
    if step != "publish":
        raise DomainError("draft:not-ready", MISSING[step])
    process_id = draft.process_id
    published = publisher(work, at.files, by)
    drafts.throw_away(work, draft_key)
    return next(row for row in published.versions if row.process_id == process_id)


MISSING = {
    "check": "Der er fund, der skal rettes, før kladden kan udgives.",
    "scenarios": "Prøvekør først scenarierne på kladden, som den er nu. De skal alle bestå.",
    "backtest": "Genspil først historien på kladden, som den er nu, og tag stilling til det, der afviger.",
}
"""What is missing when a draft stands at a step."""
