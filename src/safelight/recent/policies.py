"""What of a bank as a whole decides what matches, and where a change of that may let older entries match."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from safelight.banks.bank import Bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a bank says of all its entries, written down so that the next round can tell whether it was changed."""

    is_allow_list: bool
    suppresses: frozenset[int]
    rest: str


def policies_of(banks: Mapping[int, Bank]) -> dict[int, Policy]:
    """Return the policies of banks by their numbers."""
    return {bank_id: _policy(bank) for bank_id, bank in banks.items()}


def widened_banks(old: Mapping[int, Policy], banks: Mapping[int, Bank]) -> frozenset[int]:
    """Return the banks of which entries may match now that did not by the old policies.

    They are those of which anything was changed, and those whose allow-lists were changed or deleted. Whether more or
    less matches by it is not asked: what is near is judged anyway. A bank that is new has entries that are new.
    """
    new = policies_of(banks)
    changed = {bank_id for bank_id, policy in old.items() if new.get(bank_id) != policy}
    allowing = [each for bank_id in changed for each in (old[bank_id], new.get(bank_id)) if each and each.is_allow_list]
    affected = changed.union(*(each.suppresses for each in allowing))
    return ordinary(affected, banks)


def suspected_banks(changed: Collection[int], banks: Mapping[int, Bank]) -> frozenset[int]:
    """Return the same where no old policies are known: the banks that were changed as a whole.

    Where an allow-list is among them, or one that is gone, those are all: what it suppressed nobody knows any more.
    """
    is_told = all(bank_id in banks and not banks[bank_id].is_allow_list for bank_id in changed)
    return ordinary(changed if is_told else banks.keys(), banks)


def ordinary(bank_ids: Collection[int], banks: Mapping[int, Bank]) -> frozenset[int]:
    """Return those of the banks that are there, enabled, and no allow-lists."""
    held = {bank_id: banks[bank_id] for bank_id in bank_ids if bank_id in banks}
    return frozenset(bank_id for bank_id, bank in held.items() if bank.is_enabled and not bank.is_allow_list)


def write_policies(policies: Mapping[int, Policy]) -> str:
    """Return policies as the text that the database keeps."""
    rows = {each: [p.is_allow_list, sorted(p.suppresses), p.rest] for each, p in sorted(policies.items())}
    return json.dumps(rows)


def read_policies(text: str) -> dict[int, Policy]:
    """Return the policies that a text of ours holds."""
    return {
        int(bank_id): Policy(is_allow_list=bool(allows), suppresses=frozenset(suppresses), rest=rest)
        for bank_id, (allows, suppresses, rest) in json.loads(text).items()
    }


def _policy(bank: Bank) -> Policy:
    rest = [bank.is_enabled, bank.rollout, bank.deconfirmed.value, sorted(bank.thresholds.items())]
    return Policy(is_allow_list=bank.is_allow_list, suppresses=bank.suppresses, rest=json.dumps(rest))
