"""Evidence: one sealing of bytes."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One occurrence of content that was sealed. Its bytes and its manifest are sealed elsewhere.

    The same content sealed again is other evidence, with a manifest, a key wrap and holds of its own.
    """

    id: str
    size_bytes: int
    sealed_at: datetime
    destroyed_at: datetime | None = None

    @property
    def is_destroyed(self) -> bool:
        """Say whether its key is gone, so that nobody can read it ever again."""
        return self.destroyed_at is not None
