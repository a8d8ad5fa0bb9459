"""An entry of the journal in words."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from app.audit import Act
from app.web.words import stories

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def act(kind: str, reason: str) -> Act:
    return Act(1, AT, AT, kind, "mette", "", "", None, None, reason=reason)


def test_a_reason_stands_beside_the_sentence_once(bare_app: Flask) -> None:
    """The history once repeated a deadline's words below the sentence that had said them."""
    names = {"mette": "Mette Kragh"}
    with bare_app.test_request_context():
        told = act("course:deadline-reminded", "Saml teamet")
        assert stories.sentence(told, names) == "En frist nærmer sig: Saml teamet"
        assert stories.remark(told, names) == ""
        assert (
            stories.remark(act("course:suspended", "Borgeren er rejst"), names)
            == "Borgeren er rejst"
        )
