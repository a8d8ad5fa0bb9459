"""A .dmn file that imports another: found by namespace, pinned to what it was published with (DMN 1.5 §6.3.3)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from app import dmn, feel
from app.cli.model import model as command
from app.clock import SetClock
from app.definitions import library
from app.errors import DefinitionError
from app.journal import Keyring
from app.storage import Base, Database, Facts, schema

KIND = "https://www.omg.org/spec/DMN/20191111/MODEL/"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def file(name: str, body: str, *imports: str) -> bytes:
    """A .dmn file `name` in the namespace `urn:<name>`, with imports under the names of what they import."""
    wanted = "".join(
        f'<import name="{each}" namespace="urn:{each}" importType="{KIND}"/>' for each in imports
    )
    return (
        f'<definitions xmlns="{KIND}" id="file_{name}" name="{name}" namespace="urn:{name}">'
        f"{wanted}{body}</definitions>"
    ).encode()


def rate(hours: int) -> bytes:
    """A table of hours by age, and a function, to build on."""
    return file(
        "satser",
        '<inputData id="i" name="alder"/>'
        '<businessKnowledgeModel id="uge" name="uge"><encapsulatedLogic><formalParameter name="t"/>'
        "<literalExpression><text>t * 52</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>"
        '<decision id="timer" name="timer"><informationRequirement><requiredInput href="#i"/></informationRequirement>'
        '<decisionTable hitPolicy="UNIQUE"><input label="alder"><inputExpression><text>alder</text></inputExpression>'
        '</input><output name="t"/><rule id="r"><inputEntry><text>&lt; 18</text></inputEntry>'
        f"<outputEntry><text>{hours}</text></outputEntry></rule></decisionTable></decision>",
    )


def yearly(name: str = "aar", imports: str = "satser") -> bytes:
    """A decision that imports the hours and makes a year of them."""
    return file(
        name,
        f'<decision id="{name}" name="{name}"><informationRequirement><requiredDecision href="urn:{imports}#timer"/>'
        f'</informationRequirement><knowledgeRequirement><requiredKnowledge href="urn:{imports}#uge"/>'
        f"</knowledgeRequirement><literalExpression><text>{imports}.uge({imports}.timer)</text></literalExpression>"
        "</decision>",
        imports,
    )


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = create_engine(database_url)
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    yield Database(engine, SetClock(NOW), Facts())
    engine.dispose()


def published(database: Database, files: Mapping[str, bytes]) -> library.Published:
    keyring = Keyring(base64.b64encode(bytes(32)).decode())
    return database.run(lambda work: library.publish(work, files, "dina", keyring))


def answer(database: Database, decision: str = "aar", **inputs: Any) -> Any:
    """What the newest version of a decision comes to."""
    with database.read() as session:
        row = library.latest_resource(session, "dmn", decision)
        assert row is not None
        model = library.decision_model(session, row.digest)
        return feel.to_json(dmn.evaluate(model, decision, inputs, now=NOW, around=True).value)


class TestPublishing:
    def test_files_of_one_folder_build_on_one_another(self, database: Database) -> None:
        published(database, {"a.dmn": yearly(), "b.dmn": rate(3)})
        assert answer(database, alder=16) == 156

    def test_a_file_builds_on_one_that_is_published_already(self, database: Database) -> None:
        published(database, {"b.dmn": rate(3)})
        published(database, {"a.dmn": yearly()})
        assert answer(database, alder=16) == 156

    def test_a_new_version_of_what_is_imported_changes_nothing_until_the_importing_file_is_published(
        self, database: Database
    ) -> None:
        published(database, {"a.dmn": yearly(), "b.dmn": rate(3)})
        assert published(database, {"b.dmn": rate(5)}).resources[0].version == 2
        assert answer(database, alder=16) == 156, "pinned"
        again = published(database, {"a.dmn": yearly()})
        assert [row.version for row in again.resources] == [2, 2], "the same bytes on other rules"
        assert answer(database, alder=16) == 260

    def test_unchanged_files_keep_their_versions(self, database: Database) -> None:
        files = {"a.dmn": yearly(), "b.dmn": rate(3)}
        published(database, files)
        assert published(database, files).new == frozenset()

    def test_the_file_is_given_out_as_it_was_published(self, database: Database) -> None:
        published(database, {"a.dmn": yearly(), "b.dmn": rate(3)})
        with database.read() as session:
            row = library.latest_resource(session, "dmn", "aar")
            assert row is not None
            assert library.content(session, row.digest) == yearly()

    def test_a_file_of_types_and_functions_alone_can_be_imported(self, database: Database) -> None:
        types = file(
            "typer", '<itemDefinition name="alder"><typeRef>number</typeRef></itemDefinition>'
        )
        decision = (
            '<decision id="d" name="d"><variable name="d" typeRef="typer.alder"/>'
            '<literalExpression><text>"x"</text></literalExpression></decision>'
        )
        published(database, {"t.dmn": types})
        published(database, {"d.dmn": file("d", decision, "typer")})
        assert answer(database, "d") is None, "a text is no number"

    def test_a_row_of_imports_is_pinned_all_the_way(self, database: Database) -> None:
        outer = file(
            "yderst",
            '<decision id="dobbelt" name="dobbelt"><informationRequirement><requiredDecision href="urn:aar#aar"/>'
            "</informationRequirement><literalExpression><text>aar.aar * 2</text></literalExpression></decision>",
            "aar",
        )
        published(database, {"c.dmn": outer, "a.dmn": yearly(), "b.dmn": rate(3)})
        published(database, {"a.dmn": yearly(), "b.dmn": rate(5)})
        assert answer(database, "dobbelt", alder=16) == 312


@pytest.mark.parametrize(
    ("files", "code", "says"),
    [
        ({"a.dmn": yearly()}, "dmn:import", "urn:satser"),
        (
            {"a.dmn": yearly("a", "b"), "b.dmn": yearly("b", "a")},
            "dmn:import-cycle",
            "importerer sig selv",
        ),
        ({"a.dmn": yearly("a", "a")}, "dmn:import-cycle", "importerer sig selv"),
        (
            {
                "a.dmn": yearly(),
                "b.dmn": rate(3),
                "c.dmn": rate(3).replace(b'id="timer"', b'id="t2"').replace(b"file_satser", b"two"),
            },
            "dmn:import-ambiguous",
            "b.dmn, c.dmn",
        ),
        (
            {f"{n}.dmn": yearly(f"f{n}", f"f{n + 1}") for n in range(12)} | {"z.dmn": rate(3)},
            "dmn:import-depth",
            "10 led",
        ),
    ],
)
def test_an_import_that_cannot_be_followed_is_refused(
    database: Database, files: Mapping[str, bytes], code: str, says: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        published(database, files)
    found = [each for each in refused.value.findings if each.code == code]
    assert found
    assert says in found[0].message
    assert found[0].fix


def test_the_inputs_of_an_imported_decision_are_known() -> None:
    draft = library.read_draft({"a.dmn": yearly(), "b.dmn": rate(3)})
    assert draft.decision_inputs() == {"aar": ("alder",), "timer": ("alder",)}


def test_a_folder_takes_what_it_imports_from_around_it(tmp_path: Path) -> None:
    course, shared = tmp_path / "workflows/a", tmp_path / "workflows/shared"
    course.mkdir(parents=True)
    shared.mkdir()
    (course / "aar.dmn").write_bytes(yearly())
    (shared / "satser.dmn").write_bytes(rate(3))
    (shared / "andet.dmn").write_bytes(yearly("andet"))
    assert set(library.gather(course)) == {"a/aar.dmn", "shared/satser.dmn"}


def test_model_check_finds_what_a_file_imports_beside_it(
    tmp_path: Path, run_check: Callable[[Path], Any]
) -> None:
    (tmp_path / "aar.dmn").write_bytes(yearly())
    assert "dmn:import" in run_check(tmp_path / "aar.dmn")
    (tmp_path / "satser.dmn").write_bytes(rate(3))
    assert run_check(tmp_path / "aar.dmn") == []


@pytest.fixture
def run_check() -> Callable[[Path], Any]:
    """`forloeb model check FILE --json`: the codes of what it finds."""

    def run(path: Path) -> list[str]:
        outcome = CliRunner().invoke(command, ["check", str(path), "--json"])
        (found,) = json.loads(outcome.output)["files"].values()
        return [each["code"] for each in found["findings"]]

    return run
