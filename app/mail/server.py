"""The municipality's mail server (SMTP, RFC 5321): one connection for one mail, and what its answers mean."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_SECONDS = 30
"""How long the server may take for one answer."""

_ACCEPTED = 250
_FOR_GOOD = 500
"""From this code on, the server says no for good."""


class NotNow(Exception):
    """The server was not reached, or says no for now: the mail has not gone out, and may be tried again."""


class Never(Exception):
    """The server says no for good."""


class Unsure(Exception):
    """The connection broke while the server had the mail: nobody knows whether it goes on."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over.

    Attributes:
        host, port: of the server.
        tls: `starttls`, `tls` (from the first byte), or `none` (a server on the same machine).
        user, password: to log in with; empty: no login.
        sender: address that the mails come from.
        own_host: the installation's name, in greetings and message ids.
    """

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: str
    own_host: str

    def hand_over(self, letter: Letter, claim: Callable[[], bool]) -> bool:
        """Give the server a mail, and tell whether it was.

        Args:
            letter: the mail.
            claim: called when the server has accepted sender and recipient, before it is given the mail itself; False
                where somebody else has given it, and then nothing is.

        Raises:
            NotNow: not reached, or refused for now; nothing went out.
            Never: refused for good.
            Unsure: the connection broke after the mail had been given.
        """
        with self._connected() as smtp:
            _accepted(lambda: smtp.mail(self.sender))
            _accepted(lambda: smtp.rcpt(letter.address))
            if not claim():
                return False
            try:
                answer = smtp.data(letter.written(self).as_bytes(policy=SMTP))
            except smtplib.SMTPDataError as refused:  # before the first byte of the mail
                raise _refusal(refused.smtp_code, refused.smtp_error) from refused
            except (OSError, smtplib.SMTPException) as broken:
                raise Unsure(_said(broken)) from broken
            if answer[0] != _ACCEPTED:
                raise _refusal(*answer)
            return True

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._greeted()
        except (OSError, smtplib.SMTPException) as away:
            raise NotNow(_said(away)) from away
        try:
            yield smtp
        finally:
            with suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _greeted(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP
        if self.tls == "tls":
            safe = ssl.create_default_context()
            smtp = smtplib.SMTP_SSL(
                self.host, self.port, self.own_host, timeout=_SECONDS, context=safe
            )
        else:
            smtp = smtplib.SMTP(self.host, self.port, self.own_host, timeout=_SECONDS)
        try:
            if self.tls == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


@dataclass(frozen=True)
class Letter:
    """What goes out: plain text to one address."""

    key: int
    address: str
    subject: str
    body: str
    at: datetime

    def written(self, server: MailServer) -> EmailMessage:
        """Return the message; its id is the same whenever it is written."""
        message = EmailMessage()
        message["From"] = server.sender
        message["To"] = self.address
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = f"<{self.key}@{server.own_host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body)
        return message


def _accepted(ask: Callable[[], tuple[int, bytes]]) -> None:
    try:
        code, words = ask()
    except (OSError, smtplib.SMTPException) as broken:
        raise NotNow(_said(broken)) from broken
    if code // 100 != 2:
        raise _refusal(code, words)


def _refusal(code: int, words: bytes | str) -> NotNow | Never:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return (Never if code >= _FOR_GOOD else NotNow)(f"{code} {text}"[:500])


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
