"""Four programs at the same fifty courses at once: nothing is lost or done twice, and losers are told so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import free_port
from tests.acceptance.contended import Contended, look

COURSES = 50
LOST = re.compile(
    r"Opgaven er allerede lukket af (bent|grete|knud|sonja)\. Intet er gemt\."
    r"|En anden gemte samtidig\. Genindlæs siden, og prøv igen\."
)
"""What who came second is told."""


@pytest.fixture
def contended(tmp_path: Path, database_url: str) -> Iterator[Contended]:
    installation = Contended(tmp_path, database_url)
    installation.prepare(COURSES)
    yield installation
    installation.close()


@pytest.mark.parametrize(
    "seconds", [pytest.param(10, id="short"), pytest.param(60, id="long", marks=pytest.mark.long)]
)
def test_four_clients_at_the_same_courses_lose_nothing(contended: Contended, seconds: int) -> None:
    port = free_port()
    server = contended.serve(port, processes=2)
    if contended.url.startswith("postgresql"):
        contended.worker(1)
    server.until_ready()

    contended.start_clients([port], seconds)
    tried = contended.tried()
    contended.stop()

    assert {one.status for one in tried} == {204, 409}
    told = {one.told for one in tried if one.status == 409}
    assert all(LOST.fullmatch(words) for words in told), told
    won = [one for one in tried if one.status == 204]
    assert len({one.task for one in won}) == len(won), "a task was completed twice"

    found = look(contended.house)
    assert len(found) == COURSES
    answers = Counter(answer for one in found for answer in one.answers)
    assert answers == Counter(one.answer for one in won)
