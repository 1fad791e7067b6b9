"""What lists of leaked passwords begin with is weak, and what nobody would put together is not."""

import pytest

from safelight.access.signing_in.weak_passwords import is_weak

NAMES = ("ada.lovelace@example.org", "safelight")


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaa",
        "abcabcabcabca",
        "123456789012",
        "abcdefghijklmn",
        "qwertyuiopas",
        "Password2026!",
        "P4ssw0rd2026",
        "!!welcome!!12345",
        "iloveyou 2026!",
        "AdaLovelace26",
        "lovelace-12345",
        "safelight2026!",
        "contraseña1234",
    ],
)
def test_it_is_weak(password: str) -> None:
    assert is_weak(password, names=NAMES)


@pytest.mark.parametrize(
    "password",
    [
        "grey otters count slowly",
        "Tr4ktor blau Kissen",
        "ada eats green marbles daily",
        "qwertz im nebel gesucht",
    ],
)
def test_it_is_not_weak(password: str) -> None:
    assert not is_weak(password, names=NAMES)
