"""Pages are asked for by cursor, and end."""

import pytest
from starlette.requests import Request

from safelight.errors import InvalidValue
from safelight.web.paging import Page, read_number, read_page


def _request(query: str) -> Request:
    return Request({"type": "http", "headers": [], "query_string": query.encode()})


def test_a_page_is_read_from_a_request() -> None:
    assert read_page(_request("")) == Page(after="", limit=100)
    assert read_page(_request("after=7&limit=3")) == Page(after="7", limit=3)
    assert read_page(_request("after=7")).after_number == 7
    assert read_page(_request("")).after_number == 0


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=-1", "limit=1.5", "limit=%D9%A3", f"limit={'9' * 5000}"]
)
def test_a_limit_of_no_sense_is_refused(query: str) -> None:
    with pytest.raises(InvalidValue, match="limit"):
        read_page(_request(query))


@pytest.mark.parametrize("after", ["x", "-1", "9223372036854775808", "%D9%A3", "9" * 5000])
def test_a_cursor_that_is_no_number_is_refused(after: str) -> None:
    with pytest.raises(InvalidValue, match="cursor"):
        _ = read_page(_request(f"after={after}")).after_number


def test_only_a_full_page_has_a_next_one() -> None:
    assert Page(after="", limit=2).tell(["a", "b"], 9) == {"items": ["a", "b"], "next": "9"}
    assert Page(after="", limit=2).tell(["a"], 9) == {"items": ["a"], "next": None}
    assert Page(after="", limit=2).tell([], None) == {"items": [], "next": None}


def test_a_number_in_a_path_is_one_that_a_database_keeps() -> None:
    assert read_number("17", "case") == 17
    for wrong in ("", "x", "-1", "9223372036854775808", "9" * 5000):
        with pytest.raises(InvalidValue, match="case"):
            read_number(wrong, "case")


def test_what_is_had_whole_is_cut_into_pages_that_join() -> None:
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = Page(after=after, limit=2).cut("abcde", lambda row: row, str.upper)
        seen += page["items"]
        after = page["next"]
    assert seen == list("ABCDE")
    assert Page(after="", limit=5).cut("abcde", lambda row: row, str)["next"] is None
    assert Page(after="e", limit=5).cut("abcde", lambda row: row, str) == {"items": [], "next": None}
    with pytest.raises(InvalidValue, match="cursor"):
        Page(after="x", limit=5).cut("abcde", lambda row: row, str)
