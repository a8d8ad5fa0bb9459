"""Web processes and workers killed at random under load: timers fire once, journals verify, no task is lost."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import free_port
from tests.acceptance.contended import PATIENCE, Contended, look

COURSES = 20
FEWEST_KILLS = 4
PAUSE = (0.5, 3.0)
"""How long, in seconds, a program that is ready is left alone: it dies in the middle of whatever it does then."""


@pytest.fixture
def contended(tmp_path: Path, postgres_database_url: str) -> Iterator[Contended]:
    installation = Contended(tmp_path, postgres_database_url)
    installation.prepare(COURSES)
    yield installation
    installation.close()


@pytest.mark.parametrize(
    ("seconds", "seed"),
    [pytest.param(20, 1, id="short"), pytest.param(120, 2, id="long", marks=pytest.mark.long)],
)
def test_killed_processes_lose_nothing_and_do_nothing_twice(
    contended: Contended, seconds: int, seed: int
) -> None:
    ports = [free_port(), free_port()]
    web = [contended.serve(port) for port in ports]
    workers = [contended.worker(number) for number in (1, 2)]
    for program in (*web, *workers):
        program.until_ready()

    contended.start_clients(ports, seconds)
    chance, killed = random.Random(seed), Counter[str]()
    end = time.monotonic() + seconds
    while time.monotonic() < end or killed.total() < FEWEST_KILLS or len(killed) < 2:
        assert time.monotonic() < end + PATIENCE, contended.logs()
        time.sleep(chance.uniform(*PAUSE))
        standing = [program for program in workers if program.is_ready]
        if all(program.is_ready for program in web):  # else there would be no load
            standing += web
        if standing:
            victim = chance.choice(standing)
            victim.kill()
            victim.start()
            killed[victim.what[0]] += 1
    tried = contended.tried()
    contended.until_caught_up()
    contended.stop()

    found = look(contended.house)
    assert len(found) == COURSES
    assert all(one.ticks for one in found)
    answers = {answer for one in found for answer in one.answers}
    promised = {one.answer for one in tried if one.status == 204}
    assert promised <= answers <= {one.answer for one in tried}
    assert len(promised) > COURSES
    assert {one.status for one in tried} <= {0, 204, 409}
