"""Signed notes: a text and its Ed25519 signature, in the form that logs of software and certificates use (C2SP).

A note is a text of lines, an empty line, and a line `— NAME BASE64` for each signature: over the text, by the key NAME.
The base64 is of four bytes that tell the key and of the signature. A public key is written `NAME+HEX+BASE64` (`vkey`).
Sources: C2SP signed-note and tlog-checkpoint.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safelight.errors import InvalidValue

_ED25519 = b"\x01"
_ID_BYTES = 4
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """A public key (32 bytes, Ed25519) and the name under which it signs."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature tells its key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public_key).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """Write the key as a `vkey`."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public_key).decode()}"


def parse_key(text: str) -> NoteKey:
    """Return the key of a `vkey`. Raises `InvalidValue`."""
    name, _, rest = text.strip().partition("+")
    try:
        key = NoteKey(name=name, public_key=base64.b64decode(rest.partition("+")[2], validate=True)[1:])
    except binascii.Error:
        key = NoteKey(name="", public_key=b"")
    if str(key) != text.strip() or len(key.public_key) != _KEY_BYTES:
        raise InvalidValue(
            "This is no key of a log: it is written NAME+HEX+BASE64, as `safelight audit head` shows it."
        )
    return key


def signature_line(key: NoteKey, signature: bytes) -> str:
    """Return the line that a signature is written as."""
    return f"\N{EM DASH} {key.name} {base64.b64encode(key.id + signature).decode()}\n"


def open_note(note: str, keys: tuple[NoteKey, ...], *, is_alone: bool = False) -> str:
    """Return the text of a note that one of the keys signed; signatures by others count for nothing.

    With `is_alone` there may be no other signature. Raises `InvalidValue` where none of the keys signed, and for what
    is no note.
    """
    text, found, signatures = note.rpartition("\n\n")
    lines = signatures.splitlines(keepends=True)
    if (
        found
        and not (is_alone and len(lines) > 1)
        and any(_is_signed(text + "\n", line, key) for key in keys for line in lines)
    ):
        return text + "\n"
    raise InvalidValue("it is not signed by a key of this log, or it was changed")


def _is_signed(text: str, line: str, key: NoteKey) -> bool:
    try:
        signature = base64.b64decode(line.rsplit(" ", maxsplit=1)[-1].encode(), validate=False)[_ID_BYTES:]
        if len(signature) != _SIGNATURE_BYTES or line != signature_line(key, signature):
            return False
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
