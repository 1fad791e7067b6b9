"""The ledger of destructions: signed certificates that lie beside the blobs and are never in a backup of the database.

A backup that is older than a destruction still has the key. Whoever restores one destroys again what the ledger
certifies, and the signature keeps anybody from adding to it what was not destroyed.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safelight.errors import EvidenceDamaged
from safelight.keys.interface import KeyService
from safelight.vault.certificate import Certificate, EndedHold

_PURPOSE = b"safelight destruction ledger 1\n"
"""Stands before what is signed, so that no signature made for another purpose counts here."""


def write_record(certificate: Certificate, keys: KeyService) -> bytes:
    """Return the record of a destruction: JSON with the certificate and its Ed25519 signature. Raises KeysUnusable."""
    told = _told(certificate)
    signature = keys.sign(_PURPOSE + told.encode())
    record = {"certificate": told, "public_key": keys.describe().public_keys[0].hex(), "signature": signature.hex()}
    return json.dumps(record, sort_keys=True).encode() + b"\n"


def read_record(data: bytes, public_keys: Sequence[bytes]) -> Certificate:
    """Return the certificate of a record that one of these keys signed.

    Raises `EvidenceDamaged` for a record that is malformed, altered, or signed by another.
    """
    try:
        record = json.loads(data)
        told, signature = record["certificate"], bytes.fromhex(record["signature"])
        if not any(_is_signed(told.encode(), signature, key) for key in public_keys):
            raise EvidenceDamaged("A record of the ledger of destructions was altered, or was signed by other keys.")
        return _certificate(json.loads(told))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvidenceDamaged("A record of the ledger of destructions cannot be read.") from error


def _is_signed(told: bytes, signature: bytes, public_key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _PURPOSE + told)
    except InvalidSignature:
        return False
    return True


def _told(certificate: Certificate) -> str:
    holds = [
        {"id": hold.id, "kind": hold.kind, "ended_at": hold.ended_at.isoformat(), "is_released": hold.is_released}
        for hold in certificate.holds
    ]
    return json.dumps(
        {
            "evidence_id": certificate.evidence_id,
            "size_bytes": certificate.size_bytes,
            "sealed_at": certificate.sealed_at.isoformat(),
            "destroyed_at": certificate.destroyed_at.isoformat(),
            "holds": holds,
            "order_id": certificate.order_id,
            "is_single_person": certificate.is_single_person,
        },
        sort_keys=True,
    )


def _certificate(told: dict[str, Any]) -> Certificate:
    holds = [
        EndedHold(
            id=hold["id"],
            kind=hold["kind"],
            ended_at=datetime.fromisoformat(hold["ended_at"]),
            is_released=hold["is_released"],
        )
        for hold in told["holds"]
    ]
    return Certificate(
        evidence_id=told["evidence_id"],
        size_bytes=told["size_bytes"],
        sealed_at=datetime.fromisoformat(told["sealed_at"]),
        destroyed_at=datetime.fromisoformat(told["destroyed_at"]),
        holds=tuple(holds),
        order_id=told["order_id"],
        is_single_person=told["is_single_person"],
    )
