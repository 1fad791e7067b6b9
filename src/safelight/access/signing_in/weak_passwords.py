"""Passwords that are guessed first, though they are long enough."""

import re
from collections.abc import Collection

_WORDS = frozenset(
    [
        "abcdefgh",
        "admin",
        "administrador",
        "administrator",
        "asdfghjkl",
        "baseball",
        "basketball",
        "bienvenido",
        "changeme",
        "computer",
        "contrasena",
        "contraseña",
        "default",
        "dragon",
        "football",
        "geheim",
        "hallo",
        "hola",
        "iloveyou",
        "internet",
        "letmein",
        "login",
        "master",
        "michael",
        "moderation",
        "moderator",
        "monkey",
        "motdepasse",
        "pass",
        "passphrase",
        "password",
        "passwort",
        "princess",
        "qazwsx",
        "qazwsxedc",
        "qwerty",
        "qwertyuiop",
        "qwertz",
        "qwertzuiop",
        "root",
        "safelight",
        "secret",
        "senha",
        "starwars",
        "sunshine",
        "superman",
        "system",
        "teamo",
        "temporal",
        "trustno",
        "trustnoone",
        "unlock",
        "welcome",
        "whatever",
        "willkommen",
        "zxcvbn",
        "zxcvbnm",
        "passwordpassword",
        "correcthorsebatterystaple",
        "thequickbrownfox",
        "iloveyouforever",
    ]
)
"""Words that lists of leaked passwords are full of, and words of this work."""

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_SWAPS = str.maketrans("013457$@!", "oieastsai")
_LONGEST_UNIT = 4
_LEAST_BESIDE = 6
"""Beside a name or a word of the list there are at least so many letters that are not of it."""


def is_weak(password: str, *, names: Collection[str] = ()) -> bool:
    """Whether a password is one of the first that are tried. `names` are those of the person and of the place.

    Weak is a short piece again and again (`abab…`), a run along the alphabet, the digits or the keyboard, and a common
    word or a name with little beside it, also where digits stand for letters (`p4ssw0rd`).
    """
    plain = password.casefold()
    letters = re.sub(r"[\W_]", "", plain)
    return _repeats(plain) or _runs(letters) or any(_is_little_beside(text, names) for text in _readings(letters))


def _readings(letters: str) -> set[str]:
    return {letters, letters.translate(_SWAPS)}


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, _LONGEST_UNIT + 1))


def _runs(letters: str) -> bool:
    return bool(letters) and any(letters in row or letters in row[::-1] for row in _ROWS)


def _is_little_beside(letters: str, names: Collection[str]) -> bool:
    without_digits = letters.strip("0123456789")
    if without_digits in _WORDS:
        return True
    words = {word for name in names for word in re.findall(r"[^\W_]{3,}", name.casefold())} | _WORDS
    held = max((word for word in words if word in without_digits), key=len, default="")
    return bool(held) and len(re.sub(r"\d", "", without_digits.replace(held, ""))) < _LEAST_BESIDE
