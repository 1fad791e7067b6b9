"""Names of API keys, persons and roles: what they may look like, and when two are the same."""

import re
import unicodedata

from safelight.errors import InvalidValue

MAX_NAME_LENGTH = 100
MAX_ROLE_LENGTH = 30

_KEY_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*", re.ASCII)
_ROLE_NAME = re.compile(r"[a-z][a-z0-9_-]*", re.ASCII)
_NO_SIGNS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check_key_name(name: str) -> None:
    """Raise `InvalidValue` unless an API key may have this name. It begins with a letter: a number names a key too."""
    if len(name) > MAX_NAME_LENGTH or not _KEY_NAME.fullmatch(name):
        raise InvalidValue(
            f"An API key's name has 1 to {MAX_NAME_LENGTH} letters A-Z, digits, '_', '-' and '.', and begins with a "
            "letter."
        )


def check_role_name(name: str) -> None:
    """Raise `InvalidValue` unless a role may have this name."""
    if len(name) > MAX_ROLE_LENGTH or not _ROLE_NAME.fullmatch(name):
        raise InvalidValue(
            f"A role's name has 1 to {MAX_ROLE_LENGTH} letters a-z, digits, '_' and '-', and begins with a letter."
        )


def person_name(name: str) -> str:
    """Return a person's name as it is kept. Raises `InvalidValue` for one that is empty, too long or not readable."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(kept) <= MAX_NAME_LENGTH or any(unicodedata.category(sign) in _NO_SIGNS for sign in kept):
        raise InvalidValue(
            f"A person's name, as they sign in by, has 1 to {MAX_NAME_LENGTH} characters that can be seen."
        )
    return kept


def name_key(name: str) -> str:
    """Return what two names have in common when they differ only in letters' case or in spaces around them."""
    return unicodedata.normalize("NFC", name).strip().casefold()
