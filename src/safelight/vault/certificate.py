"""The certificate of a destruction: what was destroyed, when, and which holds had ended. No word of what it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.vault.evidence import Evidence
from safelight.vault.hold import Hold
from safelight.vault.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedHold:
    """One hold of destroyed evidence: its number and kind, when it ended, and whether an order ended it early."""

    id: int
    kind: str
    ended_at: datetime
    is_released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is known for good of a destruction: ids, a size and moments. Never a digest, a name or a free text."""

    evidence_id: str
    size_bytes: int
    sealed_at: datetime
    destroyed_at: datetime
    holds: tuple[EndedHold, ...]
    order_id: int | None
    is_single_person: bool


def certify(evidence: Evidence, holds: Sequence[Hold], order: Order | None, destroyed_at: datetime) -> Certificate:
    """Return the certificate of a destruction. It follows from what stays in the database, so it can be had again."""
    ended = [
        EndedHold(id=hold.id, kind=hold.kind.value, ended_at=hold.ended_at, is_released=hold.released_at is not None)
        for hold in holds
        if hold.ended_at is not None
    ]
    return Certificate(
        evidence_id=evidence.id,
        size_bytes=evidence.size_bytes,
        sealed_at=evidence.sealed_at,
        destroyed_at=destroyed_at,
        holds=tuple(ended),
        order_id=None if order is None else order.id,
        is_single_person=order is not None and order.is_single_person,
    )


def told_in_audit(certificate: Certificate) -> Mapping[str, int | str]:
    """Return the certificate as details of an audit entry."""
    details: dict[str, int | str] = {
        "size_bytes": certificate.size_bytes,
        "sealed_at": certificate.sealed_at.isoformat(),
        "holds": len(certificate.holds),
    }
    for hold in certificate.holds:
        how = "released" if hold.is_released else "ended"
        details[f"hold_{hold.id}"] = f"{hold.kind} {how} {hold.ended_at.isoformat()}"
    if certificate.order_id is not None:
        details["order"] = certificate.order_id
        details["single_person"] = "yes" if certificate.is_single_person else "no"
    return details
