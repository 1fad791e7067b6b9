"""A report's key: all that is kept of what a report says is sealed under it, and gone with it."""

import hashlib
import re
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from safelight.errors import InvalidValue, KeysUnusable
from safelight.keys.interface import KeyService, Wrapped

_KEY_BYTES, _NONCE_BYTES = 32, 12

CONTENT = "content"
"""The name under which is sealed what a report says."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKey:
    """The key of the report of this mark, in hand. Documents have names, and open under no other one."""

    mark: str
    key: bytes = field(repr=False)

    def seal(self, name: str, document: bytes) -> bytes:
        """Return a document, sealed."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, document, self._context(name))

    def open(self, name: str, sealed: bytes) -> bytes:
        """Return what was sealed. Raises `KeysUnusable` for what is another's, or altered."""
        try:
            return AESGCM(self.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._context(name))
        except (InvalidTag, ValueError):
            raise KeysUnusable(
                "A sealed part of a report does not open: it was altered, or moved. Restore the database from a backup."
            ) from None

    def _context(self, name: str) -> bytes:
        return key_context(self.mark) + b"/" + name.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedContent:
    """What the report of this mark says, as it is stored, with its key."""

    mark: str
    wrapped: Wrapped
    sealed: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """What tells this content from any that comes later, the same words too; it tells nothing of the words."""
        return hashlib.sha256(self.sealed).hexdigest()

    def key(self, keys: KeyService) -> ReportKey:
        """Return the report's key. Call it outside of any transaction. Raises `KeysUnusable`."""
        return ReportKey(mark=self.mark, key=keys.unwrap(self.wrapped, context=key_context(self.mark)))

    def open(self, key: ReportKey) -> bytes:
        """Return what the report says. Raises `KeysUnusable`."""
        return key.open(CONTENT, self.sealed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedCall:
    """What a call sent and what came, as it is stored; None for nothing."""

    name: str
    sent: bytes | None = field(repr=False)
    received: bytes | None = field(repr=False)

    def open(self, key: ReportKey) -> tuple[bytes, bytes]:
        """Return what was sent and what came, word for word. Raises `KeysUnusable`."""
        sent = b"" if self.sent is None else key.open(sent_name(self.name), self.sent)
        received = b"" if self.received is None else key.open(received_name(self.name), self.received)
        return sent, received


def sent_name(call_name: str) -> str:
    """Return the name under which is sealed what a call sent."""
    return f"call/{call_name}/sent"


def received_name(call_name: str) -> str:
    """Return the name under which is sealed what a call brought."""
    return f"call/{call_name}/received"


def check_content_digest(given: str) -> None:
    """Raise `InvalidValue` for what cannot be the digest of a content: a part of one would look like a change."""
    if not _DIGEST.fullmatch(given):
        raise InvalidValue(
            "What was read is told by all 64 signs that its preview gives, and was not. Nothing was done."
        )


def new_report_key(keys: KeyService, mark: str) -> tuple[ReportKey, Wrapped]:
    """Make the key of a report. Call it outside of any transaction: the key service may be far.

    Raises `KeysUnusable`.
    """
    key = secrets.token_bytes(_KEY_BYTES)
    return ReportKey(mark=mark, key=key), keys.wrap(key, context=key_context(mark))


def key_context(mark: str) -> bytes:
    """Return what binds a key to its report, so that one that was moved elsewhere does not open."""
    return f"safelight/reporting/report/{mark}".encode()
