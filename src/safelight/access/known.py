"""What is known of a secret that was shown: who acts by it, how often it may, and until when."""

from dataclasses import dataclass
from datetime import datetime

from safelight.access.rate import Rate
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A secret that counts, until `ends_at` if it has an end. `rate` is None where the settings say it."""

    secret_id: int
    actor: Actor
    ends_at: datetime | None
    rate: Rate | None
