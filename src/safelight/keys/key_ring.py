"""The keys of one installation, and how they change: pure records."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class WrappingKey:
    """A key that wraps. `secret` is None where the service never gives it away, as AWS KMS does."""

    key_id: str
    secret: bytes | None = field(default=None, repr=False)
    made_at: datetime
    exported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """An Ed25519 key. `seed` (32 bytes) is None once it signs no more: what it signed is still checked by `public`.

    In the file of AWS KMS the seed is not the seed itself but what KMS made of it.
    """

    public: bytes
    seed: bytes | None = field(default=None, repr=False)
    made_at: datetime
    exported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredKey:
    """A wrapping key that was removed for good, so that an old recovery copy does not bring it back by mistake."""

    key_id: str
    retired_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """All keys of one installation. The first of each kind is the one in use."""

    service: str
    wrapping: tuple[WrappingKey, ...]
    signing: tuple[SigningKey, ...]
    retired: tuple[RetiredKey, ...] = ()

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of the wrapping keys, the active one first."""
        return tuple(key.key_id for key in self.wrapping)

    @property
    def is_exported(self) -> bool:
        """Whether a recovery copy holds the key that wraps and the key that signs."""
        return self.wrapping[0].exported_at is not None and self.signing[0].exported_at is not None

    def find(self, key_id: str) -> WrappingKey | None:
        """Return the wrapping key with this id, None if it is not here."""
        return next((key for key in self.wrapping if key.key_id == key_id), None)

    def with_wrapping(self, key: WrappingKey) -> Self:
        """Return the ring with this key as the one that wraps."""
        return replace(self, wrapping=(key, *self.wrapping))

    def with_signing(self, key: SigningKey) -> Self:
        """Return the ring with this key as the one that signs; of those before only the public half stays."""
        before = tuple(replace(old, seed=None) for old in self.signing)
        return replace(self, signing=(key, *before))

    def exported(self, at: datetime) -> Self:
        """Return the ring with every key marked as being in a recovery copy."""
        return replace(
            self,
            wrapping=tuple(replace(key, exported_at=key.exported_at or at) for key in self.wrapping),
            signing=tuple(replace(key, exported_at=key.exported_at or at) for key in self.signing),
        )

    def exported_as(self, copy: Self) -> Self:
        """Return the ring with those keys marked as exported that a recovery copy of this ring holds."""
        wrapping = {key.key_id: key.exported_at for key in copy.wrapping}
        signing = {key.public: key.exported_at for key in copy.signing}
        return replace(
            self,
            wrapping=tuple(
                replace(key, exported_at=key.exported_at or wrapping.get(key.key_id)) for key in self.wrapping
            ),
            signing=tuple(replace(key, exported_at=key.exported_at or signing.get(key.public)) for key in self.signing),
        )

    def without(self, key_id: str, at: datetime) -> Self:
        """Return the ring without a wrapping key, which is remembered as retired."""
        left = tuple(key for key in self.wrapping if key.key_id != key_id)
        return replace(self, wrapping=left, retired=(*self.retired, RetiredKey(key_id=key_id, retired_at=at)))

    def merged(self, other: Self) -> Self:
        """Return this ring with the keys of another that it lacks; those that were retired here stay away.

        No key goes. Where the other one is a later state of this ring, because it was rotated meanwhile, its keys
        are in use from now on; else those of this ring stay in use.
        """
        first, second = (other, self) if other._follows(self) else (self, other)
        gone = {key.key_id for key in self.retired}
        wrapping = {key.key_id: key for key in (*second.wrapping, *first.wrapping) if key.key_id not in gone}
        order = dict.fromkeys(key_id for key_id in (*first.key_ids, *second.key_ids) if key_id in wrapping)
        retired = {key.key_id: key for key in (*second.retired, *first.retired) if key.key_id not in wrapping}
        return replace(
            self,
            wrapping=tuple(wrapping[key_id] for key_id in order),
            signing=_merged_signing(self.signing, other.signing),
            retired=tuple(retired.values()),
        )

    def _follows(self, other: Self) -> bool:
        """Whether this ring has known what the other one uses, and the other one has never known what this one uses."""
        known = {*self.key_ids, *(key.key_id for key in self.retired)}
        known_there = {*other.key_ids, *(key.key_id for key in other.retired)}
        return other.key_ids[0] in known and self.key_ids[0] not in known_there


def _merged_signing(own: tuple[SigningKey, ...], others: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
    """Return the keys of both, those in use first: the others' if they came after ours."""
    is_later = own[0].public in {key.public for key in others} and others[0].public not in {key.public for key in own}
    first, second = (others, own) if is_later else (own, others)
    known = {key.public for key in first}
    return (*first, *(replace(key, seed=None) for key in second if key.public not in known))


def new_wrapping_key(at: datetime) -> WrappingKey:
    """Make a key of this program's own."""
    secret = secrets.token_bytes(KEY_BYTES)
    return WrappingKey(key_id=key_id_of(secret), secret=secret, made_at=at)


def key_id_of(secret: bytes) -> str:
    """Return the id of a key of this program's own: it follows from the key, so that a damaged key shows."""
    return f"local:{sha256(b'safelight wrapping key id' + secret).hexdigest()[:32]}"


def new_signing_key(at: datetime) -> SigningKey:
    """Make a key that signs."""
    seed = secrets.token_bytes(KEY_BYTES)
    return SigningKey(public=public_of(seed), seed=seed, made_at=at)


def public_of(seed: bytes) -> bytes:
    """Return the public half of a signing key."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
