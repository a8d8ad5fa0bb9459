"""The house put together: what the top floor finds in the Flask app, and who registers with whom.

Four things go upwards by registration here and never by import: checks at publish, handlers of
due work, facts, and the operations that models call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from app import (
    audit,
    caseindex,
    citizens,
    consents,
    courses,
    deadlines,
    intake,
    mail,
    meetings,
    nightly,
    plans,
    studio,
    teams,
)
from app.access import AccessLog, open_access_log
from app.clock import Clock, SystemClock
from app.connectors import Registry
from app.courses import Runtime
from app.definitions import Finding, Process, Surroundings, error, library
from app.engine import compile_model, starts
from app.errors import DefinitionError, DomainError
from app.jobs import BackgroundWork, Handler, background_work
from app.journal import Keyring
from app.journal.signing import public_key, signing_key
from app.settings import Settings, from_environment, with_secrets
from app.storage import Database, Facts, UnitOfWork, revision


@dataclass(frozen=True)
class House:
    """One running installation.

    Attributes:
        settings: how it was set up.
        clock: what time it is.
        database: the way in and out of the database.
        runtime: what running a course needs.
        handlers: who does which due work.
        runner: does due work: a thread of `forloeb serve` (embedded), or `forloeb worker` (distributed).
        looks: opens the access log, once.
        verifying: checks all chains, piece by piece.
        connections: what `close` lets go of.
    """

    settings: Settings
    clock: Clock
    database: Database
    runtime: Runtime
    handlers: Mapping[str, Handler]
    runner: BackgroundWork
    looks: Callable[[], AccessLog]
    verifying: audit.Verifying
    connections: ExitStack

    @property
    def access_log(self) -> AccessLog:
        """Who saw which citizens; opened when it is first needed."""
        return self.looks()

    def close(self) -> None:
        """Let go of every connection to the databases: at the end of a command, and before a fork."""
        self.connections.close()

    def publish(self, work: UnitOfWork, files: Mapping[str, bytes], by: str) -> library.Published:
        """Publish files that belong together, with the checks of every floor; see `library.publish`.

        Raises:
            DefinitionError: some finding is an error; nothing is written.
        """
        names = self.runtime.operations.names
        keyring = self.runtime.keyring
        checks = (*CHECKS, deadlines.check_deadlines(work.session, files, work.now))
        published = library.publish(work, files, by, keyring, checks=checks, operations=names)
        fresh = [version for version in published.versions if version.key in published.new]
        courses.listen_for_starts(work, self.runtime, fresh)
        return published

    def examine(
        self, session: Session, files: Mapping[str, bytes], only: str = ""
    ) -> dict[str, tuple[Finding, ...]]:
        """Return what is wrong with files that belong together, by file name; `only` looks at one of them."""
        draft = library.read_draft(files, library.published_tables(session))
        known = Surroundings(
            forms=draft.ids("form"),
            decisions=dict.fromkeys(library.published_resources(session, "dmn"), ())
            | draft.decision_inputs(),
            processes=library.published_calls(session) | draft.calls(),
            jobs=self.runtime.operations.names,
        )
        checks = (*CHECKS, deadlines.check_deadlines(session, files, self.clock.now()))
        if only:
            draft = library.read_draft({only: files[only]}, library.published_tables(session))
        return library.examine_draft(draft, known, checks)

    @property
    def signing_key(self) -> Ed25519PrivateKey:
        """What the daily heads and exports are signed with."""
        return signing_key(self.settings.signing_key)

    @property
    def public_key(self) -> str:
        """Whose signature the daily heads carry: what an auditor keeps."""
        return public_key(signing_key(self.settings.signing_key))


_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""When a start event's time is tried out."""


def runnable(process: Process) -> list[Finding]:
    """Check at publish: what the engine has no rule for."""
    try:
        compile_model(process)
    except DefinitionError as refused:
        return [finding for finding in refused.findings if isinstance(finding, Finding)]
    return []


def can_begin(process: Process) -> list[Finding]:
    """Check at publish: a start event's name and time need no variables, for there are none before the start."""
    try:
        starts(compile_model(process), _ANY_TIME)
    except DefinitionError as refused:
        if refused.code == "engine:start":
            fix = "Skriv navnet eller tiden, så den ikke afhænger af variabler."
            return [error(refused.code, process.id, refused.message, fix)]
    return []


CHECKS: tuple[library.Check, ...] = (runnable, can_begin)
"""Checks of upper floors on a model that is to be published."""


