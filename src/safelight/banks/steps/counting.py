"""Counting matches by the hour, and putting entries that flood into quarantine."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from safelight.banks.control import EntryControl
from safelight.banks.flood import FloodRule, Past, hour_of, hours_between, judge_flood, kept_since
from safelight.banks.steps.record import note_entry
from safelight.banks.store import bank_rows, control_rows, count_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """An entry that matched often in this hour."""

    entry_id: int
    bank_id: int
    media: int


def count_matches(tx: Tx, clock: Clock, actor: Actor, *, counts: Mapping[int, int], rule: FloodRule) -> list[int]:
    """Add to how many media each entry matched in this hour; return the entries that go into quarantine for it.

    `counts` has media by entry. What was matched under an entry that was replaced since counts for its heir; entries
    that no bank holds any more are left out. Counts of hours that the rule does not look at any more are deleted.
    Only a quarantine leaves an audit entry: counting alone changes nothing that anybody could ask about.
    """
    now = clock.now()
    counted = _add(tx, clock, counts)
    candidates = [each for each in counted if each.media >= rule.minimum]
    tripped = _quarantine(tx, clock, candidates, rule) if candidates else []
    count_rows.forget_before(tx, kept_since(rule, now))
    for control in tripped:
        why = control.quarantine_reason
        note_entry(tx, clock, actor, "quarantine_entry", control.bank_id, entry=control.entry_id, reason=why)
    return [control.entry_id for control in tripped]


def _add(tx: Tx, clock: Clock, counts: Mapping[int, int]) -> list[_Counted]:
    heirs = count_rows.current_heirs(tx, [entry_id for entry_id, media in counts.items() if media > 0])
    media: dict[int, int] = {}
    for asked, (entry_id, _) in heirs.items():
        media[entry_id] = media.get(entry_id, 0) + counts[asked]
    totals = count_rows.add_counts(tx, hour_of(clock.now()), media)
    banks = dict(heirs.values())
    return [_Counted(entry_id=entry_id, bank_id=banks[entry_id], media=total) for entry_id, total in totals.items()]


def _quarantine(tx: Tx, clock: Clock, candidates: list[_Counted], rule: FloodRule) -> list[EntryControl]:
    # Locked before the controls are read, so that a release or an opinion given at this moment is not overwritten.
    locked = bank_rows.lock_banks(tx, {each.bank_id for each in candidates})
    # Asked again under the lock: a batch may have been published since they were counted.
    held = {entry_id for entry_id, _ in count_rows.current_heirs(tx, [each.entry_id for each in candidates]).values()}
    alive = [each for each in candidates if each.bank_id in locked and each.entry_id in held]
    tripped = _judge(tx, clock, alive, rule)
    for control in tripped:
        control_rows.put_control(tx, control)
    for bank_id in sorted({control.bank_id for control in tripped}):
        bank_rows.alter_bank(tx, bank_id)
    return tripped


def _judge(tx: Tx, clock: Clock, counted: list[_Counted], rule: FloodRule) -> list[EntryControl]:
    now = clock.now()
    ids = [each.entry_id for each in counted]
    controls = control_rows.find_controls(tx, ids)
    past = count_rows.past_of(tx, ids, since=kept_since(rule, now), until=hour_of(now))
    tripped = []
    for each in counted:
        control = controls.get(each.entry_id, EntryControl(entry_id=each.entry_id, bank_id=each.bank_id))
        row = past[each.entry_id]
        before = Past(media=row.media, hours=hours_between(row.since, now, rule))
        why = judge_flood(rule, each.media, before, control, now)
        if why is not None:
            tripped.append(replace(control, quarantined_at=now, quarantine_reason=why))
    return tripped
