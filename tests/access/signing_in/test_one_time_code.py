"""Codes are long enough, easily typed, and kept as digests."""

import re

import pytest

from safelight.access.signing_in.one_time_code import digest_of_code, new_code


def test_a_code_has_a_hundred_bits_in_groups_without_letters_that_look_like_digits() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}", code) for code in codes)


def test_small_letters_spaces_and_lookalikes_do_not_matter() -> None:
    digest = digest_of_code("01011-ABCDE-FGHJK-MNPQR")
    assert digest == digest_of_code(" oiolI abcde fghjk mnpqr ")
    assert len(digest) == 32
    assert digest != digest_of_code("01011-ABCDE-FGHJK-MNPQS")


@pytest.mark.parametrize("text", ["", "0" * 19, "0" * 21, "U" * 20, "é" * 20, "0" * 10_000])
def test_what_no_code_looks_like_has_no_digest(text: str) -> None:
    assert digest_of_code(text) is None
