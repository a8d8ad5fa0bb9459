"""A small mail server for tests: real SMTP on a port of its own, which can be told to fail at each point."""

from __future__ import annotations

import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from typing import cast


class PostOffice(socketserver.ThreadingTCPServer):
    """Keeps what it is given.

    Attributes:
        box: the mails, in order.
        say: what it answers instead of its own words, by command: `{"RCPT": "550 no such user"}`.
        breaks_after: the command after whose work it closes the connection without an answer; `.` is the end of a mail.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.box: list[EmailMessage] = []
        self.say: dict[str, str] = {}
        self.breaks_after = ""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def to(self) -> list[str]:
        """To whom the mails go, in order."""
        return [mail["To"] for mail in self.box]


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._answer("220 post")
        while line := self.rfile.readline():
            command = line.split()[0].decode().upper() if line.strip() else ""
            if command == "DATA" and "DATA" not in self._office.say:
                self._answer("354 go on")
                mail = self._read()
                if "." not in self._office.say:
                    self._office.box.append(mail)
                command = "."
            if command == self._office.breaks_after:
                return
            self._answer(
                self._office.say.get(command, "250 ok" if command != "QUIT" else "221 bye")
            )
            if command == "QUIT":
                return

    @property
    def _office(self) -> PostOffice:
        return cast("PostOffice", self.server)

    def _read(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        return parser.parsebytes(b"".join(lines))

    def _answer(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    """Open a mail server, and close it after."""
    with PostOffice() as office:
        thread = threading.Thread(target=office.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield office
        finally:
            office.shutdown()
            thread.join()
