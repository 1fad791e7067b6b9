"""Payloads: by which number an index knows an entry, so that it can tell the banks apart without asking anybody."""

from collections.abc import Mapping

from safelight.errors import DatabaseUnusable

BANK_SHIFT = 40
MOST_ENTRY_ID = (1 << BANK_SHIFT) - 1
MOST_BANK_ID = (1 << 24) - 1
LEFT_OUT = 255
"""The radius that says: entries of this bank are not searched."""


def payload_of(bank_id: int, entry_id: int) -> int:
    """Return the payload of an entry: the bank's number in the upper 24 bits, the entry's in the lower 40.

    Raises `DatabaseUnusable` for numbers that no database of ours gives.
    """
    if not (0 < bank_id <= MOST_BANK_ID and 0 < entry_id <= MOST_ENTRY_ID):
        raise DatabaseUnusable(
            f"Entry {entry_id} of bank {bank_id} has a number beyond what can be searched ({MOST_BANK_ID} banks, "
            f"{MOST_ENTRY_ID} entries). Nothing was matched. Numbers so high were changed from outside: restore the "
            "database."
        )
    return bank_id << BANK_SHIFT | entry_id


def bank_of(payload: int) -> int:
    """Return the bank that a payload names."""
    return payload >> BANK_SHIFT


def entry_of(payload: int) -> int:
    """Return the entry that a payload names."""
    return payload & MOST_ENTRY_ID


def payloads_of_bank(bank_id: int) -> tuple[int, int]:
    """Return the first and the last payload that an entry of this bank may have."""
    return bank_id << BANK_SHIFT, bank_id << BANK_SHIFT | MOST_ENTRY_ID


def radii_of(thresholds: Mapping[int, int]) -> bytes:
    """Return what an index is asked with: at the place of each bank its radius in bits, `LEFT_OUT` for all others."""
    radii = bytearray([LEFT_OUT]) * (max(thresholds, default=-1) + 1)
    for bank_id, distance in thresholds.items():
        radii[bank_id] = distance
    return bytes(radii)
