"""The key that a header carries: as a bearer, or in `X-API-Key`."""

from starlette.types import Scope


def find_header_key(scope: Scope) -> str | None:
    """Return the key that a header carries, None where none does."""
    for name, value in scope["headers"]:
        if name == b"x-api-key":
            return bytes(value).decode("latin-1").strip()
        if name == b"authorization" and bytes(value[:7]).lower() == b"bearer ":
            return bytes(value[7:]).decode("latin-1").strip()
    return None
