"""Deliveries: the log of what was sent to whom, and what came of it. No body is kept, only its digest."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.notices.event import Event, EventKind


class DeliveryState(StrEnum):
    """Where a delivery stands. All but the first have ended, and can be sent again by a person."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"  # after the last attempt
    WITHHELD = "withheld"  # the address was paused or disabled


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one address.

    `status` is the latest HTTP status, None where there was no answer; `reason` says why the latest attempt failed;
    `digest` is the SHA-256 of the body that was sent last.
    """

    id: int
    address_id: int
    address_name: str
    event_id: str
    kind: EventKind
    state: DeliveryState
    attempts: int
    queued_at: datetime
    tried_at: datetime | None
    ended_at: datetime | None
    status: int | None
    reason: str
    digest: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What an attempt at a delivery needs, and nothing of it in the clear yet."""

    delivery_id: int
    address_id: int
    event: Event
