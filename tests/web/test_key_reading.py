"""Keys are found in headers and in paths, and are gone from the path that anybody may log."""

import pytest

from safelight.web.key_reading import find_header_key, redact_path, take_path_key


def _scope(path: str = "/", **headers: str) -> dict:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "raw_path": path.encode(), "headers": told}


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({}, None),
        ({"authorization": "Bearer abc"}, "abc"),
        ({"authorization": "bearer abc "}, "abc"),
        ({"authorization": "Basic abc"}, None),
        ({"x_api_key": "abc"}, "abc"),
    ],
)
def test_a_key_is_found_in_a_header(headers: dict[str, str], key: str | None) -> None:
    assert find_header_key(_scope(**headers)) == key


@pytest.mark.parametrize(
    ("path", "key", "left"),
    [
        ("/k/abc/m/lookup", "abc", "/m/lookup"),
        ("/k/abc//m/lookup", "abc", "//m/lookup"),
        ("/k/abc", "abc", "/"),
        ("/m/lookup", None, "/m/lookup"),
        ("/kitchen/x", None, "/kitchen/x"),
    ],
)
def test_a_key_is_taken_off_a_path(path: str, key: str | None, left: str) -> None:
    scope = _scope(path)
    assert take_path_key(scope) == key
    assert (scope["path"], scope["raw_path"]) == (left, left.encode())


def test_a_path_is_logged_without_its_key() -> None:
    assert redact_path("/k/abc/m/lookup") == "/k/-/m/lookup"
    assert redact_path("/m/lookup") == "/m/lookup"
