"""Every known code has a meaning and an HTTP status."""

import pytest

from safelight.testing.authority.code import MEANINGS, Code, status_of


def test_every_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Code)


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        ([0], 200),
        ([1000, 1100, 1110, 1111, 1300], 500),
        ([1210, 5001, 5002], 404),
        ([2000], 401),
        ([3000, 3100, 3300], 403),
        ([4000, 4100, 4110, 4200, 5101, 5102], 400),
    ],
)
def test_codes_are_told_with_this_status(codes: list[int], status: int) -> None:
    assert [status_of(code) for code in codes] == [status] * len(codes)
