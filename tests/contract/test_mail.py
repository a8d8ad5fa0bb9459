"""A mail goes out once, whoever dies when, and one that did not arrive is seen; on both databases, by real SMTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from app import access, jobs, mail
from app.access import NewPerson
from app.clock import SetClock
from app.jobs import Handler
from app.mail import MailServer, NewMail, OutgoingMail
from app.storage import Database
from tests.post_office import PostOffice, post_office


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as opened:
        yield opened


@pytest.fixture
def staffed(database: Database) -> Database:
    maja = NewPerson("maja", "Maja Holm", ["coordinator"], email="maja@kommune.example")
    database.run(lambda work: access.add_person(work, maja))
    return database


def server(port: int) -> MailServer:
    return MailServer(
        "127.0.0.1", port, "none", "", "", "forloeb@kommune.example", "kommune.example"
    )


def handlers(database: Database, office: PostOffice) -> dict[str, Handler]:
    return {mail.MAIL: mail.Postman(database, server(office.port)).deliver}


def queue(database: Database, cause: str = "inquiry:1:1", until: datetime | None = None) -> None:
    new = NewMail(cause, "maja", "Du har fået en ny opgave", "Frist 5. november.\n", until)
    database.run(lambda work: mail.queue(work, new))


def undelivered(database: Database) -> list[OutgoingMail]:
    with database.read() as session:
        return mail.undelivered(session)


def test_a_mail_is_sent_once_and_written_in_danish(staffed: Database, office: PostOffice) -> None:
    queue(staffed)
    queue(staffed)  # for the same cause
    work = handlers(staffed, office)

    assert jobs.run_due(staffed, work) == 1
    assert jobs.run_due(staffed, work) == 0

    (sent,) = office.box
    assert sent["To"] == "maja@kommune.example"
    assert sent["Subject"] == "Du har fået en ny opgave"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent.get_content().strip() == "Frist 5. november."
    assert undelivered(staffed) == []


def test_what_was_rolled_back_is_not_sent(staffed: Database, office: PostOffice) -> None:
    with pytest.raises(ZeroDivisionError), staffed.write() as work:  # noqa: PT012 -- dies inside
        mail.queue(work, NewMail("c", "maja", "s", "b"))
        raise ZeroDivisionError

    assert jobs.run_due(staffed, handlers(staffed, office)) == 0
    assert office.box == []


def test_workers_that_come_at_once_send_it_once(staffed: Database, office: PostOffice) -> None:
    for number in range(6):
        queue(staffed, f"inquiry:{number}:1")
    ready = threading.Barrier(4)

    def work() -> None:
        ready.wait()
        jobs.run_due(staffed, handlers(staffed, office))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(office.box) == 6
    assert len({sent["Message-ID"] for sent in office.box}) == 6


@pytest.mark.parametrize(
    "say", [{"RCPT": "450 try later"}, {"DATA": "421 busy"}, {".": "452 full"}, {"MAIL": "451 no"}]
)
def test_what_the_server_refuses_for_now_is_tried_again_with_longer_pauses(
    staffed: Database, office: PostOffice, clock: SetClock, say: dict[str, str]
) -> None:
    queue(staffed)
    work = handlers(staffed, office)
    office.say = say
    jobs.run_due(staffed, work)
    clock.advance(timedelta(minutes=2))
    jobs.run_due(staffed, work)
    clock.advance(timedelta(minutes=2))
    assert jobs.run_due(staffed, work) == 0, "the second pause is longer"

    office.say = {}
    clock.advance(timedelta(minutes=2))
    jobs.run_due(staffed, work)

    assert office.to == ["maja@kommune.example"]


def test_a_server_that_is_away_for_hours_is_given_up_and_seen_until_an_operator_tries_again(
    staffed: Database, office: PostOffice, clock: SetClock
) -> None:
    queue(staffed)
    away = {mail.MAIL: mail.Postman(staffed, server(1)).deliver}
    for _ in range(12):
        jobs.run_due(staffed, away)
        clock.advance(timedelta(hours=1))

    (lost,) = undelivered(staffed)
    assert (lost.status, lost.attempts) == ("gave_up", 10)
    assert "refused" in lost.last_error
    staffed.run(lambda work: mail.send_again(work, lost.key))
    jobs.run_due(staffed, handlers(staffed, office))
    assert len(office.box) == 1
    assert undelivered(staffed) == []


def test_an_address_that_is_not_there_is_given_up_at_once(
    staffed: Database, office: PostOffice
) -> None:
    queue(staffed)
    office.say = {"RCPT": "550 no such user"}
    jobs.run_due(staffed, handlers(staffed, office))

    (lost,) = undelivered(staffed)
    assert (lost.status, lost.last_error) == ("gave_up", "550 no such user")
    staffed.run(lambda work: mail.dismiss(work, lost.key))
    assert undelivered(staffed) == []


def test_a_word_ahead_that_comes_too_late_is_not_sent(
    staffed: Database, office: PostOffice, clock: SetClock
) -> None:
    queue(staffed, until=clock.now() + timedelta(minutes=30))
    clock.advance(timedelta(minutes=31))
    jobs.run_due(staffed, handlers(staffed, office))

    assert office.box == []
    assert [lost.status for lost in undelivered(staffed)] == ["gave_up"]


def test_who_wants_no_mail_has_no_address_or_has_left_is_sent_none(
    staffed: Database, office: PostOffice
) -> None:
    staffed.run(lambda work: access.set_mail(work, "maja", wanted=False))
    queue(staffed)
    staffed.run(lambda work: access.set_mail(work, "maja", wanted=True, address=""))
    queue(staffed)
    staffed.run(lambda work: access.set_mail(work, "maja", address="maja@kommune.example"))
    staffed.run(lambda work: access.deactivate(work, "maja"))
    queue(staffed)

    assert jobs.run_due(staffed, handlers(staffed, office)) == 0


_WORKER = textwrap.dedent("""
    import os, signal, sys
    from datetime import timedelta
    from sqlalchemy import create_engine
    from app import jobs, mail
    from app.clock import SetClock, from_text
    from app.mail import outbox, server
    from app.storage import Database, Facts

    url, port, now, dies = sys.argv[1:]
    database = Database(create_engine(url), SetClock(from_text(now)), Facts())
    where = mail.MailServer("127.0.0.1", int(port), "none", "", "", "f@kommune.example", "kommune.example")

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    if dies == "before":
        server.MailServer.hand_over = die
    elif dies == "accepted":
        server.smtplib.SMTP.data = die
    elif dies == "after":
        outbox.end = die
    jobs.run_due(database, {mail.MAIL: mail.Postman(database, where).deliver})
