import asyncio
from typing import Any

import pytest

from safelight.web.hma.tolerant_paths import PATH_KEY, TolerantPaths, collapse_slashes, split_key


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


def test_nothing_that_a_log_could_tell_holds_the_key() -> None:
    scope: dict[str, Any] = {"type": "http", "path": "//k/sl_a//status", "raw_path": b"//k/sl_a//status"}

    async def app(seen: Any, _receive: Any, _send: Any) -> None:
        assert seen[PATH_KEY] == "sl_a"

    asyncio.run(TolerantPaths(app)(scope, None, None))  # type: ignore[arg-type]
    assert (scope["path"], scope["raw_path"]) == ("/status", b"/status")


def test_a_key_that_was_taken_off_before_stays() -> None:
    scope: dict[str, Any] = {"type": "http", "path": "/status", PATH_KEY: "sl_a"}

    async def app(seen: Any, _receive: Any, _send: Any) -> None:
        assert seen[PATH_KEY] == "sl_a"

    asyncio.run(TolerantPaths(app)(scope, None, None))  # type: ignore[arg-type]
