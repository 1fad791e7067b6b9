"""What a leaf of the log is made of: the bytes that stand for one entry, the same on every machine and for ever.

The leaf's data is one JSON array in UTF-8, without blanks:

    ["safelight audit 1", number, time, actor kind, actor name, verb, target, digest]

The time is in microseconds since 1970 in UTC, the digest in hexadecimal. It is SHA-256 over a salt of 32 bytes and the
JSON array of the reason and of the details as the text that is stored, so that reason, details and salt can be erased
while the leaf stays, and nobody can find an erased reason by trying. docs/reference/audit-log.md describes both.
"""

import json
import secrets
from hashlib import sha256

SALT_BYTES = 32

_quote = json.JSONEncoder(ensure_ascii=False).encode


def new_salt() -> bytes:
    """Return a fresh salt."""
    return secrets.token_bytes(SALT_BYTES)


def salted_digest(salt: bytes, reason: str, details: str) -> bytes:
    """Return the digest of what can be erased. `details` is the text that is stored."""
    return sha256(salt + f"[{_quote(reason)},{_quote(details)}]".encode()).digest()


def leaf_data(
    *, number: int, microseconds: int, actor_kind: str, actor_name: str, verb: str, target: str, digest: bytes
) -> bytes:
    """Return the data of an entry's leaf. Raises ValueError, TypeError or AttributeError for what is no entry."""
    return (
        f'["safelight audit 1",{number},{microseconds},{_quote(actor_kind)},{_quote(actor_name)},{_quote(verb)},'
        f'{_quote(target)},"{digest.hex()}"]'
    ).encode()
