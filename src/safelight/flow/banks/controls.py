"""Control of bad matches: each function is one act of a person, or of the flood guard, in one transaction."""

from collections.abc import Mapping

from safelight.banks import queries, steps
from safelight.banks.bank import DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.banks.flood import FloodRule
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.flow.review.hash_path import guard_path
from safelight.roles import Actor, Permission, require_permission


def set_entry_threshold(
    engine: Engine, clock: Clock, actor: Actor, *, entry_id: int, distance: int | None, reason: str = ""
) -> None:
    """Set the distance at or under which one entry matches; None: that of its bank again.

    Raises `NotFound` or `InvalidValue`.
    """
    with write(engine) as tx:
        steps.set_entry_threshold(tx, clock, actor, entry_id=entry_id, distance=distance, reason=reason)


def set_opinion(
    engine: Engine, clock: Clock, actor: Actor, *, entry_id: int, opinion: Opinion | None, reason: str = ""
) -> None:
    """Record what our own reviewers found of an entry; None: they take it back. Raises `NotFound`."""
    with write(engine) as tx:
        steps.set_opinion(tx, clock, actor, entry_id=entry_id, opinion=opinion, reason=reason)


def set_deconfirmed_policy(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, policy: DeconfirmedPolicy, reason: str = ""
) -> None:
    """Say what becomes of the matches of a bank's deconfirmed entries. Raises `NotFound`."""
    with write(engine) as tx:
        steps.set_deconfirmed_policy(tx, clock, actor, bank_id=_id(tx, bank), policy=policy, reason=reason)


def set_rollout(engine: Engine, clock: Clock, actor: Actor, *, bank: str, share: int, reason: str = "") -> None:
    """Match a bank against a share of the media, in ten-thousandths. Raises `NotFound` or `InvalidValue`."""
    with write(engine) as tx:
        steps.set_rollout(tx, clock, actor, bank_id=_id(tx, bank), share=share, reason=reason)


def mark_verified(engine: Engine, clock: Clock, actor: Actor, *, bank: str, authority: str, reason: str = "") -> None:
    """Say which authority has verified a bank's entries; "": none.

    Raises `NotAllowed` without `bank:write`, `NotFound`, `InvalidValue`, `UsageError` for an allow-list.
    """
    require_permission(actor, Permission.BANK_WRITE)
    with write(engine) as tx:
        steps.mark_verified(tx, clock, actor, bank_id=_id(tx, bank), authority=authority, reason=reason)


def mark_allow_list(
    engine: Engine, clock: Clock, actor: Actor, *, bank: str, is_allow_list: bool, reason: str = ""
) -> None:
    """Make an empty bank an allow-list, or an ordinary bank again. Raises `NotFound`, `UsageError`, `ImportRunning`."""
    with write(engine) as tx:
        steps.mark_allow_list(tx, clock, actor, bank_id=_id(tx, bank), is_allow_list=is_allow_list, reason=reason)


def suppress_bank(engine: Engine, clock: Clock, actor: Actor, *, allow_list: str, bank: str, reason: str = "") -> None:
    """Let an allow-list suppress the matches of a bank. Raises `NotFound`, or `UsageError` for what is none."""
    with write(engine) as tx:
        ids = {"allow_list_id": _id(tx, allow_list), "bank_id": _id(tx, bank)}
        steps.suppress_bank(tx, clock, actor, reason=reason, **ids)


def unsuppress_bank(
    engine: Engine, clock: Clock, actor: Actor, *, allow_list: str, bank: str, reason: str = ""
) -> None:
    """Let the matches of a bank count again though they are on an allow-list. Raises `NotFound`, or `UsageError`."""
    with write(engine) as tx:
        ids = {"allow_list_id": _id(tx, allow_list), "bank_id": _id(tx, bank)}
        steps.unsuppress_bank(tx, clock, actor, reason=reason, **ids)


def count_matches(
    engine: Engine, clock: Clock, actor: Actor, *, counts: Mapping[int, int], rule: FloodRule
) -> list[int]:
    """Count how many media each entry matched just now; return the entries that go into quarantine for it."""
    with write(engine) as tx:
        tripped = steps.count_matches(tx, clock, actor, counts=counts, rule=rule)
        guard_path(tx, clock, tripped)
        return tripped


def release_entry(engine: Engine, clock: Clock, actor: Actor, *, entry_id: int, reason: str) -> None:
    """End an entry's quarantine. Raises `NotFound`, `InvalidValue` without a reason, `UsageError` if it is in none."""
    with write(engine) as tx:
        steps.release_entry(tx, clock, actor, entry_id=entry_id, reason=reason)


def _id(tx: Tx, bank: str) -> int:
    return queries.find_bank(tx, bank).id
