"""Who carries mail to the server: outside any transaction, so that a slow server holds nobody up, and once.

Before the server is given a mail, "handing" is committed; its answer is written down after. A process that dies before
has sent nothing, and the mail is tried again. One that dies in between leaves a mail that may have gone out: it is not
sent twice, and an operator is told.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app import jobs, log
from app.mail import outbox
from app.mail.rows import GAVE_UP, HANDING, SENT, UNSURE, WAITING, OutgoingMail
from app.mail.server import Letter, MailServer, Never, NotNow, Unsure
from app.storage import Database, UnitOfWork

MOST_ATTEMPTS = 10
"""With the pauses between them, some five hours."""

_FIRST_PAUSE = timedelta(minutes=2)
"""Longer than a server takes that still answers."""

_LONGEST_PAUSE = timedelta(hours=1)


class Postman:
    """Does the due work of mail."""

    def __init__(self, database: Database, server: MailServer) -> None:
        """Keep where mail waits and where it goes."""
        self._database = database
        self._server = server

    def deliver(self, work: UnitOfWork, ref: str) -> None:
        """Have a mail carried to the server after this transaction, and plan the next try in case it is not."""
        row = work.session.get(OutgoingMail, int(ref), with_for_update=True)
        if row is None or row.status not in {WAITING, HANDING}:
            return
        if row.status == HANDING:
            text = "Forbindelsen eller processen faldt ud, mens mailserveren havde mailen."
            outbox.end(work, row.key, UNSURE, text)
        elif row.expires_at is not None and row.expires_at <= work.now:
            outbox.end(work, row.key, GAVE_UP, f"Nåede ikke frem i tide. {row.last_error}".strip())
        elif row.attempts >= MOST_ATTEMPTS:
            outbox.end(work, row.key, GAVE_UP, row.last_error)
        else:
            pause = min(_FIRST_PAUSE * 2**row.attempts, _LONGEST_PAUSE)
            row.attempts += 1
            work.session.flush()
            jobs.schedule(work, outbox.MAIL, ref, work.now + pause)
            letter = Letter(row.key, row.address, row.subject, row.body, row.queued_at)
            work.after_commit.append(partial(self._carry, letter))

    def _carry(self, letter: Letter) -> None:
        key, run = letter.key, self._database.run
        try:
            gone = self._server.hand_over(letter, lambda: run(lambda work: outbox.claim(work, key)))
        except NotNow as error:
            said = str(error)
            log.warning("mail not sent yet", mail=key, error=said)
            run(lambda work: outbox.put_back(work, key, said))
        except (Never, Unsure) as error:
            said, status = str(error), GAVE_UP if isinstance(error, Never) else UNSURE
            log.error("mail not sent", mail=key, status=status, error=said)
            run(lambda work: outbox.end(work, key, status, said))
        else:
            if gone:
                run(lambda work: outbox.end(work, key, SENT))
