"""Paths as clients write them: with doubled slashes, and a key in front where no header can be sent."""

from starlette.types import Scope

KEY_PREFIX = "/k/"
PATH_KEY = "safelight_key"
"""Under this name a request's scope holds the key that stood in its path."""


def make_plain(scope: Scope) -> None:
    """Take `/k/KEY` off the path of a request and make one slash of several; the key is then under `PATH_KEY`.

    The scope is changed in place: whoever logs a path or tells an error later must not see the key either.
    """
    written = scope["path"]
    rest, key = split_key(f"/{written.lstrip('/')}")  # first of all: behind `/k//` stands no key, whatever follows
    path = collapse_slashes(rest)
    if path != written:
        scope["path"], scope["raw_path"] = path, path.encode()
    if key is not None:
        scope[PATH_KEY] = key


def collapse_slashes(path: str) -> str:
    """Return a path with one slash wherever there were several."""
    while "//" in path:
        path = path.replace("//", "/")
    return path


def split_key(path: str) -> tuple[str, str | None]:
    """Return the path without its key, and the key; None where there is none."""
    if not path.startswith(KEY_PREFIX):
        return path, None
    key, slash, rest = path[len(KEY_PREFIX) :].partition("/")
    return f"{slash}{rest}" or "/", key
