"""The server that tests talk to leaves nothing open behind a browser that hangs up.

Needed for a bug: a picture of a page that somebody just left stayed open in Werkzeug's server, and
whichever test ran when Python found it failed.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterator
from threading import Lock

from tests.serving import Served

ANSWERS, MOST_CALLS = 15, 2000
"""A machine that is busy takes no notice of many who hang up before it has read what they ask."""

AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER on, with 0 seconds: the connection is reset, as by a browser that goes elsewhere."""


class Answers:
    """An application whose answers count when they are closed."""

    def __init__(self) -> None:
        self.given = self.closed = 0
        self._lock = Lock()

    def __call__(self, environ: object, start_response: object) -> Answers:
        assert callable(start_response)
        start_response("200 OK", [("Content-Length", "4096")])
        with self._lock:
            self.given += 1
        return self

    def __iter__(self) -> Iterator[bytes]:
        yield bytes(4096)

    def close(self) -> None:
        with self._lock:
            self.closed += 1


def test_an_answer_is_closed_when_the_browser_hangs_up() -> None:
    # Given
    answers = Answers()
    served = Served(answers)
    host, port = served.base.removeprefix("http://").split(":")
    # When browsers ask and hang up, sooner and later
    for call in range(MOST_CALLS):
        with socket.create_connection((host, int(port))) as browser:
            browser.sendall(b"GET / HTTP/1.1\r\nHost: forloeb\r\n\r\n")
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            time.sleep(0.001 * (call % 6))
        if answers.given >= ANSWERS:
            break
    # Then each answer is closed before long
    for _ in range(100):
        if answers.closed == answers.given:
            break
        time.sleep(0.1)
    served.close()
    assert answers.given >= ANSWERS
    assert answers.closed == answers.given
