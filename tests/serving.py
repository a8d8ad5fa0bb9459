"""An application on a port of this machine, for as long as a test talks to it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any

from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Served:
    """An application that answers on `base`, in threads of this process, until it is closed."""

    def __init__(self, app: WSGIApplication) -> None:
        self._server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop answering and give the port back."""
        self._server.shutdown()
        self._thread.join(timeout=30)
        self._server.server_close()


def _whole(app: WSGIApplication) -> WSGIApplication:
    """Ask the application for its whole answer and close it, before any of it is sent.

    Werkzeug's server forgets to close an answer when the browser hangs up in the middle of it: a
    picture on a page that somebody just left stayed open, and the test that ran then failed.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body: Any = app(environ, start_response)
        with closing(body) if hasattr(body, "close") else nullcontext():
            return list(body)

    return answer
