"""Grants: leave to read one piece of evidence, for one purpose and a short time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.database.clock_mark import TOLERANCE
from safelight.roles import ActorKind
from safelight.vault.purpose import Purpose

GRANT_TIME = timedelta(minutes=10)
"""How long after its opening evidence can be read by a grant. Reading that has begun may go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Leave to read. It counts only when its transaction is committed, and only as its row says."""

    id: str
    evidence_id: str
    actor_kind: ActorKind
    actor_name: str
    purpose: Purpose
    opened_at: datetime
    expires_at: datetime
    audit_entry_id: int

    def is_valid_at(self, moment: datetime) -> bool:
        """Say whether evidence can be read by it at that moment. A clock that was set back makes it last no longer."""
        return self.opened_at - TOLERANCE <= moment < self.expires_at
