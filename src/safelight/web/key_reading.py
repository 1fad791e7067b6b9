"""Where a request carries its key: as a bearer, in `X-API-Key`, or as the first part of the path."""

from starlette.types import Scope

PREFIX = "/k/"
_REDACTED = "/k/-"


def take_path_key(scope: Scope) -> str | None:
    """Take `/k/KEY` off the path of a request, for clients that can be given an address alone; return the key.

    What is left in the scope has no key in it, so that no log or error can tell it.
    """
    path: str = scope["path"]
    if not path.startswith(PREFIX):
        return None
    key, slash, rest = path[len(PREFIX) :].partition("/")
    scope["path"] = f"{slash}{rest}" or "/"
    scope["raw_path"] = scope["path"].encode()
    return key


def find_header_key(scope: Scope) -> str | None:
    """Return the key that a header carries, None where none does."""
    for name, value in scope["headers"]:
        if name == b"x-api-key":
            return bytes(value).decode("latin-1").strip()
        if name == b"authorization" and bytes(value[:7]).lower() == b"bearer ":
            return bytes(value[7:]).decode("latin-1").strip()
    return None


def redact_path(path: str) -> str:
    """Return a path as a log may show it."""
    return f"{_REDACTED}/{path[len(PREFIX) :].partition('/')[2]}" if path.startswith(PREFIX) else path
