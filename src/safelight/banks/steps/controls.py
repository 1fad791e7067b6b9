"""Controls of single entries: their own threshold, what our reviewers found, release from quarantine."""

from dataclasses import replace

from safelight.banks.bank import check_threshold
from safelight.banks.control import EntryControl, Opinion
from safelight.banks.flood import hour_of
from safelight.banks.steps.record import note_entry
from safelight.banks.steps.staging import hold_entry
from safelight.banks.store import bank_rows, control_rows, count_rows, entry_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import InvalidValue, UsageError
from safelight.roles import Actor


def set_entry_threshold(
    tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, distance: int | None, reason: str = ""
) -> None:
    """Set the distance at or under which one entry matches; None: that of its bank again.

    Raises `NotFound`, or `InvalidValue` for what is no PDQ entry or no threshold.
    """
    control = _hold_control(tx, entry_id)
    check_threshold(entry_rows.require_held(tx, entry_id), distance or 0)
    _put(tx, replace(control, threshold=distance))
    shown = "as the bank" if distance is None else distance
    note_entry(tx, clock, actor, "set_entry_threshold", control.bank_id, entry=entry_id, reason=reason, distance=shown)


def set_opinion(
    tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, opinion: Opinion | None, reason: str = ""
) -> None:
    """Record what our own reviewers found of an entry; None: they take it back. Raises `NotFound`.

    An opinion does not end a quarantine: that is a decision of its own.
    """
    control = _hold_control(tx, entry_id)
    if opinion is None:
        control = replace(control, opinion=None, opinion_by=None, opinion_at=None, opinion_reason="")
    else:
        now = clock.now()
        control = replace(control, opinion=opinion, opinion_by=actor, opinion_at=now, opinion_reason=reason)
    _put(tx, control)
    shown = opinion.value if opinion else "none"
    note_entry(tx, clock, actor, "set_opinion", control.bank_id, entry=entry_id, reason=reason, opinion=shown)


def release_entry(tx: Tx, clock: Clock, actor: Actor, *, entry_id: int, reason: str) -> None:
    """End an entry's quarantine: its matches make cases again.

    The flood guard leaves it alone until it matches twice as many media in an hour as it has by now (`judge_flood`).
    Raises `NotFound`, `UsageError` for an entry that is not in quarantine, or `InvalidValue` without a reason.
    """
    if not reason.strip():
        raise InvalidValue("Say why the entry is released: whoever asks later why it matches will want to know.")
    control = _hold_control(tx, entry_id)
    if control.quarantined_at is None:
        raise UsageError(f"Entry {entry_id} is not in quarantine. `safelight bank quarantined` shows those that are.")
    count = count_rows.busiest_hour(tx, entry_id, hour_of(control.quarantined_at))
    released = replace(control, quarantined_at=None, quarantine_reason="")
    _put(tx, replace(released, released_at=clock.now(), released_count=count))
    note_entry(tx, clock, actor, "release_entry", control.bank_id, entry=entry_id, reason=reason, media=count)


def _hold_control(tx: Tx, entry_id: int) -> EntryControl:
    bank_id = hold_entry(tx, entry_id)
    found = control_rows.find_controls(tx, [entry_id])
    return found.get(entry_id, EntryControl(entry_id=entry_id, bank_id=bank_id))


def _put(tx: Tx, control: EntryControl) -> None:
    control_rows.put_control(tx, control)
    bank_rows.alter_bank(tx, control.bank_id)
