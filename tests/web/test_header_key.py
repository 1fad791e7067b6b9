"""Keys are found in headers, in either spelling."""

import pytest

from safelight.web.header_key import find_header_key


def _scope(**headers: str) -> dict:
    told = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "headers": told}


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
