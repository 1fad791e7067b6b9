"""Several changes of a bank or an entry as one act: all of them in one transaction, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from safelight.access import steps as access
from safelight.banks import queries, steps
from safelight.banks.bank import Bank, DeconfirmedPolicy
from safelight.banks.control import Opinion
from safelight.banks.standing import EntryStanding, find_standing
from safelight.clock import Clock
from safelight.database.engine import Engine
from safelight.database.transaction import Tx, write
from safelight.flow.banks.contents import Switch
from safelight.flow.banks.seen import Check, accept
from safelight.roles import Actor

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankChange:
    """What a bank is to be; None leaves it as it is. A threshold of None is the usual one again."""

    name: str | None = None
    is_enabled: bool | None = None
    rollout: int | None = None
    deconfirmed: DeconfirmedPolicy | None = None
    is_allow_list: bool | None = None
    thresholds: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTo(Generic[_Value]):
    """A value that is set, None among them: the one that holds without any."""

    value: _Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryChange:
    """What an entry is to be; None leaves it as it is."""

    switch: Switch | None = None
    threshold: SetTo[int] | None = None
    opinion: SetTo[Opinion] | None = None


def change_bank(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    *,
    bank: str,
    change: BankChange,
    check: Check[Bank] = accept,
    reason: str = "",
) -> Bank:
    """Change a bank and return it as it is then. What it is already leaves nothing behind.

    Raises `NotFound`, `InvalidValue`, `AlreadyExists`, `UsageError`, `ImportRunning`, and what `check` raises.
    """
    with write(engine) as tx:
        found = steps.hold_bank(tx, queries.find_bank(tx, bank).id)
        check(found)
        _Changing(tx, clock, actor, found, reason).carry_out(change)
        return steps.hold_bank(tx, found.id)


def change_entry(
    engine: Engine,
    clock: Clock,
    actor: Actor,
    *,
    entry_id: int,
    change: EntryChange,
    check: Check[EntryStanding] = accept,
    reason: str = "",
) -> EntryStanding:
    """Change what is set for an entry that a bank holds, and return how it stands then.

    Raises `NotFound`, `InvalidValue`, and what `check` raises.
    """
    with write(engine) as tx:
        steps.hold_entry(tx, entry_id)
        check(find_standing(tx, entry_id))
        if change.switch is not None and change.switch.is_on:
            steps.enable_entry(tx, clock, actor, entry_id=entry_id, reason=reason)
        elif change.switch is not None:
            steps.disable_entry(tx, clock, actor, entry_id=entry_id, until=change.switch.until, reason=reason)
        if change.threshold is not None:
            distance = change.threshold.value
            steps.set_entry_threshold(tx, clock, actor, entry_id=entry_id, distance=distance, reason=reason)
        if change.opinion is not None:
            steps.set_opinion(tx, clock, actor, entry_id=entry_id, opinion=change.opinion.value, reason=reason)
        return find_standing(tx, entry_id)


@dataclass(frozen=True, slots=True)
class _Changing:
    """A bank that is held, and who changes it."""

    tx: Tx
    clock: Clock
    actor: Actor
    bank: Bank
    reason: str

    def carry_out(self, change: BankChange) -> None:
        """Change what differs: each change is an audit entry, and has every process look again."""
        who, bank, reason = (self.tx, self.clock, self.actor), self.bank, self.reason
        if change.is_allow_list not in {None, bank.is_allow_list}:
            is_one = bool(change.is_allow_list)
            steps.mark_allow_list(*who, bank_id=bank.id, is_allow_list=is_one, reason=reason)
        for kind, distance in change.thresholds.items():
            if distance != bank.thresholds.get(kind):
                steps.set_threshold(*who, bank_id=bank.id, signal_type=kind, distance=distance, reason=reason)
        if change.deconfirmed is not None and change.deconfirmed is not bank.deconfirmed:
            steps.set_deconfirmed_policy(*who, bank_id=bank.id, policy=change.deconfirmed, reason=reason)
        if change.rollout is not None and change.rollout != bank.rollout:
            steps.set_rollout(*who, bank_id=bank.id, share=change.rollout, reason=reason)
        if change.is_enabled not in {None, bank.is_enabled}:
            switch = steps.enable_bank if change.is_enabled else steps.disable_bank
            switch(*who, bank_id=bank.id, reason=reason)
        if change.name is not None and change.name != bank.name:
            steps.rename_bank(*who, bank_id=bank.id, name=change.name, reason=reason)
            access.follow_bank(self.tx, bank.name, name=change.name)
