"""Lists are shown a page at a time; the addresses of the others keep what was asked for."""

import pytest
from starlette.requests import Request

from safelight.errors import InvalidValue
from safelight.web.console.paging import ROWS, list_page, read_after


def asked(query: str = "") -> Request:
    return Request({
        "type": "http", "method": "GET", "path": "/jobs", "query_string": query.encode(), "headers": [],
        "server": ("localhost", 80), "scheme": "http",
    })  # fmt: skip


def number_of(row: int) -> int:
    return row


def test_one_page_leads_nowhere() -> None:
    listing = list_page(asked(), range(1, ROWS + 1), number_of=number_of)
    assert (len(listing.rows), listing.next, listing.first) == (ROWS, None, None)


def test_the_next_page_follows_the_last_row_and_keeps_the_filter() -> None:
    listing = list_page(asked("state=dead&empty="), range(1, ROWS + 2), number_of=number_of)
    assert (len(listing.rows), listing.next) == (ROWS, f"/jobs?state=dead&after={ROWS}")


def test_from_a_later_page_one_comes_back_to_the_first() -> None:
    assert list_page(asked("after=7"), [8], number_of=number_of).first == "/jobs"
    assert list_page(asked("state=dead&after=7"), [8], number_of=number_of).first == "/jobs?state=dead"


def test_what_is_asked_for_cannot_leave_the_address() -> None:
    listing = list_page(asked("state=%22%3E%3Cscript%3E"), range(ROWS + 1), number_of=number_of)
    assert "<" not in (listing.next or "")


def test_a_page_follows_a_number() -> None:
    assert (read_after(asked()), read_after(asked("after=12"))) == (0, 12)
    for given in ("-1", "x", "9" * 30):
        with pytest.raises(InvalidValue):
            read_after(asked(f"after={given}"))
