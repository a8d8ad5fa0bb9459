"""Synthetic CPR numbers are such as no person has."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.citizens import Cpr
from app.invented import passes_modulus_11, synthetic

BORN = st.dates(date(1900, 1, 2), date(2036, 12, 31)).filter(lambda d: (d.day, d.month) != (1, 1))
OCTOBER_2007 = date(2007, 10, 1)


def test_the_check_knows_a_number_that_satisfies_it() -> None:
    # 4·2+3·1+2·1+7·1+6·6+5·2+4·1+3·1+2·1+1·2 = 77 = 7·11
    assert passes_modulus_11("2111621112")
    assert not passes_modulus_11("2111621113")


@given(BORN, st.integers(0, 100_000))
def test_a_number_fails_modulus_11_and_names_its_birth_date(born: date, variant: int) -> None:
    digits = synthetic(born, variant)
    assert not passes_modulus_11(digits)
    assert Cpr.parse(digits).birth_date == born


@given(BORN)
def test_whoever_is_born_when_unchecked_numbers_were_given_out_gets_a_replacement(
    born: date,
) -> None:
    assert Cpr.parse(synthetic(born, 7)).is_replacement == (born >= OCTOBER_2007)


@given(BORN)
def test_two_people_of_one_day_get_different_numbers(born: date) -> None:
    assert synthetic(born, 1) != synthetic(born, 3)


@pytest.mark.parametrize("born", [date(1965, 1, 1), date(2004, 1, 1), date(1899, 5, 5)])
def test_a_day_without_numbers_that_nobody_has_is_refused(born: date) -> None:
    with pytest.raises(ValueError, match="no synthetic number"):
        synthetic(born, 0)
