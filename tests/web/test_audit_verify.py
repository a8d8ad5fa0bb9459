"""The page that proves: a button, a big answer, progress for a large journal, and the daily heads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import text

from app import jobs
from app.journal import signing
from tests.web import youth
from tests.web.youth import YouthTown


@pytest.fixture
def town(tmp_path: Path) -> Iterator[YouthTown]:
    built = youth.build(tmp_path)
    key = built.start(built.citizen("Ida", "Lund", "050502-4007"))
    built.to_consent(key)
    built.house.database.run(lambda work: signing.sign(work, built.house.signing_key))
    yield built
    built.house.database.engine.dispose()


def tamper(town: YouthTown, *statements: str) -> None:
    with town.house.database.engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_the_button_answers_in_green_and_the_answer_is_kept(town: YouthTown) -> None:
    karen = town.browser("karen")
    answer = karen.post("/audit/verify")
    assert answer.status_code == 303
    page = karen.get(answer.location).text
    assert '<h2 id="proof">Kæden er hel</h2>' in page
    town.clock.advance(timedelta(hours=1))
    again = karen.get("/audit/verify").text
    assert "Tidligere efterprøvninger" in again
    assert "Karen Bjerre" in again


def test_where_it_breaks_it_says_what_was_expected_and_found(town: YouthTown) -> None:
    tamper(town, "DELETE FROM journal_entry WHERE stream LIKE 'course:%' AND seq = 3")
    page = town.browser("karen").post("/audit/verify", follow_redirects=True).text
    assert "Kæden er brudt ved post 3" in page
    assert "posten mangler" in page
    assert '<dt>Ventet</dt><dd class="mono">3</dd>' in page
    assert '<dt>Fundet</dt><dd class="mono">4</dd>' in page
    assert "Kæden er brudt</span>" in page, "in the list of earlier answers too"


def test_a_large_journal_shows_how_far_it_is(
    town: YouthTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("app.audit.verifying"), "AT_ONCE", 1)
    karen = town.browser("karen")
    url = karen.post("/audit/verify").location
    page = karen.get(url).text
    assert "Efterprøver, 0 % er nået" in page
    assert f'href="{url}" data-again="3"' in page
    assert '<progress max="100" value="0"' in page
    assert "I gang, 0 %" in page

    jobs.run_due(town.house.database, town.house.handlers)
    assert '<h2 id="proof">Kæden er hel</h2>' in karen.get(url).text


def test_a_head_is_fetched_and_kept_and_the_journal_held_against_it(town: YouthTown) -> None:
    karen = town.browser("karen")
    day = town.clock.now().date().isoformat()
    assert f'href="/audit/heads/{day}.json"' in karen.get("/audit/verify").text
    kept = karen.get(f"/audit/heads/{day}.json")
    assert kept.headers["Content-Disposition"] == f'attachment; filename="kaedehoved-{day}.json"'
    assert karen.get("/audit/heads/2020-01-01.json").status_code == 404

    def compared() -> str:
        file = (io.BytesIO(kept.data), "head.json")
        sent = karen.post("/audit/heads", {"head": file}, content_type="multipart/form-data")
        assert sent.status_code == 200
        return str(sent.text)

    assert f"Journalen er, som den var den {day}" in compared()
    tamper(
        town,
        "DELETE FROM journal_entry WHERE stream LIKE 'citizen:%'",
        "DELETE FROM stream_head WHERE stream LIKE 'citizen:%'",
        "DELETE FROM signed_leaf WHERE stream LIKE 'citizen:%'",
    )
    page = compared()
    assert f"Journalen er ikke, som den var den {day}" in page
    assert "kæden er klippet over her" in page


def test_a_file_that_is_no_head_is_refused(town: YouthTown) -> None:
    karen = town.browser("karen")
    day = town.clock.now().date().isoformat()
    kept = karen.get(f"/audit/heads/{day}.json").data
    for content, words in (
        (b"x", "Filen er ikke et underskrevet kædehoved."),
        (kept.replace(b'"root": "', b'"root": "0'), "ændret, siden det blev underskrevet"),
    ):
        file = (io.BytesIO(content), "head.json")
        page = karen.post("/audit/heads", {"head": file}, content_type="multipart/form-data")
        assert page.status_code == 422
        assert words in page.text
    assert karen.post("/audit/heads").status_code == 422


def test_only_auditors_verify(town: YouthTown) -> None:
    for who in ("mette", "tina", "bo"):
        browser = town.browser(who)
        assert browser.get("/audit/verify").status_code == 403
        assert browser.post("/audit/verify").status_code == 403
        assert browser.post("/audit/heads").status_code == 403
