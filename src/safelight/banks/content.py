"""Contents: what HMA calls an item of a bank: one picture or video under one number, with signals of its types.

A bank of ours holds entries. A content is the entries that were added together: they share a key, as the entries of one
picture do that a list gives with several types. The number of a content must be known by each of its entries and must
stay when a note is changed, which gives an entry another row. So the key holds it, and no table of its own is needed:

- what was added as a content has twice the number of its batch, which no other batch ever has;
- any other entry, such as one of a list, is a content of its own, of twice its number and one.

The key names the installation too: an entry that was exported and comes into another database is not taken for
something else that has its number there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.banks.batch import Origin
from safelight.banks.entry import Entry, EntryKey

SOURCE = "hma"
ADDED = Origin(name="hma", format="content")
"""The provenance of entries that were added as a content."""
ANNOTATED = Origin(name="hma", format="content_note")
"""The provenance of those that took their place because the content's note was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The entries that a bank holds under one number, by signal type. There is at least one."""

    number: int
    entries: tuple[Entry, ...]

    @property
    def note(self) -> str:
        """What was noted of it."""
        return self.entries[0].note or ""

    @property
    def platform_id(self) -> str:
        """The id by which the client itself knows it; empty where it gave none."""
        key = self.entries[0].key
        return key.entry_id.partition(" ")[2] if key is not None and not self.is_of_a_list else ""

    @property
    def is_of_a_list(self) -> bool:
        """Whether it is an entry that was not added as a content."""
        return self.number % 2 == 1

    def is_disabled(self, now: datetime) -> bool:
        """Whether nothing of it matches at this moment because it was switched off."""
        return all(entry.is_disabled(now) for entry in self.entries)


def content_key(installation: str, batch_id: int, platform_id: str) -> EntryKey:
    """Return the key of the entries of a content that is added in this batch."""
    entry_id = f"{batch_id} {platform_id}" if platform_id else str(batch_id)
    return EntryKey(source=SOURCE, environment=installation, issuer="", entry_id=entry_id)


def number_of_batch(batch_id: int) -> int:
    """Return the number of the content that was added in a batch."""
    return 2 * batch_id


def number_of(entry: Entry, installation: str) -> int:
    """Return the number of the content that an entry is of."""
    key = entry.key
    if key is not None and (key.source, key.environment) == (SOURCE, installation):
        batch_id = key.entry_id.partition(" ")[0]
        if batch_id.isdecimal():
            return number_of_batch(int(batch_id))
    return 2 * entry.id + 1


def batch_named(number: int) -> int | None:
    """Return the batch in which the content of this number was added; None where it is an entry of its own."""
    return None if number % 2 else number // 2


def entry_named(number: int) -> int:
    """Return the entry that a content is, which was not added as one."""
    return number // 2


def content_of(number: int, entries: Sequence[Entry], bank_id: int, installation: str) -> Content | None:
    """Return the content of a number and a bank that is among these entries; None if it is not."""
    own = [each for each in entries if each.bank_id == bank_id and number_of(each, installation) == number]
    return Content(number=number, entries=tuple(sorted(own, key=lambda each: each.signal_type))) if own else None
