"""One page of a long list: which rows stand on it, whatever number a URL asks for."""

from __future__ import annotations

import pytest

from app.storage import PAGE_ROWS, Page, nearest_page, rows_before


@pytest.mark.parametrize(
    ("number", "total", "nearest"),
    [(1, 0, 1), (-3, 10, 1), (2, PAGE_ROWS, 1), (2, PAGE_ROWS + 1, 2), (99, 3 * PAGE_ROWS, 3)],
)
def test_a_page_that_is_not_there_is_the_nearest_one(number: int, total: int, nearest: int) -> None:
    assert nearest_page(number, total) == nearest


def test_a_page_counts_its_rows_among_all() -> None:
    # Given a list of one whole page and two more rows, when its second page is shown
    rows = list(range(PAGE_ROWS + 2))
    page = Page(tuple(rows[rows_before(2) : rows_before(3)]), len(rows), 2)
    # Then it says which rows they are
    assert (page.first, page.last, page.pages) == (PAGE_ROWS + 1, PAGE_ROWS + 2, 2)


def test_an_empty_list_has_one_empty_page() -> None:
    page: Page[int] = Page((), 0, 1)
    assert (page.first, page.last, page.pages) == (0, 0, 1)
