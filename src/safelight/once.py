"""A name for one asking: who asks twice under it, as by pressing a button twice, gets what was made at first."""

import re
import uuid

from safelight.errors import InvalidValue

_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


def new_once() -> str:
    """Return a name that nobody has used: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def check_once(name: str) -> str:
    """Return a name that somebody asks under. Raises `InvalidValue` for what is none of ours."""
    if not _NAME.fullmatch(name):
        raise InvalidValue("The form is none of ours, or old. Load the page again. Nothing was done.")
    return name
