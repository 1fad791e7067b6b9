"""Questions to the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass

from safelight.audit import store
from safelight.audit.entry import LARGEST_ENTRY_ID, AuditEntry
from safelight.database.transaction import Tx
from safelight.errors import NotFound

LOOKED_THROUGH = 100_000
"""So many entries a search looks through at once for a verb or an actor, by which the log is in no order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for in the log; what is empty is any. `actor` and `verb` are whole names."""

    target: str = ""
    verb: str = ""
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntries:
    """The entries that were found, the latest first.

    `looked_to` is the number of the last entry that was looked at: who goes on asks for those before it. None where
    the beginning of the log was reached.
    """

    entries: tuple[AuditEntry, ...]
    looked_to: int | None


def page_entries(tx: Tx, *, after_id: int = 0, limit: int = 100, target: str | None = None) -> list[AuditEntry]:
    """Return up to `limit` entries after `after_id`, oldest first; with `target`, only those about it."""
    return store.page(tx, after_id=after_id, limit=limit, target=target)


def count_waiting(tx: Tx) -> int:
    """Return how many entries wait for their place in the log."""
    return store.count_waiting(tx)


def find_entry(tx: Tx, entry_id: int) -> AuditEntry:
    """Return one entry. Raises `NotFound`."""
    found = store.page(tx, after_id=entry_id - 1, limit=1, target=None) if 0 < entry_id <= LARGEST_ENTRY_ID else []
    if not found or found[0].id != entry_id:
        raise NotFound(f"The audit log has no entry {entry_id}. `safelight audit show` shows those that it has.")
    return found[0]


def search_entries(tx: Tx, search: Search, *, before_id: int | None = None, limit: int = 100) -> FoundEntries:
    """Return up to `limit` entries that a search asks for and that came before another, the latest first.

    By target the log has an index. For a verb or an actor alone at most `LOOKED_THROUGH` entries are looked at, so that
    no search of a long log takes long; then fewer may be found than there are, and `looked_to` says where to go on.
    """
    top = min(before_id or LARGEST_ENTRY_ID, store.last_number(tx) + 1)
    is_bounded = bool(search.verb or search.actor) and not search.target
    floor = max(0, top - LOOKED_THROUGH - 1) if is_bounded else 0
    asked = {"target": search.target, "verb": search.verb, "actor_name": search.actor}
    found = store.search(tx, {name: each for name, each in asked.items() if each}, top=top, floor=floor, limit=limit)
    if len(found) == limit:
        return FoundEntries(entries=tuple(found), looked_to=found[-1].id)
    return FoundEntries(entries=tuple(found), looked_to=floor + 1 if floor else None)


def is_any_about(tx: Tx, verb: str, targets: Sequence[str]) -> bool:
    """Whether an entry with this verb is about any of these; verbs and targets outlast what is erased of an entry."""
    return store.is_any_about(tx, verb, targets)


def last_number(tx: Tx) -> int:
    """Return the number of the latest entry, 0 where there is none."""
    return store.last_number(tx)
