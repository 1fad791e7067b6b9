"""What a hand-over must say before it may be, and the texts that a recipient gets."""

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from safelight.errors import InvalidValue
from safelight.roles import Actor, ActorKind
from safelight.vault.hand_over import (
    HandedEvidence,
    HandOver,
    certificate_text,
    check_hand_over,
    custody_lines,
    manifest_text,
    public_key_pem,
    readme_text,
)
from safelight.vault.manifest import Manifest

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED = HandOver(
    evidence_ids=("a" * 32, "b" * 32),
    recipients=("age1x",),
    recipient_name="Cyber unit",
    legal_basis="warrant 7",
    reason="case 12",
)


def test_a_whole_request_is_taken_and_told_in_one_sentence() -> None:
    check_hand_over(ASKED)
    assert ASKED.told == "case 12 (to Cyber unit; legal basis: warrant 7)"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"evidence_ids": ()}, "Name 1 to 1000"),
        ({"evidence_ids": tuple(f"{number:032x}" for number in range(1001))}, "Name 1 to 1000"),
        ({"evidence_ids": ("a", "a")}, "named twice"),
        ({"recipient_name": " "}, "--for"),
        ({"legal_basis": ""}, "--legal-basis"),
        ({"reason": ""}, "--reason"),
        ({"reason": "x" * 2001}, "--reason"),
    ],
)
def test_a_request_that_does_not_say_everything_is_refused(change: dict, told: str) -> None:
    with pytest.raises(InvalidValue, match=told):
        check_hand_over(replace(ASKED, **change))


def test_the_certificate_says_who_what_whom_when_and_why() -> None:
    actor = Actor(kind=ActorKind.PERSON, name="Jo")
    evidence = [HandedEvidence(id="a" * 32, sealed_at=AT, size_bytes=5, sha256="0" * 64)]
    told = json.loads(certificate_text(ASKED, bundle_id="1", origin="log", actor=actor, at=AT, evidence=evidence))
    assert told["by"] == {"kind": "person", "name": "Jo", "installation": "log"}
    assert told["to"] == {"name": "Cyber unit", "keys": ["age1x"]}
    assert (told["reason"], told["legal_basis"], told["purpose"]) == ("case 12", "warrant 7", "hand_over")
    assert told["handed_over_at"] == AT.isoformat()
    sealed = {"id": "a" * 32, "sealed_at": AT.isoformat(), "size_bytes": 5, "sha256": "0" * 64}
    assert told["evidence"] == [sealed]


def test_the_manifest_is_told_with_every_field() -> None:
    digests = {"md5": "1", "sha1": "2", "sha256": "3"}
    manifest = Manifest(media_id="m", size_bytes=1, arrived_at=AT, sealed_by="Jo", subject_id="über", **digests)
    text = manifest_text(manifest).decode()
    assert json.loads(text)["subject_id"] == "über"
    assert "über" in text


def test_custody_is_one_line_an_act() -> None:
    lines = custody_lines([{"entry": 1, "reason": "two\nlines"}, {"entry": 2}]).splitlines()
    assert [json.loads(line)["entry"] for line in lines] == [1, 2]


def test_the_public_key_is_one_that_others_read() -> None:
    public = Ed25519PrivateKey.generate().public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert serialization.load_pem_public_key(public_key_pem(raw)) == public


def test_openssl_reads_the_public_key() -> None:
    public = Ed25519PrivateKey.generate().public_key()
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    shown = subprocess.run(
        ["openssl", "pkey", "-pubin", "-noout", "-text_pub"], input=public_key_pem(raw), capture_output=True, check=True
    )
    assert b"ED25519" in shown.stdout


def test_the_readme_names_the_bundle() -> None:
    assert b"bundle 1234" in readme_text("1234")
