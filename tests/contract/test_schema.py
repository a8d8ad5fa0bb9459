"""The revisions in migrations/, on both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from app.storage import revision, schema

NAMES = re.compile(r"\d{4}_[a-z0-9_]+\.py")


def leftovers(engine: Engine) -> list[str]:
    """Name what is in the database besides Alembic's own table."""
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    if engine.dialect.name == "postgresql":
        found |= set(inspect(engine).get_sequence_names())
        query = text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        schemas = text("SELECT nspname FROM pg_namespace WHERE nspname = 'procrastinate'")
        with engine.connect() as connection:
            found |= set(connection.execute(query).scalars())
            found |= set(connection.execute(schemas).scalars())
    return sorted(found)


def test_the_schema_goes_up_and_down_and_up_again(engine: Engine) -> None:
    assert schema.upgrade(engine)
    assert revision.is_current(engine)
    there = leftovers(engine)
    assert "journal_entry" in there
    assert ("procrastinate" in there) == (engine.dialect.name == "postgresql")

    schema.downgrade(engine)
    assert leftovers(engine) == []
    assert not revision.is_current(engine)

    schema.upgrade(engine)
    assert leftovers(engine) == there
    assert not schema.upgrade(engine)


def test_the_models_match_the_revisions(engine: Engine, database_url: str) -> None:
    """In a process of its own: only what migrations/env.py imports counts as a model."""
    schema.upgrade(engine)
    run = subprocess.run(
        [sys.executable, "-m", "alembic", "-c", str(revision.MIGRATIONS / "alembic.ini"), "check"],
        env=os.environ | {"FORLOEB_DATABASE_URL": database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_revisions_are_numbered_in_one_line_and_the_head_is_written_down() -> None:
    """Two branches that each add a revision meet as a conflict in migrations/current-head."""
    script = ScriptDirectory.from_config(schema.configure())
    revisions = [revision.revision for revision in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    assert (revision.MIGRATIONS / "current-head").read_text().split() == revisions[-1:]
    for path in (revision.MIGRATIONS / "versions").glob("*.py"):
        assert NAMES.fullmatch(path.name)


def test_the_command_makes_the_folder_and_the_database(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from app.cli.db import upgrade

    folder = tmp_path / "new" / "var"
    run = CliRunner(env={"FORLOEB_VAR": str(folder), "FORLOEB_DATABASE_URL": None})
    first, second = run.invoke(upgrade), run.invoke(upgrade)

    assert (first.output, second.output) == ("Databasen er opgraderet.\n", "Databasen var ajour.\n")
    assert (folder / "forloeb.sqlite").exists()


def test_a_revision_that_fails_leaves_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Operations, "bulk_insert", fail)
    with pytest.raises(ZeroDivisionError):
        schema.upgrade(engine)
    assert leftovers(engine) == []
