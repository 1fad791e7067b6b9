"""Challenges are random and long."""

from safelight.access.signing_in.challenge import new_challenge


def test_a_challenge_has_256_bits_and_never_comes_again() -> None:
    assert len({new_challenge() for _ in range(100)}) == 100
    assert len(new_challenge()) == 32
