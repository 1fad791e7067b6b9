"""A tag names a state, and a change is refused where it names another."""

import pytest
from starlette.requests import Request

from safelight.errors import ChangedMeanwhile
from safelight.web.api.etags import check_of, tag_of


def _request(*if_match: str) -> Request:
    headers = [(b"if-match", each.encode()) for each in if_match]
    return Request({"type": "http", "headers": headers, "query_string": b""})


def test_equal_states_have_equal_tags_and_others_others() -> None:
    assert tag_of(1, "a", None) == tag_of(1, "a", None)
    assert len({tag_of(1, "a"), tag_of(1, "b"), tag_of(2, "a"), tag_of("1", "a")}) == 4
    assert tag_of(1).startswith('"')
    assert tag_of(1).endswith('"')


@pytest.mark.parametrize("asked", [(), ("*",), (tag_of("x"),), (f'"other", {tag_of("x")}',)])
def test_what_is_as_it_was_seen_may_be_changed(asked: tuple[str, ...]) -> None:
    check_of(_request(*asked), tag_of)("x")


@pytest.mark.parametrize("asked", ['"other"', "", tag_of("x").strip('"'), f"W/{tag_of('x')}"])
def test_what_is_another_by_now_may_not(asked: str) -> None:
    with pytest.raises(ChangedMeanwhile):
        check_of(_request(asked), tag_of)("x")
