"""Sealing of what is kept: who has the database alone cannot ask it what was seen, by whom, or whether."""

import secrets
import struct
from datetime import UTC, datetime
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import KeysUnusable

_NONCE_BYTES = 12
_DAY = struct.Struct(">I")
_BOUND = b"safelight recently seen\x00"
_PERSON = b"recently seen"


class SeenCipher:
    """AES-256-GCM under a key for each day in UTC, drawn from a secret (BLAKE2b, keyed).

    What is sealed begins with the number of its day (`date.toordinal`, 4 bytes) and the nonce. Random nonces of 96 bits
    are safe for 2^32 of them under one key (NIST SP 800-38D, 8.3): a day has fewer media.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._aeads: dict[bytes, AESGCM] = {}

    def seal(self, seen_at: datetime, packed: bytes) -> bytes:
        """Return what is kept of media that was seen at a moment."""
        day = _DAY.pack(seen_at.astimezone(UTC).date().toordinal())
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return day + nonce + self._aead(day).encrypt(nonce, packed, _BOUND)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed. Raises `KeysUnusable` where it was altered, or the secret is another one."""
        try:
            return self._aead(sealed[:4]).decrypt(sealed[4:16], sealed[16:], _BOUND)
        except (InvalidTag, ValueError):
            raise KeysUnusable(
                "What was kept of recently seen media does not open: it was altered, or other keys sealed it. Nothing "
                "was matched. Erase what is kept with `safelight recent forget`, or bring the right keys."
            ) from None

    def _aead(self, day: bytes) -> AESGCM:
        aead = self._aeads.get(day)
        if aead is None:
            key = blake2b(day, key=self._secret, person=_PERSON, digest_size=32).digest()
            aead = self._aeads[day] = AESGCM(key)
        return aead
