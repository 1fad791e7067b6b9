"""Sending: one signed post, through the guard."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.notices.event import Event, event_body
from safelight.notices.signature import HEADER, sign_body
from safelight.outbound.address import Network
from safelight.outbound.guard import own_rule
from safelight.outbound.limits import Limits
from safelight.outbound.outlet import Outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Posts notices. `let_through` are addresses that are let through for tests, though they are not public."""

    outlet: Outlet
    limits: Limits
    let_through: tuple[Network, ...] = ()

    def send(self, url: str, event: Event, secrets: Sequence[str], at: datetime) -> int:
        """Post an event, signed by each secret, and return the status of the answer, which is not read further.

        Raises `OutboundRefused`, `OutboundTimedOut`, `OutboundFailed`.
        """
        body = event_body(event)
        headers = {
            "Content-Type": "application/json",
            "Safelight-Event": event.id,
            HEADER: sign_body(body, at, secrets),
        }
        rule, _ = own_rule(url, self.let_through)
        return self.outlet.post(url, body, headers, rule, self.limits)


def body_digest(event: Event) -> bytes:
    """Return the SHA-256 of what is posted."""
    return hashlib.sha256(event_body(event)).digest()
