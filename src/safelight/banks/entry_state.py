"""What an index has to know of an entry that was once published."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryState:
    """An entry's bank, type and value, which never change, and whether it can match at a moment.

    It cannot when it was withdrawn or replaced, is switched off at that moment, or its bank was deleted. A bank that is
    disabled makes no difference here: that is the bank's own switch.
    """

    bank_id: int
    entry_id: int
    signal_type: str
    value: bytes
    is_matchable: bool
