"""Proving to an outsider that entries are in the log, without showing any other entry."""

from collections.abc import Sequence
from typing import Any

from safelight.audit import store
from safelight.audit.head import Head, parse_head
from safelight.audit.heading import head_text, latest_head, note_keys
from safelight.audit.raw_entry import RawEntry
from safelight.audit.tree_proof import Span, growth_spans, hash_spans, inclusion_spans
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import NotFound, UsageError
from safelight.keys.interface import KeyService

FORMAT = "safelight audit proof 1"


def prove_entries(tx: Tx, keys: KeyService, clock: Clock, *, target: str) -> list[dict[str, Any]]:
    """Return a proof of every entry about a target, oldest first, as records for JSON.

    Each stands by itself: the entry, its leaf's number, the hashes that lead to the root, the signed head, the public
    keys. An entry that is later than the last head has `null` for path and leaf: sign a head first
    (`safelight.flow.audit_keeping.sign_head_now`). It takes one pass over the log. Raises `UsageError` where no head
    was signed yet, `KeysUnusable`.
    """
    return _prove(tx, keys, clock, store.find_leaves(tx, target=target))


def prove_entry(tx: Tx, keys: KeyService, clock: Clock, *, entry_id: int) -> dict[str, Any]:
    """Return the proof of one entry. Raises `NotFound`, and `UsageError` where the last head does not cover it."""
    (proof,) = _prove(tx, keys, clock, _find(tx, entry_id))
    if proof["path"] is None:
        raise _no_head()
    return proof


def is_covered(tx: Tx, entry_id: int) -> bool:
    """Whether a signed head covers an entry. Raises `NotFound` where there is no such entry."""
    ((leaf, _),) = _find(tx, entry_id)
    return leaf is not None and leaf < (store.latest_head(tx) or (0, ""))[0]


def _find(tx: Tx, entry_id: int) -> list[tuple[int | None, RawEntry]]:
    found = store.find_leaves(tx, entry_id=entry_id)
    if not found:
        raise NotFound(f"There is no audit entry {entry_id}.")
    return found


def prove_growth(tx: Tx, keys: KeyService, clock: Clock, *, old: Head) -> dict[str, Any]:
    """Return the proof that the log of the last head begins with that of an older one.

    Raises `UsageError` where the older one is of another log, empty, or larger than the last one.
    """
    note = _last_note(tx)
    head = parse_head(head_text(note))
    if old.origin != head.origin or not 0 < old.size <= head.size:
        raise UsageError(
            f"The head is of another log, empty, or larger than the last one (size {head.size}): there is nothing to "
            "prove. If it is larger and of this log, the log lost entries: run `safelight audit verify --head FILE`."
        )
    path = _paths(tx, head.size, [growth_spans(old.size, head.size)])[0]
    return {"format": FORMAT, "from_size": old.size, "path": path, **_frame(tx, keys, clock, note)}


def _prove(
    tx: Tx, keys: KeyService, clock: Clock, found: Sequence[tuple[int | None, RawEntry]]
) -> list[dict[str, Any]]:
    note = _last_note(tx)
    size = parse_head(head_text(note)).size
    leaves = [leaf if leaf is not None and leaf < size else None for leaf, _ in found]
    paths = iter(_paths(tx, size, [inclusion_spans(leaf, size) for leaf in leaves if leaf is not None]))
    frame = _frame(tx, keys, clock, note)
    return [
        {"format": FORMAT, **entry.record(), "leaf": leaf, "path": None if leaf is None else next(paths), **frame}
        for leaf, (_, entry) in zip(leaves, found, strict=True)
    ]


def _paths(tx: Tx, size: int, spans: Sequence[Sequence[Span]]) -> list[list[str]]:
    wanted = {span for each in spans for span in each}
    hashes = hash_spans(store.stream_hashes(tx, size), wanted) if wanted else {}
    return [[hashes[span].hex() for span in each] for each in spans]


def _frame(tx: Tx, keys: KeyService, clock: Clock, note: str) -> dict[str, Any]:
    vkeys = [str(key) for key in note_keys(tx, keys.describe().public_keys)]
    return {"head": note, "vkeys": vkeys, "proved_at": clock.now().isoformat()}


def _last_note(tx: Tx) -> str:
    note = latest_head(tx)
    if note is None:
        raise _no_head()
    return note


def _no_head() -> UsageError:
    return UsageError("No signed head covers this yet. Run `safelight audit head`, then ask again.")
