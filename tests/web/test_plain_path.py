from typing import Any

import pytest

from safelight.web.plain_path import PATH_KEY, collapse_slashes, make_plain, split_key


@pytest.mark.parametrize(
    ("path", "plain"), [("/c/banks", "/c/banks"), ("//c/banks", "/c/banks"), ("///c////banks//", "/c/banks/")]
)
def test_several_slashes_are_one(path: str, plain: str) -> None:
    assert collapse_slashes(path) == plain


@pytest.mark.parametrize(
    ("path", "rest", "key"),
    [
        ("/k/sl_a/c/banks", "/c/banks", "sl_a"),
        ("/k/sl_a", "/", "sl_a"),
        ("/k/sl_a/", "/", "sl_a"),
        ("/c/banks", "/c/banks", None),
        ("/keys", "/keys", None),
    ],
)
def test_a_key_is_taken_off_the_path(path: str, rest: str, key: str | None) -> None:
    assert split_key(path) == (rest, key)


@pytest.mark.parametrize(
    ("path", "plain", "key"),
    [
        ("/k/sl_a//m/lookup", "/m/lookup", "sl_a"),
        ("//k/sl_a//status", "/status", "sl_a"),
        ("/k//status", "/status", ""),
        ("/status", "/status", None),
    ],
)
def test_nothing_that_a_log_could_tell_holds_the_key(path: str, plain: str, key: str | None) -> None:
    scope: dict[str, Any] = {"type": "http", "path": path, "raw_path": path.encode()}
    make_plain(scope)
    assert (scope["path"], scope["raw_path"], scope.get(PATH_KEY)) == (plain, plain.encode(), key)