""")


def killed(database: Database, office: PostOffice, clock: SetClock, dies: str) -> None:
    """Let a worker process do what is due and be killed at a point on the way."""
    from app.clock import to_text

    url = database.engine.url.render_as_string(hide_password=False)
    run = subprocess.run(
        [sys.executable, "-c", _WORKER, url, str(office.port), to_text(clock.now()), dies],
        env=os.environ,
        check=False,
        timeout=60,
    )
    assert run.returncode == -signal.SIGKILL


def test_a_worker_that_is_killed_before_the_mail_is_given_has_sent_nothing_and_the_next_one_does(
    staffed: Database, office: PostOffice, clock: SetClock
) -> None:
    queue(staffed)
    killed(staffed, office, clock, "before")
    assert office.box == []

    clock.advance(timedelta(minutes=2))
    jobs.run_due(staffed, handlers(staffed, office))
    assert len(office.box) == 1


@pytest.mark.parametrize(("dies", "arrived"), [("accepted", 0), ("after", 1)])
def test_a_worker_that_is_killed_while_the_server_has_the_mail_never_sends_it_twice(
    staffed: Database, office: PostOffice, clock: SetClock, dies: str, arrived: int
) -> None:
    queue(staffed)
    killed(staffed, office, clock, dies)

    for _ in range(3):
        clock.advance(timedelta(hours=1))
        jobs.run_due(staffed, handlers(staffed, office))

    assert len(office.box) == arrived
    assert [lost.status for lost in undelivered(staffed)] == ["unsure"]


def test_a_connection_that_breaks_before_the_answer_leaves_it_to_an_operator(
    staffed: Database, office: PostOffice, clock: SetClock
) -> None:
    queue(staffed)
    office.breaks_after = "."
    jobs.run_due(staffed, handlers(staffed, office))
    office.breaks_after = ""
    clock.advance(timedelta(hours=1))
    jobs.run_due(staffed, handlers(staffed, office))

    assert len(office.box) == 1
    assert [lost.status for lost in undelivered(staffed)] == ["unsure"]
