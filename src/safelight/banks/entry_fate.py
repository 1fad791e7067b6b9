"""What became of an entry, and since when."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFate:
    """An entry that was once published: whether it was taken out or replaced, and whether its bank was deleted.

    The times are None where nothing of the kind happened. `replaced_by` is the entry that took its place; that one may
    have been replaced since.
    """

    entry_id: int
    bank_id: int
    bank_name: str
    bank_deleted_at: datetime | None
    withdrawn_at: datetime | None
    replaced_at: datetime | None
    replaced_by: int | None

    @property
    def is_held(self) -> bool:
        """Whether a bank still holds the entry."""
        return self.bank_deleted_at is None and self.withdrawn_at is None and self.replaced_at is None
