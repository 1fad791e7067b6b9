"""Handing over: what a person asks for, and the texts of the bundle that an authority gets."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safelight.errors import InvalidValue
from safelight.roles import Actor
from safelight.vault.manifest import Manifest
from safelight.vault.manifest_json import manifest_bytes

LONGEST_TEXT = 2000
"""The most characters of a reason, a legal basis or a name."""

MOST_EVIDENCE = 1000
"""The most evidence that one bundle holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What is handed over, to whom, and why. `recipients` are the public keys that the bundle is encrypted to."""

    evidence_ids: tuple[str, ...]
    recipients: tuple[str, ...]
    recipient_name: str
    legal_basis: str
    reason: str

    @property
    def told(self) -> str:
        """The reason as the audit log keeps it."""
        return f"{self.reason} (to {self.recipient_name}; legal basis: {self.legal_basis})"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedEvidence:
    """One piece of evidence as it went into a bundle."""

    id: str
    sealed_at: datetime
    size_bytes: int
    sha256: str


def check_hand_over(asked: HandOver) -> None:
    """Raise `InvalidValue` unless it says what, to whom, on which legal basis and why, and names nothing twice."""
    if not 1 <= len(asked.evidence_ids) <= MOST_EVIDENCE:
        raise InvalidValue(f"Name 1 to {MOST_EVIDENCE} pieces of evidence. Nothing was handed over.")
    if len(set(asked.evidence_ids)) < len(asked.evidence_ids):
        raise InvalidValue("The same evidence is named twice. Nothing was handed over.")
    texts = {"--for": asked.recipient_name, "--legal-basis": asked.legal_basis, "--reason": asked.reason}
    for option, text in texts.items():
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise InvalidValue(f"{option} needs a text of 1 to {LONGEST_TEXT} characters. Nothing was handed over.")


def manifest_text(manifest: Manifest) -> bytes:
    """Return a manifest as JSON for people: every field that was sealed."""
    return _json(json.loads(manifest_bytes(manifest)))


def custody_lines(proofs: Sequence[Mapping[str, Any]]) -> bytes:
    """Return audit entries with their proofs as JSON Lines."""
    return b"".join(json.dumps(proof, sort_keys=True).encode() + b"\n" for proof in proofs)


def certificate_text(
    asked: HandOver, *, bundle_id: str, origin: str, actor: Actor, at: datetime, evidence: Sequence[HandedEvidence]
) -> bytes:
    """Return the certificate of a hand-over: who handed what to whom, when, for what and on which legal basis."""
    return _json(
        {
            "format": "safelight hand-over 1",
            "bundle": bundle_id,
            "handed_over_at": at.isoformat(),
            "by": {"kind": actor.kind.value, "name": actor.name, "installation": origin},
            "to": {"name": asked.recipient_name, "keys": list(asked.recipients)},
            "purpose": "hand_over",
            "reason": asked.reason,
            "legal_basis": asked.legal_basis,
            "evidence": [
                {
                    "id": each.id,
                    "sealed_at": each.sealed_at.isoformat(),
                    "size_bytes": each.size_bytes,
                    "sha256": each.sha256,
                }
                for each in evidence
            ],
        }
    )


def public_key_pem(public_key: bytes) -> bytes:
    """Return a raw Ed25519 key in the form that OpenSSL reads (RFC 8410: SubjectPublicKeyInfo)."""
    encoded = base64.b64encode(_ED25519_PREFIX + public_key)
    return b"-----BEGIN PUBLIC KEY-----\n" + encoded + b"\n-----END PUBLIC KEY-----\n"


_ED25519_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""The fixed beginning of every Ed25519 key in that form."""


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def readme_text(bundle_id: str) -> bytes:
    """Return what tells a recipient how to open, read and check a bundle."""
    return _README.format(bundle=bundle_id).encode()


_README = """\
HANDED-OVER EVIDENCE, bundle {bundle}

This holds material that may be unlawful to possess. Open it only where you may, on a machine that you trust.

How it was opened
    age -d -i YOUR_KEY BUNDLE.age | tar -xf -

What is in it
    certificate.json            who handed what to whom, when, for what, on which legal basis
    evidence/ID/original        the bytes, exactly as they were sealed (rename it to what manifest.json says)
    evidence/ID/manifest.json   what is known about them: digests, origin, times, account, context
    evidence/ID/custody.jsonl   everything that was done with them, one act a line, each with the proof that it is in
                                the operator's audit log (the last ones are this hand-over itself)
    head.txt                    the signed state of that log; keep it: it fixes the log's past from now on
    vkey.txt                    the public keys of the log, as the verifier takes them
    public-key.pem              the key that signed hashes.txt
    hashes.txt, hashes.txt.sig  SHA-256 of every other file, and its Ed25519 signature
    verify.py                   checks custody.jsonl; Python 3 and its package `cryptography` are all that it needs

How to check it (in this folder)
    sha256sum -c hashes.txt
    openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in hashes.txt -sigfile hashes.txt.sig
    python3 -I verify.py --proof evidence/ID/custody.jsonl --key "$(head -n 1 vkey.txt)"

What that shows, and what it does not
    The keys came with the bundle. Ask the operator for vkey.txt by another way before you rely on them. The log cannot
    be changed unnoticed up to a head that somebody else has kept; nothing shows what was never written into it.
"""
