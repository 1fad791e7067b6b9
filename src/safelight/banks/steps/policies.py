"""A bank's policies: gradual roll-out, what deconfirmed entries do, and allow-lists."""

from safelight.banks.bank import Bank, DeconfirmedPolicy, check_authority, check_rollout
from safelight.banks.steps.record import note, note_bank
from safelight.banks.steps.staging import hold_bank, require_no_import
from safelight.banks.store import bank_rows, entry_rows
from safelight.clock import Clock
from safelight.database.transaction import Tx
from safelight.errors import NotFound, UsageError
from safelight.roles import Actor


def set_deconfirmed_policy(
    tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, policy: DeconfirmedPolicy, reason: str = ""
) -> None:
    """Say what becomes of the matches of a bank's deconfirmed entries. Raises `NotFound`."""
    bank_rows.alter_bank(tx, bank_id)
    bank_rows.change_policy(tx, bank_id, deconfirmed=policy)
    note_bank(tx, clock, actor, "set_deconfirmed_policy", bank_id, reason=reason, policy=policy.value)


def set_rollout(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, share: int, reason: str = "") -> None:
    """Match a bank against a share of the media, in ten-thousandths. Raises `NotFound` or `InvalidValue`."""
    check_rollout(share)
    bank_rows.alter_bank(tx, bank_id)
    bank_rows.change_policy(tx, bank_id, rollout=share)
    note_bank(tx, clock, actor, "set_rollout", bank_id, reason=reason, share=share)


def mark_verified(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, authority: str, reason: str = "") -> None:
    """Say which authority has verified a bank's entries; "": none. It alters nothing that matches.

    Clearing an exact match of such a bank takes a second reader, and the hash-confirmed path goes by such banks alone.
    Raises `NotFound`, `InvalidValue`, `UsageError` for an allow-list.
    """
    if authority:
        check_authority(authority)
    bank_rows.lock_bank(tx, bank_id)
    (bank,) = bank_rows.find_banks(tx, ids=[bank_id])
    if bank.is_allow_list:
        raise UsageError(f"{bank.name} is an allow-list: its entries are no matches that anybody could verify.")
    bank_rows.put_verification(tx, bank_id, authority, clock.now())
    note(tx, clock, actor, "mark_verified", bank_id, reason=reason, authority=authority or "none")


def mark_allow_list(tx: Tx, clock: Clock, actor: Actor, *, bank_id: int, is_allow_list: bool, reason: str = "") -> None:
    """Make an empty bank an allow-list, or an ordinary bank again. Raises `NotFound`, `UsageError`, `ImportRunning`.

    It is refused while the bank holds an entry: else a slip would turn every match of a list into its opposite.
    """
    bank = hold_bank(tx, bank_id)
    require_no_import(tx, bank_id)
    _require_unused(tx, bank)
    bank_rows.change_policy(tx, bank_id, is_allow_list=is_allow_list)
    bank_rows.alter_bank(tx, bank_id)
    note_bank(tx, clock, actor, "mark_allow_list", bank_id, reason=reason, is_allow_list=is_allow_list)


def suppress_bank(tx: Tx, clock: Clock, actor: Actor, *, allow_list_id: int, bank_id: int, reason: str = "") -> None:
    """Let an allow-list suppress the matches of a bank. Raises `NotFound`, or `UsageError` for what is none."""
    allow_list, bank = _locked(tx, allow_list_id, bank_id)
    if not allow_list.is_allow_list:
        raise UsageError(f"{allow_list.name} is no allow-list: its entries are matches and suppress nothing.")
    if bank.is_allow_list:
        raise UsageError(f"{bank.name} is an allow-list: it has no matches that could be suppressed.")
    _put_suppression(tx, allow_list_id, bank_id, suppresses=True)
    note_bank(tx, clock, actor, "suppress_bank", allow_list_id, reason=reason, suppressed=bank_id)


def unsuppress_bank(tx: Tx, clock: Clock, actor: Actor, *, allow_list_id: int, bank_id: int, reason: str = "") -> None:
    """Let the matches of a bank count again though they are on an allow-list. Raises `NotFound`, or `UsageError`."""
    allow_list, bank = _locked(tx, allow_list_id, bank_id)
    if bank_id not in allow_list.suppresses:
        raise UsageError(f"{allow_list.name} does not suppress matches of {bank.name}. Nothing was changed.")
    _put_suppression(tx, allow_list_id, bank_id, suppresses=False)
    note_bank(tx, clock, actor, "unsuppress_bank", allow_list_id, reason=reason, suppressed=bank_id)


def _require_unused(tx: Tx, bank: Bank) -> None:
    if entry_rows.holds_any(tx, bank.id):
        raise UsageError(f"{bank.name} holds entries. Only an empty bank becomes an allow-list, or an ordinary bank.")
    if bank.suppresses or bank_rows.is_suppressed(tx, bank.id):
        raise UsageError(
            f"{bank.name} suppresses matches of another bank, or its own are suppressed. End that first with "
            "`safelight bank unsuppress`."
        )


def _locked(tx: Tx, *bank_ids: int) -> list[Bank]:
    locked = bank_rows.lock_banks(tx, bank_ids)
    found = {bank.id: bank for bank in bank_rows.find_banks(tx, ids=locked)}
    missing = [bank_id for bank_id in bank_ids if bank_id not in found]
    if missing:
        raise NotFound(f"There is no bank {missing[0]}, or it was deleted.")
    return [found[bank_id] for bank_id in bank_ids]


def _put_suppression(tx: Tx, allow_list_id: int, bank_id: int, *, suppresses: bool) -> None:
    bank_rows.put_suppression(tx, allow_list_id, bank_id, suppresses=suppresses)
    for altered in sorted({allow_list_id, bank_id}):
        bank_rows.alter_bank(tx, altered)
