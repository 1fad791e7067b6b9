"""An authenticator in software: it makes passkeys and answers challenges as a browser with a security key would.

For tests and trials: it keeps its keys in memory, and says that it verified its user without asking anybody.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import encode_cbor

PRESENT, VERIFIED, MAY_BE_COPIED, COPIED, WITH_KEY = 0x01, 0x04, 0x08, 0x10, 0x40
"""Flags of authenticator data (Web Authentication, section 6.1)."""


@dataclass(slots=True)
class SoftPasskey:
    """One key: for which domain, for whom by the random handle, and how often it has signed."""

    rp_id: str
    handle: bytes
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    sign_count: int = 0


@dataclass(slots=True)
class SoftAuthenticator:
    """An authenticator in the browser of an origin, with ES256 keys.

    Everything that a test may want to get wrong is an attribute: the origin, the flags, whether it counts (`step` 0: as
    passkeys that are meant to be copied), the handle that it tells.
    """

    origin: str
    flags: int = PRESENT | VERIFIED
    step: int = 1
    is_cross_origin: bool = False
    passkeys: list[SoftPasskey] = field(default_factory=list)

    def create(self, options: str, *, passkey: SoftPasskey | None = None, **client: Any) -> str:
        """Make a passkey; return, as JSON, what `navigator.credentials.create` gives. `client` alters client data."""
        asked = json.loads(options)
        if passkey is None:
            passkey = SoftPasskey(rp_id=asked["rp"]["id"], handle=decoded(asked["user"]["id"]), sign_count=self.step)
            self.passkeys.append(passkey)
        data = self._data(passkey, self.flags | WITH_KEY) + bytes(16) + len(passkey.credential_id).to_bytes(2)
        data += passkey.credential_id + encode_cbor(_cose(passkey.key))
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        return _credential(
            passkey,
            clientDataJSON=self._client("webauthn.create", asked["challenge"], client),
            attestationObject=attestation,
        )

    def get(
        self, options: str, *, passkey: SoftPasskey | None = None, handle: bytes | None = None, **client: Any
    ) -> str:
        """Answer a challenge; return, as JSON, what `navigator.credentials.get` gives. `client` alters client data."""
        asked = json.loads(options)
        chosen = passkey or self._allowed(asked)
        chosen.sign_count += self.step
        client_data = self._client("webauthn.get", asked["challenge"], client)
        data = self._data(chosen, self.flags)
        signature = chosen.key.sign(data + hashlib.sha256(client_data).digest(), ECDSA(SHA256()))
        return _credential(
            chosen,
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=signature,
            userHandle=chosen.handle if handle is None else handle,
        )

    def _allowed(self, asked: dict[str, Any]) -> SoftPasskey:
        wanted = {decoded(each["id"]) for each in asked.get("allowCredentials") or []}
        return next(each for each in self.passkeys if not wanted or each.credential_id in wanted)

    def _data(self, passkey: SoftPasskey, flags: int) -> bytes:
        return hashlib.sha256(passkey.rp_id.encode()).digest() + bytes([flags]) + passkey.sign_count.to_bytes(4)

    def _client(self, kind: str, challenge: str, altered: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.is_cross_origin}
        return json.dumps(told | altered).encode()


def _cose(key: EllipticCurvePrivateKey) -> dict[int, Any]:
    """Return a public key as COSE writes it: EC2, ES256, P-256 (RFC 9053)."""
    point = key.public_key().public_numbers()
    return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}


def _credential(passkey: SoftPasskey, **response: bytes) -> str:
    told = encoded(passkey.credential_id)
    shown = {name: encoded(value) for name, value in response.items()}
    return json.dumps({"id": told, "rawId": told, "type": "public-key", "response": shown})


def encoded(data: bytes) -> str:
    """Return bytes as browsers write them: base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Return what `encoded` wrote."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
