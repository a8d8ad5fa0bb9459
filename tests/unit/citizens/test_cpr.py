from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.citizens import Cpr, age_at, mask, turns_18
from app.errors import DomainError


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("020100-0001", date(1900, 1, 2)),
        ("0201993999", date(1999, 1, 2)),
        ("020136 4000", date(2036, 1, 2)),
        ("020137-4000", date(1937, 1, 2)),
        ("020157-5000", date(2057, 1, 2)),
        ("020158-8000", date(1858, 1, 2)),
        ("020136-9000", date(2036, 1, 2)),
        ("020137-9000", date(1937, 1, 2)),
        ("290200-4000", date(2000, 2, 29)),
    ],
)
def test_the_seventh_digit_tells_the_century(text: str, born: date) -> None:
    assert Cpr.parse(text).birth_date == born
    assert not Cpr.parse(text).is_replacement


def test_a_replacement_number_has_sixty_added_to_its_day() -> None:
    cpr = Cpr.parse("750410-4003")
    assert (cpr.birth_date, cpr.is_replacement) == (date(2010, 4, 15), True)


def test_a_number_that_fails_modulus_eleven_is_as_good_as_any() -> None:
    digits = "0210071234"
    assert sum(int(d) * w for d, w in zip(digits, (4, 3, 2, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11
    assert Cpr.parse(digits).digits == digits


@pytest.mark.parametrize(
    "text",
    ["", "1", "010203-123", "010203-12345", "320101-1234", "310401-1234", "290201-1234",
     "920101-1234", "011301-1234", "abcdef-1234", "٠١٠٢٠٣-١٢٣٤", "010203--1234"],
)  # fmt: skip
def test_what_names_no_date_is_refused_by_field(text: str) -> None:
    with pytest.raises(DomainError) as raised:
        Cpr.parse(text)
    assert raised.value.fields["cpr"]


def test_its_text_form_is_masked() -> None:
    cpr = Cpr.parse("020190-1234")
    assert str(cpr) == repr(cpr) == "020190-••••"
    assert mask("0201901234") == mask("020190-1234") == "020190-••••", "only the birth date shows"
    assert cpr.full == "020190-1234"


@pytest.mark.parametrize(
    ("born", "of_age"),
    [
        (date(2009, 3, 14), date(2027, 3, 14)),
        (date(2008, 2, 29), date(2026, 3, 1)),
    ],
)
def test_the_day_of_coming_of_age(born: date, of_age: date) -> None:
    assert turns_18(born) == of_age


def test_age_changes_at_midnight_in_denmark() -> None:
    born = date(2008, 7, 1)
    assert age_at(born, datetime(2026, 6, 30, 21, 59, tzinfo=UTC)) == 17
    assert age_at(born, datetime(2026, 6, 30, 22, 0, tzinfo=UTC)) == 18
