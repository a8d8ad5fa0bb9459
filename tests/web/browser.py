"""A person at the pages, as tests steer one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "korrekt hest batteri"
"""Of everybody that a test makes."""


@dataclass
class Browser:
    """A person at the pages."""

    client: FlaskClient

    def get(self, url: str, **arguments: Any) -> TestResponse:
        return self.client.get(url, **arguments)

    def post(self, url: str, data: dict[str, Any] | None = None, **arguments: Any) -> TestResponse:
        """Send a form with the token that a page of this session carries."""
        return self.client.post(url, data={"csrf_token": self.token(), **(data or {})}, **arguments)

    def token(self) -> str:
        """Any page of a person has a form: the one that logs off."""
        for url in ("/", "/login"):
            page = self.client.get(url, follow_redirects=True).text
            if found := re.search(r'name="csrf_token" value="([^"]+)"', page):
                return found.group(1)
        raise AssertionError("no page with a token")

    def login(self, username: str, password: str = PASSWORD, **data: str) -> TestResponse:
        return self.post("/login", {"username": username, "password": password, **data})