def operations() -> Registry:
    """Return the operations of the field's nouns, and those of installed packages."""
    registry = Registry()
    for noun in (intake, citizens, consents, teams, meetings, plans, deadlines, courses):
        noun.register(registry)
    registry.add_installed()
    return registry


def build(engine: Engine, settings: Settings, clock: Clock | None = None) -> House:
    """Put the parts together on an open engine; secrets must be filled in (`with_secrets`)."""
    facts = Facts()
    clock = clock or SystemClock()
    database = Database(engine, clock, facts)
    guard = courses.ConsentGuard(clock)
    runtime = Runtime(Keyring(settings.master_key), operations(), guard=guard)
    courses.listen(facts, runtime)
    citizens.listen(facts, runtime.keyring)
    key = signing_key(settings.signing_key)
    connections = ExitStack()
    connections.callback(engine.dispose)

    @cache
    def looks() -> AccessLog:
        log = open_access_log(settings.database, clock)
        connections.callback(log.database.engine.dispose)
        return log

    verifying = audit.Verifying(database, runtime, public_key(key), looks)
    handlers: dict[str, Handler] = {
        **courses.duties(runtime),
        **_by_the_clock(settings, runtime),
        **_mail(settings, database),
        caseindex.INDEX: partial(caseindex.make_round, runtime, settings.municipality_code),
        deadlines.WATCH: courses.watch_deadline,
        courses.OVERDUE: _look_for_overdue,
        nightly.NIGHTLY: partial(nightly.make_round, key, runtime.keyring, lambda: looks().heads()),
        audit.VERIFY: verifying.go_on,
        **studio.duties(studio.Workshop(database, runtime, open_house)),
    }
    runner = background_work(database, handlers)
    return House(
        settings, clock, database, runtime, handlers, runner, looks, verifying, connections
    )


def open_house(settings: Settings | None = None, clock: Clock | None = None) -> House:
    """Open an installation without its pages: for commands, workers and throwaway runs."""
    settings = with_secrets(settings or from_environment())
    return build(create_engine(settings.database), settings, clock)


def begin_work(house: House) -> None:
    """Start background work in this process, once the installation is found to be in order.

    Raises:
        DomainError: the database lacks its schema, or the master key is not its own.
    """
    check(house)
    house.database.run(nightly.begin)
    house.database.run(courses.begin_rounds)
    house.database.run(lambda work: _plan_hours(work, house.settings))
    house.database.run(caseindex.begin)
    house.runner.start()


def check(house: House) -> None:
    """See that the installation is in order before anything is read or written.

    Raises:
        DomainError: the database lacks its schema, or the master key is not its own.
    """
    if not revision.is_current(house.database.engine):
        text = "Databasen er ikke på højde med programmet. Kør: forloeb db upgrade"
        raise DomainError("installation:schema", text)
    with house.database.read() as session:
        house.runtime.keyring.check(session)


def _by_the_clock(settings: Settings, runtime: Runtime) -> dict[str, Handler]:
    """Return what happens at an hour of the day that the settings name."""
    if settings.meeting_at is None:
        return {}
    found: dict[str, Handler] = {
        intake.MEETING: partial(intake.begin_meeting, runtime.keyring, settings.meeting_at)
    }
    if settings.sends_mail and settings.mail_at is not None:
        found[intake.AHEAD] = partial(intake.tell_ahead, settings.mail_at, settings.meeting_at)
    return found


def _plan_hours(work: UnitOfWork, settings: Settings) -> None:
    intake.plan_hour(work, intake.MEETING, settings.meeting_at)
    ahead = settings.mail_at if settings.sends_mail and settings.meeting_at is not None else None
    intake.plan_hour(work, intake.AHEAD, ahead)


def _mail(settings: Settings, database: Database) -> dict[str, Handler]:
    """Have colleagues told by mail, where there is a server; what waits for one that is gone is given up."""
    if not settings.sends_mail:
        return {mail.MAIL: mail.give_up}
    address = settings.public_url.rstrip("/")
    server = mail.MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_user,
        settings.smtp_password,
        settings.mail_from,
        address.split("//", 1)[1].split("/", 1)[0].split(":", 1)[0],
    )
    mail.listen(database.facts, address)
    return {mail.MAIL: mail.Postman(database, server).deliver}


def _look_for_overdue(work: UnitOfWork, _ref: str) -> None:
    courses.make_overdue_round(work)
