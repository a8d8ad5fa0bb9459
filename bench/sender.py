"""Sends prepared HTTP requests on several connections, each one after the other; pickles in, pickles out.

A program of its own with bare sockets, so that it takes little of the machine that it measures.
"""

from __future__ import annotations

import pickle
import socket
import sys
import threading
from time import perf_counter


def main() -> None:
    """Read what to send, send it, and write how many seconds each answer took and all together."""
    port, connections, requests, fine = pickle.load(sys.stdin.buffer)  # noqa: S301 -- the bench's own
    waiting, taken = iter(requests), []
    lock = threading.Lock()

    def send() -> None:
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                with lock:
                    request = next(waiting, None)
                if request is None:
                    return
                began = perf_counter()
                line.sendall(request)
                answer = _answer(line)
                taken.append(perf_counter() - began)
                if answer.split(b" ", 2)[1] != fine:
                    raise RuntimeError(answer[:2000].decode(errors="replace"))

    threads = [threading.Thread(target=send) for _ in range(connections)]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = perf_counter() - began
    if len(taken) != len(requests):
        sys.exit("some requests failed")
    sys.stdout.buffer.write(pickle.dumps((taken, seconds)))


def _answer(line: socket.socket) -> bytes:
    """Read one whole answer."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _more(line)
    head, _, body = answer.partition(b"\r\n\r\n")
    length = 0
    for header in head.lower().split(b"\r\n"):
        if header.startswith(b"content-length:"):
            length = int(header.partition(b":")[2])
    while len(body) < length:
        body += _more(line)
    return head + body


def _more(line: socket.socket) -> bytes:
    read = line.recv(65536)
    if not read:
        raise RuntimeError("the server hung up")
    return read


if __name__ == "__main__":
    main()
