"""`forloeb course`: what an operator does to many courses at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import access, audit, courses
from app.access import NewPerson
from app.cli.course import course
from app.courses import Course, StartRequest
from app.definitions import library
from app.house import House, open_house
from app.settings import Settings
from app.storage import schema
from tests.unit.courses.conftest import HEAD
from tests.unit.courses.test_operating import ask, line


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = open_house(
        Settings(database_url=f"sqlite:///{tmp_path / 'f.sqlite'}", var=str(tmp_path / "var"))
    )
    schema.upgrade(made.database.engine)
    new = NewPerson("bo", "Bo Strøm", ("operator",), (), password="korrekt hest batteri")
    made.database.run(lambda work: access.add_person(work, new))
    yield made
    made.database.engine.dispose()


def publish(house: House, body: str) -> None:
    files = {"p.bpmn": (HEAD + body + "</definitions>").encode()}
    house.database.run(lambda work: library.publish(work, files, "per", house.runtime.keyring))


def start(house: House) -> int:
    return house.database.run(
        lambda work: courses.start(work, house.runtime, StartRequest("p"), "bo").key
    )


def run(house: House, *arguments: object) -> Result:
    environment = {
        "FORLOEB_VAR": house.settings.var,
        "FORLOEB_DATABASE_URL": house.settings.database_url,
    }
    return CliRunner(env=environment).invoke(course, [str(one) for one in arguments])


def tried(house: House, *arguments: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(house, "migrate", *arguments, "--json").output)
    return found


def status(house: House, key: int) -> tuple[str, int]:
    with house.database.read() as session:
        found = session.get_one(Course, key)
        version = library.version(session, found.version_key)
        assert version is not None
        return found.status, version.version


BY = ("--by", "bo", "--reason", "Modellen rettes.")


def test_courses_are_suspended_and_go_on_together(house: House) -> None:
    publish(house, line(ask("one")))
    first, second = start(house), start(house)
    assert run(house, "suspend", first, second, *BY).exit_code == 0
    assert [status(house, key)[0] for key in (first, second)] == ["suspended"] * 2
    # One that stands still already is told, the others are done
    third = start(house)
    again = run(house, "suspend", first, third, *BY)
    assert again.exit_code == 1
    assert status(house, third)[0] == "suspended"
    assert run(house, "resume", first, second, third, *BY).exit_code == 0
    assert run(house, "cancel", second, *BY).exit_code == 0
    assert status(house, second)[0] == "ended"


def test_all_courses_of_a_version_are_tried_and_those_that_fit_are_moved(house: House) -> None:
    publish(house, line(ask("one"), ask("two")))
    fits, stuck = start(house), start(house)
    with house.database.read() as session:
        (task,) = courses.tasks_of(session, stuck)
        who = access.acting(session, "bo")
    assert who is not None
    house.database.run(lambda work: courses.complete(work, house.runtime, task.key, {}, who))
    publish(house, line(ask("first"), ask("two")))

    trial = tried(house, "--all-on", "p:1", "--to", 2)
    assert [(one["course"], one["fits"]) for one in trial] == [
        (str(fits), True),
        (str(stuck), False),
    ]
    assert (trial[1]["entry"], trial[1]["element"]) == (2, "one")
    assert status(house, fits)[1] == 1

    assert run(house, "migrate", "--all-on", "p:1", "--to", 2, "--go", *BY).exit_code == 1
    assert [status(house, key)[1] for key in (fits, stuck)] == [2, 1]
    moved = run(house, "migrate", stuck, "--to", 2, "--map", "one=first", "--go", *BY)
    assert moved.exit_code == 0, moved.output
    assert status(house, stuck)[1] == 2
    with house.database.read() as session:
        assert audit.verify(session, house.runtime).ok


@pytest.mark.parametrize(
    "arguments",
    [
        ("--to", 2),
        (1, "--all-on", "p:1", "--to", 2),
        ("--all-on", "p", "--to", 2),
        (1, "--to", 2, "--map", "one"),
        (1, "--to", 2, "--go"),
    ],
)
def test_wrong_use_is_told(house: House, arguments: tuple[object, ...]) -> None:
    assert run(house, "migrate", *arguments).exit_code == 2
