"""Requests to scan: known again by what they came under, so that a repeat gets the first one's answer.

The database holds keyed digests alone: who reads it learns neither the key of a request nor what was in it.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from safelight.errors import IdempotencyConflict, InvalidValue
from safelight.intake.media import Digests, Origin, Subject
from safelight.intake.reference import Reference

LONGEST_KEY = 255
"""Characters of an idempotency key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """The name that a sender gave a request. `scope` is who sent it, such as an API key: keys are apart by that."""

    scope: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDigests:
    """Keyed digests of a request: of the key that it came under, and of what it asked."""

    key: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Leave to answer a request. `token` tells whoever has it now from whoever had it before."""

    id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a request was answered: verdict and ids, never a match or a hash.

    `verdict` is empty while the media waits to be scanned. `fault` says why it could not be, `treatment` what was done
    about that; both are empty where it could be.
    """

    verdict: str = ""
    fault: str = ""
    treatment: str = ""
    evidence_id: str | None = None
    case_id: int | None = None
    spool_id: str | None = None
    job_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it stands. `lease_until` is until when it is left to whoever answers it; None once it is answered.

    `outcome` is what it was answered, and every repeat of it. `later` is what became since of media that waited by
    then; None where nothing did.
    """

    id: str
    body_digest: bytes
    started_at: datetime
    lease_until: datetime | None
    answered_at: datetime | None
    outcome: Outcome
    later: Outcome | None

    @property
    def is_answered(self) -> bool:
        """Whether a repeat gets this answer."""
        return self.answered_at is not None

    def is_in_flight(self, at: datetime) -> bool:
        """Whether somebody is answering it at a moment. Who was killed has it no longer than its lease."""
        return self.lease_until is not None and at < self.lease_until


class ClaimLost(Exception):
    """Another has the claim by now: nothing that was about to be written counts, and the other's answer does."""


def check_key(key: IdempotencyKey) -> None:
    """Raise `InvalidValue` for a key that is empty, too long or of other characters than printable ASCII."""
    if not (1 <= len(key.key) <= LONGEST_KEY and key.key.isascii() and key.key.isprintable()):
        raise InvalidValue(
            f"An idempotency key has 1 to {LONGEST_KEY} printable ASCII characters. Nothing was done; send the request "
            "under another key."
        )


def require_same(request: Request, body_digest: bytes) -> None:
    """Raise `IdempotencyConflict` where a key comes again with another request."""
    if not hmac.compare_digest(request.body_digest, body_digest):
        raise IdempotencyConflict(
            "Another request came under this idempotency key before: other bytes, another address, another origin or "
            "another subject. Nothing was done. Send this one under a key of its own."
        )


def digest_request(
    secret: bytes,
    key: IdempotencyKey,
    media: Digests | Reference,
    origin: Origin,
    subject: Subject | None,
    *,
    bank_ids: frozenset[int] | None = None,
) -> RequestDigests:
    """Return the keyed digests of a request: HMAC-SHA-256, each behind a word of its own.

    Media that is only named is known by its name: what lies there may have changed when the name comes again.
    """
    told = asdict(origin)
    if origin.uploaded_at is not None and origin.uploaded_at.tzinfo is not None:
        told["uploaded_at"] = origin.uploaded_at.astimezone(UTC)
    named = {media.kind.value: media.address} if isinstance(media, Reference) else {"sha256": media.sha256.hex()}
    banks = {} if bank_ids is None else {"banks": sorted(bank_ids)}
    body = {**named, **banks, "origin": told, "subject": subject.id if subject else ""}
    return RequestDigests(
        key=_keyed(secret, "idempotency key", [key.scope, key.key]), body=_keyed(secret, "request", body)
    )


def _keyed(secret: bytes, word: str, what: object) -> bytes:
    text = json.dumps([word, what], sort_keys=True, default=str)
    return hmac.digest(secret, text.encode(), hashlib.sha256)
