"""Keys in AWS KMS: what wraps never leaves the service, what signs lies here wrapped by it (extra `aws-kms`).

KMS sees the context of each wrap, and its trail of calls keeps it: contexts hold ids and nothing else.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from safelight.errors import InvalidValue, KeysUnusable
from safelight.keys.cipher import not_this_wrap, require_known, require_short, sign_with
from safelight.keys.interface import KeyDescription, Wrapped
from safelight.keys.key_file import KeyFile
from safelight.keys.key_ring import KeyRing, WrappingKey, new_signing_key
from safelight.keys.kms_faults import telling_kms_faults
from safelight.keys.sealed_ring import ring_at_rest, ring_in_use

SERVICE = "aws_kms"
_CONTEXT_NAME = "safelight"
_TRIES = 3
_CONNECT_SECONDS = 5
_READ_SECONDS = 10


class KmsClient(Protocol):
    """What is used of a client of KMS, by the names of its API reference."""

    def encrypt(self, **asked: Any) -> Any:
        """Encrypt up to 4096 bytes by a key of KMS."""
        ...

    def decrypt(self, **asked: Any) -> Any:
        """Decrypt what a key of KMS encrypted."""
        ...


def open_client(*, region: str = "", endpoint: str = "") -> KmsClient:
    """Open a client of KMS. Empty: as the environment and the machine's own files of AWS say.

    Raises `KeysUnusable` where boto3 is not installed, or no region is known.
    """
    try:
        import boto3  # noqa: PLC0415 - an extra, and half a second of start-up for those who use it
        from botocore.config import Config  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise KeysUnusable(
            "The settings say key_service = 'aws_kms', and the library for it is not installed. Nothing sealed can be "
            "opened or made. Install it: pip install 'safelight[aws-kms]'"
        ) from error
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _TRIES},
    )
    with telling_kms_faults():
        client: KmsClient = boto3.Session().client(
            "kms", region_name=region or None, endpoint_url=endpoint or None, config=config
        )
        return client


class KmsKeys:
    """Wraps by a key of AWS KMS; signs by an Ed25519 key that lies in a local file, wrapped by KMS.

    The file holds nothing in the clear. `key` is the id, ARN or alias of the key of KMS that `create` and a rotation
    take into use; until then the file says which one is in use. Safe for use by many threads.
    """

    def __init__(self, path: Path, *, key: str, open_client: Callable[[], KmsClient]) -> None:
        self._file = KeyFile(path)
        self._key = key
        self._open_client = open_client
        self._client: KmsClient | None = None
        self._in_use: tuple[KeyRing, KeyRing] | None = None

    def wrap(self, secret: bytes, *, context: bytes) -> Wrapped:
        """Wrap a secret with the active key: one call to KMS."""
        return self._encrypt(self._ring_at_rest().key_ids[0], secret, context)

    def unwrap(self, wrapped: Wrapped, *, context: bytes) -> bytes:
        """Return the secret: one call to KMS."""
        require_known(self._ring_at_rest(), wrapped.key_id)
        return self._decrypt(wrapped, context)

    def sign(self, message: bytes) -> bytes:
        """Return the signature by the first of the public keys. The first one asks KMS for the seed, once."""
        return sign_with(self.ring(), message)

    def describe(self) -> KeyDescription:
        """Say what the file holds. KMS is not asked."""
        ring = self._ring_at_rest()
        return KeyDescription(
            service=SERVICE,
            location=f"AWS KMS, and {self._file.path}",
            active_key_id=ring.key_ids[0],
            key_ids=ring.key_ids,
            public_keys=tuple(key.public for key in ring.signing),
            is_exported=ring.is_exported,
        )

    def exists(self) -> bool:
        """Whether there is a key file, usable or not."""
        return self._file.exists()

    def new_ring(self, at: datetime) -> KeyRing:
        """Take the key of the settings into use and make a key that signs; keep them nowhere yet."""
        return KeyRing(service=SERVICE, wrapping=(self._take_key(at),), signing=(new_signing_key(at),))

    def new_wrapping_key(self, at: datetime) -> WrappingKey:
        """Return the key that the settings name. Raises `InvalidValue` when that is in use already."""
        key = self._take_key(at)
        if key.key_id in self._ring_at_rest().key_ids:
            raise InvalidValue(
                f"The key {key.key_id} is in use already. Make a new one in AWS KMS, name it in the setting "
                "kms_key_id, and rotate then. (What KMS calls automatic rotation changes no id and needs nothing here.)"
            )
        return key

    def create(self, ring: KeyRing) -> None:
        """Write a key file where none is. Raises `AlreadyExists`."""
        self._file.create(ring_at_rest(_own(ring), self._encrypt))

    def ring(self) -> KeyRing:
        """Return the keys, with the one that signs in the clear."""
        kept = self._ring_at_rest()
        known = self._in_use
        if known is None or known[0] is not kept:
            known = self._in_use = (kept, ring_in_use(kept, self._decrypt))
        return known[1]

    def change(self, alter: Callable[[KeyRing], KeyRing]) -> KeyRing:
        """Replace the keys by what `alter` makes of them; the key that signs is wrapped anew by the active one."""

        def alter_at_rest(kept: KeyRing) -> KeyRing:
            return ring_at_rest(_own(alter(ring_in_use(_own(kept), self._decrypt))), self._encrypt)

        return ring_in_use(self._file.change(alter_at_rest), self._decrypt)

    def _ring_at_rest(self) -> KeyRing:
        return _own(self._file.read())

    def _take_key(self, at: datetime) -> WrappingKey:
        """Ask KMS to encrypt a word: it answers with the key's whole name, or says why the key cannot be used."""
        if not self._key:
            raise InvalidValue("The setting kms_key_id is empty. Name the key of AWS KMS that shall wrap: id or ARN.")
        return WrappingKey(key_id=self._encrypt(self._key, b"a trial", b"trial").key_id, made_at=at)

    def _encrypt(self, key_id: str, secret: bytes, context: bytes) -> Wrapped:
        require_short(secret)
        with telling_kms_faults(key_id):
            answer = self._kms().encrypt(KeyId=key_id, Plaintext=secret, EncryptionContext=_named(context))
        return Wrapped(key_id=str(answer["KeyId"]), data=bytes(answer["CiphertextBlob"]))

    def _decrypt(self, wrapped: Wrapped, context: bytes) -> bytes:
        asked = {"KeyId": wrapped.key_id, "CiphertextBlob": wrapped.data, "EncryptionContext": _named(context)}
        with telling_kms_faults(wrapped.key_id):
            answer = self._kms().decrypt(**asked)
        if answer["KeyId"] != wrapped.key_id:
            raise not_this_wrap(wrapped.key_id)
        return bytes(answer["Plaintext"])

    def _kms(self) -> KmsClient:
        if self._client is None:
            self._client = self._open_client()
        return self._client


def _named(context: bytes) -> dict[str, str]:
    return {_CONTEXT_NAME: context.hex()}


def _own(ring: KeyRing) -> KeyRing:
    if ring.service != SERVICE:
        raise KeysUnusable(
            f"These keys are of the key service {ring.service!r}, and the settings say key_service = {SERVICE!r}. "
            "Nothing was changed. Set key_service to what the keys are of, or name another key_file."
        )
    return ring
