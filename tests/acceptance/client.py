"""A program that completes tasks over HTTP until its time is up: `client.py SECONDS USERNAME PASSWORD BASE…`.

It prints one JSON line for each attempt. Where a server does not answer it goes to the next one.
"""

from __future__ import annotations

import base64
import http.client
import json
import random
import sys
import time
import urllib.error
import urllib.request
from itertools import count
from typing import Any

PER_LOOK = 8
"""How many tasks are tried before the list is read again: long enough that others have been there."""


class Client:
    """One person's program."""

    def __init__(self, username: str, password: str, bases: list[str]) -> None:
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._headers = {"Content-Type": "application/json", "Authorization": f"Basic {token}"}
        self._bases = bases
        self._username = username
        self._chance = random.Random(username)
        self._numbers = count(1)

    def work(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            asked = {"filter": {"state": "CREATED"}, "page": {"limit": 200}}
            status, found = self._ask("/v2/user-tasks/search", asked)
            if status != 200:
                time.sleep(0.1)
                continue
            keys = [item["userTaskKey"] for item in found["items"]]
            for key in self._chance.sample(keys, min(PER_LOOK, len(keys))):
                self._complete(key)

    def _complete(self, key: str) -> None:
        answer = f"{self._username}-{next(self._numbers)}"
        status, said = self._ask(
            f"/v2/user-tasks/{key}/completion", {"variables": {"answer": answer}}
        )
        line = {
            "task": key,
            "answer": answer,
            "status": status,
            "told": said.get("detail", "") if said else "",
        }
        sys.stdout.write(json.dumps(line) + "\n")

    def _ask(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        request = urllib.request.Request(  # noqa: S310 -- our own server's address
            self._bases[0] + path, json.dumps(body).encode(), self._headers
        )
        try:
            return _answer(request)
        except (OSError, http.client.HTTPException, ValueError):
            self._bases.append(self._bases.pop(0))
            return 0, None


def _answer(request: urllib.request.Request) -> tuple[int, Any]:
    """Return what the server says, be it a refusal; it may be killed in the middle of either."""
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 -- our own server's address
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as refused:
        if refused.code >= 500:
            raise
        return refused.code, json.loads(refused.read())


if __name__ == "__main__":
    seconds, username, password, *bases = sys.argv[1:]
    Client(username, password, bases).work(float(seconds))
