"""Whoever administers keys, and what is at hand for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from safelight.audit import log
from safelight.boundary import Reach, unwatched
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx
from safelight.keys.keeper import KeyKeeper
from safelight.roles import Actor, Permission, require_permission

Place = Callable[[bytes], None]
"""Puts a recovery copy where it shall be, durably. What it raises means that no copy is there."""

_MARK_LENGTH = 16
_MOST_MARKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDesk:
    """The parts that every act upon keys takes."""

    engine: Engine
    keys: KeyKeeper
    clock: Clock
    actor: Actor
    reach: Reach = unwatched

    def require_leave(self) -> None:
        """Raise `NotAllowed` unless the actor may change keys."""
        require_permission(self.actor, Permission.KEY_WRITE)

    def note(self, tx: Tx, verb: str, key_id: str, reason: str, **details: int | str) -> None:
        """Write into the audit log what is done to a key."""
        target = f"key:{key_id}"
        log.write(tx, clock=self.clock, actor=self.actor, verb=verb, target=target, reason=reason, details=details)


def told_of(recipients: Sequence[str]) -> dict[str, int | str]:
    """Return what the log says of recipients: how many, and marks by which the first few can be told.

    A mark is the beginning of the SHA-256 of the recipient's text.
    """
    marks = [sha256(text.strip().encode()).hexdigest()[:_MARK_LENGTH] for text in recipients[:_MOST_MARKS]]
    return {"recipients": len(recipients), "recipient_marks": ",".join(marks)}
