"""`forloeb doctor`: each thing that can be wrong is found, and nothing is changed by looking."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli.doctor import doctor
from app.house import House, begin_work, open_house
from app.jobs import run_due, schedule
from app.settings import Settings
from app.storage import schema


def diagnosis(settings: Settings) -> dict[str, Any]:
    environment = {"FORLOEB_VAR": settings.var, "FORLOEB_DATABASE_URL": settings.database_url}
    ran = CliRunner(env=environment).invoke(doctor, ["--json"], catch_exceptions=False)
    answer = json.loads(ran.output)
    assert ran.exit_code == (0 if answer["ok"] else 1)
    return answer | {"found": {check["check"]: check for check in answer["checks"]}}


def wrong(settings: Settings) -> list[str]:
    return [check["check"] for check in diagnosis(settings)["checks"] if not check["ok"]]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(database_url=database_url, var=str(tmp_path / "var"))


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """An installation in order; on PostgreSQL with a worker."""
    made = open_house(settings)
    schema.upgrade(made.database.engine)
    begin_work(made)
    yield made
    made.runner.stop()
    made.database.engine.dispose()


def workers(settings: Settings) -> int:
    said = diagnosis(settings)["found"].get("workers", {"message": "1"})["message"]
    return int(said.split()[0]) if said[0].isdigit() else 0


def test_an_installation_in_order(house: House, settings: Settings) -> None:
    end = time.monotonic() + 30
    while not workers(settings) and time.monotonic() < end:
        time.sleep(0.2)

    assert wrong(settings) == []


def test_before_anything_is_there_it_draws_no_keys(settings: Settings) -> None:
    assert wrong(settings) == ["keys"]
    assert not Path(settings.var).exists()


def test_a_database_without_its_schema(settings: Settings) -> None:
    made = open_house(settings)
    made.database.engine.dispose()
    assert wrong(settings) == ["schema"]


def test_a_key_that_others_can_read(house: House, settings: Settings) -> None:
    (Path(settings.var) / "master-key").chmod(0o644)
    assert wrong(settings) == ["keys"]


def test_work_that_nobody_does(house: House, settings: Settings) -> None:
    house.runner.stop()
    with house.database.write() as work:
        schedule(work, "unheard of", "", work.now - timedelta(hours=2))
    found = diagnosis(settings)["found"]
    assert not found["overdue"]["ok"]
    assert "120 minutter" in found["overdue"]["message"]
    if "workers" in found:
        assert not found["workers"]["ok"]


def test_work_that_fails(house: House, settings: Settings) -> None:
    with house.database.write() as work:
        schedule(work, "unheard of", "", work.now)
    house.runner.stop()
    run_due(house.database, house.handlers)
    assert "failed" in wrong(settings)
