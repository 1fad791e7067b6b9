"""The two keys of evidence: of its bytes, which all evidence of the same bytes shares, and of its manifest."""

import secrets
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import EvidenceDamaged
from safelight.keys.interface import KeyService, Wrapped
from safelight.vault.chunks import KEY_BYTES
from safelight.vault.manifest import Manifest
from safelight.vault.manifest_json import manifest_bytes, read_manifest

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EvidenceKeys:
    """Keys in the clear: they stay in memory, and nothing shows them."""

    data: bytes
    manifest: bytes

    @classmethod
    def beside(cls, data_key: bytes) -> Self:
        """Return the key of bytes and a fresh one for a manifest."""
        return cls(data=data_key, manifest=secrets.token_bytes(KEY_BYTES))

    @classmethod
    def unwrapped(cls, keys: KeyService, wrapped: Wrapped, context: bytes) -> Self:
        """Return the keys of a wrap. Raises KeysUnusable for a wrap that is another's, or altered."""
        both = keys.unwrap(wrapped, context=context)
        return cls(data=both[:KEY_BYTES], manifest=both[KEY_BYTES:])

    def wrap(self, keys: KeyService, context: bytes) -> Wrapped:
        """Return both keys in one wrap. Raises KeysUnusable."""
        return keys.wrap(self.data + self.manifest, context=context)

    def seal_manifest(self, manifest: Manifest, context: bytes) -> bytes:
        """Return a manifest that only these keys open, and only in this context."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.manifest).encrypt(nonce, manifest_bytes(manifest), context)

    def open_manifest(self, sealed: bytes, context: bytes) -> Manifest:
        """Return the manifest. Raises EvidenceDamaged for one that is another's, or altered."""
        try:
            data = AESGCM(self.manifest).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError):
            raise EvidenceDamaged(
                "A sealed manifest does not open: it is not what was sealed, or belongs to other evidence. Nothing of "
                "it is given out. Run `safelight evidence fsck`, and restore the database from a backup."
            ) from None
        return read_manifest(data)
