"""The organisation read from a file: what is taken in, what is refused, and what stands above and below."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app import units
from app.clock import SetClock
from app.errors import DomainError
from app.journal import Keyring, read
from app.storage import Database
from app.units import Loaded, Unit

FK = "1c9a3f52-5d0e-4b52-9f0c-0d6e5a7b8c01"

ROWS = [
    {"code": "bu", "name": "Børn og Unge", "uuid": FK.upper()},
    {"code": "uc", "name": "Ungecentret", "parent": "bu"},
    {"code": "fr", "name": "Familierådgivningen", "parent": FK},
    {"code": "uv", "name": "Ungevejledningen", "parent": "uc"},
]
CSV = "\n".join(
    [
        "code;name;parent;uuid",
        f"bu;Børn og Unge;;{FK}",
        "uc;Ungecentret;bu;",
        f"fr;Familierådgivningen;{FK};",
        "uv;Ungevejledningen;uc;",
    ]
)


def load(database: Database, keyring: Keyring, *rows: dict[str, str]) -> Loaded:
    wanted = units.read_units(json.dumps(rows).encode())
    return database.run(lambda work: units.load(work, keyring, wanted, "bo"))


@pytest.mark.parametrize("data", [json.dumps(ROWS), CSV, "\ufeff" + CSV.replace(";", ",")])
def test_json_and_csv_say_the_same(database: Database, keyring: Keyring, data: str) -> None:
    wanted = units.read_units(data.encode())
    database.run(lambda work: units.load(work, keyring, wanted, "bo"))
    with database.read() as session:
        assert units.all_units(session) == [
            Unit("bu", "Børn og Unge", None, FK),
            Unit("fr", "Familierådgivningen", "bu"),
            Unit("uc", "Ungecentret", "bu"),
            Unit("uv", "Ungevejledningen", "uc"),
        ]
        assert units.below(session, "bu") == {"bu", "fr", "uc", "uv"}
        assert units.below(session, "uv") == {"uv"}
        assert units.above(session, "uv") == {"uv", "uc", "bu"}
        assert units.names(session, {"uc", "gone"}) == {"uc": "Ungecentret", "gone": "gone"}


def test_a_file_adds_and_changes_and_takes_nothing_away(
    database: Database, keyring: Keyring, clock: SetClock
) -> None:
    assert load(database, keyring, *ROWS).added == ("bu", "uc", "fr", "uv")
    before = clock.now()
    clock.advance(timedelta(days=1))
    moved = ROWS[3] | {"parent": "fr"}
    found = load(database, keyring, ROWS[0], moved, {"code": "ny", "name": "Ny"})
    assert found == Loaded(("ny",), ("uv",), ("bu",), ("fr", "uc"))
    with database.read() as session:
        assert units.above(session, "uv") == {"uv", "fr", "bu"}
        assert units.regrouped_since(session, "uv", before)
        assert not units.regrouped_since(session, "uc", before)
        told = list(read(session, units.STREAM, keyring))
    assert [one.kind for one in told] == ["organisation:loaded"] * 2
    assert [one["code"] for one in told[1].payload["units"]] == ["ny", "uv"]
    assert (told[1].actor, told[1].payload["units"][1]["parent"]) == ("bo", "fr")


def test_what_says_nothing_new_leaves_no_trace(database: Database, keyring: Keyring) -> None:
    load(database, keyring, *ROWS)
    assert load(database, keyring, *ROWS).same == ("bu", "uc", "fr", "uv")
    with database.read() as session:
        assert len(list(read(session, units.STREAM, keyring))) == 1


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"code": "uc", "name": "Ungecentret", "parent": "x"}], "uc: Enheden over den, x,"),
        ([ROWS[0], ROWS[0]], "bu: Enheden står to gange i filen."),
        ([ROWS[0], {"code": "b", "name": "B", "uuid": FK}], "UUID'et står også ved bu."),
        ([{"code": "a", "name": "A", "parent": "a"}], "a: Enheden står over sig selv."),
        (
            [{"code": "a", "name": "A", "parent": "b"}, {"code": "b", "name": "B", "parent": "a"}],
            "a: Enheden står over sig selv.",
        ),
        ([{"code": "a", "name": ""}], "1: code og name skal være udfyldt."),
        ([{"code": "a", "name": "A", "uuid": "123"}], "1: 123 er ikke et UUID."),
        ([{"code": "a" * 101, "name": "A"}], "1: code er længere end 100 tegn."),
        ([], "Filen nævner ingen enheder."),
    ],
)
def test_what_does_not_fit_is_refused_whole(
    database: Database, keyring: Keyring, rows: list[dict[str, str]], told: str
) -> None:
    with pytest.raises(DomainError) as refused:
        load(database, keyring, *rows)
    assert told in refused.value.message
    with database.read() as session:
        assert units.all_units(session) == []


@pytest.mark.parametrize("data", [b"\xff\xfe", b"[{]", b"navn;kode\na;b", b'["a"]'])
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(DomainError):
        units.read_units(data)


def test_a_course_belongs_to_one_unit_at_every_instant(database: Database, clock: SetClock) -> None:
    times = []
    for unit in ("uc", "uc", "fr"):
        times.append(clock.now())
        database.run(lambda work, unit=unit: units.belong(work, 7, unit, work.now))
        clock.advance(timedelta(days=1))
    with database.read() as session:
        then = [units.unit_of(session, 7, at) for at in times]
        assert [one.unit for one in then if one] == ["uc", "uc", "fr"]
        assert units.unit_of(session, 7, times[0] - timedelta(seconds=1)) is None
        assert [(one.unit, one.valid_to) for one in units.history(session, 7)] == [
            ("uc", times[2]),
            ("fr", None),
        ]
        assert list(session.scalars(units.courses_of({"uc"}))) == []
        assert list(session.scalars(units.courses_of({"uc"}, times[1]))) == [7]
