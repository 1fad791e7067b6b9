"""Recovery copies of the keys: age files that only who holds an identity of their recipients can open.

The age format (age-encryption.org/v1) is opened by standard tools too, so that a copy outlives this program.
"""

from collections.abc import Sequence
from typing import TypeAlias

import pyrage

from safelight.errors import InvalidValue, KeysNotExported, KeysUnusable
from safelight.keys.interface import KeyService
from safelight.keys.key_ring import KeyRing
from safelight.keys.ring_text import ring_of_text, ring_text

Recipient: TypeAlias = pyrage.x25519.Recipient | pyrage.ssh.Recipient
Identity: TypeAlias = pyrage.x25519.Identity | pyrage.ssh.Identity


def require_exported(keys: KeyService) -> None:
    """Raise `KeysNotExported` unless a recovery copy holds what opens that which is wrapped from now on."""
    described = keys.describe()
    if not described.is_exported:
        raise KeysNotExported(
            f"No recovery copy was made of the key {described.active_key_id} yet. Were it lost, all that it seals "
            "would be lost with it, so nothing is sealed before there is one. Make one: "
            "safelight key export --to RECIPIENT OUT.age"
        )


def read_recipients(texts: Sequence[str]) -> list[Recipient]:
    """Read the public keys that copies are made for: `age1…`, `ssh-ed25519 …` or `ssh-rsa …`. Raises `InvalidValue`."""
    if not texts:
        raise InvalidValue("A recovery copy needs somebody who can open it. Name a recipient: --to age1…")
    return [_recipient(text.strip()) for text in texts]


def _recipient(text: str) -> Recipient:
    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:  # its text may show what was given, which may be a private key by mistake
        raise InvalidValue(
            "This is no recipient. Give the public key of who shall be able to open the copy: age1… (as age-keygen "
            "prints it), ssh-ed25519 … or ssh-rsa …, in quotation marks."
        ) from None


def read_identities(text: bytes) -> list[Identity]:
    """Read private keys: the lines `AGE-SECRET-KEY-1…` of an age identity file, or one OpenSSH private key.

    Raises `InvalidValue`; one that is locked by a passphrase is not read.
    """
    try:
        if text.lstrip().startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(text)]
        lines = [line.strip() for line in text.decode("ascii").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (pyrage.IdentityError, UnicodeDecodeError):  # the cause may show a part of a private key
        found = []
    if not found:
        raise InvalidValue(
            "This is no identity that can be read. Give the file that age-keygen wrote (its lines begin with "
            "AGE-SECRET-KEY-1), or an OpenSSH private key without a passphrase."
        )
    return list(found)


def make_copy(ring: KeyRing, recipients: Sequence[Recipient]) -> bytes:
    """Seal the keys for the recipients: text in the armour of age, so that it can be printed as well."""
    return bytes(pyrage.encrypt(ring_text(ring), list(recipients), armored=True))


def open_copy(copy: bytes, identities: Sequence[Identity]) -> KeyRing:
    """Open a recovery copy. Raises `KeysUnusable` for one that is damaged or was made for others."""
    try:
        text = pyrage.decrypt(copy, list(identities))
    except pyrage.DecryptError:
        raise KeysUnusable(
            "The recovery copy does not open: it was made for another recipient, or it is damaged. Nothing was "
            "changed. Try the identities that belong to its recipients, and another copy."
        ) from None
    return ring_of_text(text, name="The recovery copy")
