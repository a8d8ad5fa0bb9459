"""A citizen's extract of the access log, from the command line."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import create_engine

from app import access, citizens
from app.access import NewPerson, Principal, Visit
from app.citizens import NewCitizen
from app.cli.audit import access as access_command
from app.house import open_house
from app.settings import from_environment, with_secrets
from app.storage import schema


def test_the_extract_comes_from_the_command_line_too(tmp_path: Path) -> None:
    settings = {
        "FORLOEB_DATABASE_URL": f"sqlite:///{tmp_path / 'own.sqlite'}",
        "FORLOEB_VAR": str(tmp_path),
    }
    schema.upgrade(create_engine(settings["FORLOEB_DATABASE_URL"]))
    house = open_house(with_secrets(from_environment(settings)))
    mette = NewPerson("mette", "Mette Kragh", ["caseworker"], unit="Ungecentret")
    house.database.run(lambda work: access.add_person(work, mette))
    new, keyring = NewCitizen("050509-4007", "Ida", "Lund"), house.runtime.keyring
    ida = house.database.run(lambda work: citizens.find_or_register(work, keyring, new, "mette"))
    who = Principal(1, "mette", "Mette Kragh", frozenset({"caseworker"}), unit="Ungecentret")
    house.access_log.write(who, Visit("Opgave fra Mette Kragh", "task:read", (ida.key,)))

    path = tmp_path / "udskrift.csv"
    asked = [str(ida.key), "-o", str(path)]
    run = CliRunner(env=settings).invoke(access_command, asked)

    assert run.exit_code == 0, run.output
    lines = path.read_text().splitlines()
    assert lines[0] == "\ufeffHvornår;Hvad;Formål;Som;Enhed"
    assert lines[1].endswith(
        ";Åbnede en opgave;Opgave fra en medarbejder;Sagsbehandler;Ungecentret"
    )
    rows = house.access_log.of_citizen(ida.key)
    assert [row.action for row in rows] == ["audit:access", "task:read"]
    house.database.engine.dispose()
    house.access_log.database.engine.dispose()
